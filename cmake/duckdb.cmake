# SPDX-License-Identifier: Apache-2.0
# DuckDB is not built here: its published shared library and the headers of the same release lie in the dependency
# cache (dependencies.list, scripts/setup).
if(DEFINED ENV{LAGUNA_DEPS})
  set(default_deps $ENV{LAGUNA_DEPS})
else()
  set(default_deps $ENV{HOME}/.cache/laguna)
endif()
set(LAGUNA_DEPS ${default_deps} CACHE PATH "The dependency cache that scripts/setup fills")
file(STRINGS ${CMAKE_SOURCE_DIR}/dependencies.list pin REGEX "^pypi-sdist +[|] +build +[|] +duckdb +[|]")
string(REGEX REPLACE "^[^|]*[|][^|]*[|][^|]*[|] *([0-9.]+) .*" "\\1" LAGUNA_DUCKDB_VERSION "${pin}")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/dependencies.list)
set(LAGUNA_DUCKDB_DIR ${LAGUNA_DEPS}/duckdb-${LAGUNA_DUCKDB_VERSION})
set(LAGUNA_DUCKDB_EXTENSION_DIR ${LAGUNA_DUCKDB_DIR}/extension)
if(NOT EXISTS ${LAGUNA_DUCKDB_DIR}/lib/libduckdb.so)
  message(FATAL_ERROR "DuckDB ${LAGUNA_DUCKDB_VERSION} is not in ${LAGUNA_DEPS}; run scripts/setup first (make does).")
endif()

# The build folder has the library where the installed program has it, so that all programs are linked the same way and
# nothing has to be changed in them when they are installed.
set(LAGUNA_LIBRARY_DIR ${CMAKE_BINARY_DIR}/lib/laguna)
file(MAKE_DIRECTORY ${LAGUNA_LIBRARY_DIR})
file(CREATE_LINK ${LAGUNA_DUCKDB_DIR}/lib/libduckdb.so ${LAGUNA_LIBRARY_DIR}/libduckdb.so SYMBOLIC)
file(CREATE_LINK ${LAGUNA_DUCKDB_EXTENSION_DIR} ${LAGUNA_LIBRARY_DIR}/extension SYMBOLIC)
set(CMAKE_BUILD_WITH_INSTALL_RPATH ON)
set(CMAKE_INSTALL_RPATH "$ORIGIN/../lib/laguna")

add_library(duckdb SHARED IMPORTED GLOBAL)
set_target_properties(duckdb PROPERTIES
  IMPORTED_LOCATION ${LAGUNA_DUCKDB_DIR}/lib/libduckdb.so
  IMPORTED_NO_SONAME TRUE
  INTERFACE_INCLUDE_DIRECTORIES ${LAGUNA_DUCKDB_DIR}/include
  INTERFACE_SYSTEM_INCLUDE_DIRECTORIES ${LAGUNA_DUCKDB_DIR}/include)
