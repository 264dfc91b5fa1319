# SPDX-License-Identifier: Apache-2.0
# One function makes a module: folder = namespace = CMake target = test binary.
#
#   laguna_module(delta LINK base io simdjson::simdjson)
#
# takes every .cc below src/delta into the static library `delta` and every *_test.cc into the GoogleTest binary
# `delta_test`. A module that speaks DuckDB says DUCKDB: it gets the library, its headers and their precompiled header.
#
# Test binaries that reach DuckDB, by themselves or through a module they link, have the ctest label `duckdb`; the others
# have `unit` and are what the target `unit_tests` builds: the sanitizer job runs those. Tests run in the root of the clone.

# What nearly every file reads of the standard library, precompiled once: parsing it takes a second of each file.
set(LAGUNA_STANDARD_HEADERS
    <algorithm> <array> <chrono> <filesystem> <functional> <map> <memory> <mutex> <optional> <set> <span> <string>
    <string_view> <thread> <utility> <variant> <vector> <fmt/format.h>)
set(LAGUNA_DUCKDB_HEADER ${CMAKE_SOURCE_DIR}/src/engine/duckdb.h)

# laguna_precompiled_header(NAME LINK library HEADERS header...): the target NAME, for laguna_reads to reuse. It names the
# files it was made of by their full paths, so it is not cached; its sum beside it, by which the compiler cache knows it,
# is the same in every clone.
function(laguna_precompiled_header name)
  cmake_parse_arguments(ARG "" "" "LINK;HEADERS" ${ARGN})
  if(TARGET ${name})
    return()
  endif()
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/${name}.cc CONTENT "")
  add_library(${name} STATIC ${CMAKE_BINARY_DIR}/generated/${name}.cc)
  target_link_libraries(${name} PRIVATE laguna_warnings ${ARG_LINK})
  target_precompile_headers(${name} PRIVATE ${ARG_HEADERS})
  set_target_properties(${name} PROPERTIES CXX_COMPILER_LAUNCHER "")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${LAGUNA_DUCKDB_HEADER})
  file(SHA256 ${LAGUNA_DUCKDB_HEADER} sum)
  file(CONFIGURE OUTPUT CMakeFiles/${name}.dir/cmake_pch.hxx.pch.sum
       CONTENT "${sum} ${LAGUNA_DUCKDB_VERSION} ${fmt_VERSION} ${LAGUNA_STANDARD_HEADERS}\n" @ONLY)
endfunction()

# The files of `target` read a precompiled header: DuckDB's if SPEAKS_DUCKDB, else the standard library's.
function(laguna_reads target speaks_duckdb)
  if(speaks_duckdb)
    laguna_precompiled_header(duckdb_pch LINK duckdb fmt::fmt HEADERS ${LAGUNA_DUCKDB_HEADER} ${LAGUNA_STANDARD_HEADERS})
    target_precompile_headers(${target} REUSE_FROM duckdb_pch)
  else()
    laguna_precompiled_header(standard_pch LINK fmt::fmt HEADERS ${LAGUNA_STANDARD_HEADERS})
    target_precompile_headers(${target} REUSE_FROM standard_pch)
  endif()
endfunction()

add_custom_target(unit_tests)

# laguna_test(NAME): the executable NAME is a test. It runs in the root of the clone, where tests look for ../shared.
function(laguna_test name)
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
endfunction()

# Sets `result` if one of the modules leads to DuckDB.
function(laguna_speaks_duckdb result)
  foreach(module IN LISTS ARGN)
    get_property(links GLOBAL PROPERTY laguna_links_of_${module})
    laguna_speaks_duckdb(below ${links})
    if(below OR module STREQUAL duckdb)
      set(${result} TRUE PARENT_SCOPE)
      return()
    endif()
  endforeach()
  set(${result} FALSE PARENT_SCOPE)
endfunction()

function(laguna_module name)
  cmake_parse_arguments(ARG "DUCKDB" "" "LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR}/src ${CMAKE_BINARY_DIR}/generated)
  target_link_libraries(${name} PUBLIC ${ARG_LINK} PRIVATE laguna_warnings)
  set_property(GLOBAL PROPERTY laguna_links_of_${name} ${ARG_LINK})
  if(ARG_DUCKDB)
    set_property(GLOBAL APPEND PROPERTY laguna_links_of_${name} duckdb)
    target_link_libraries(${name} PUBLIC duckdb)
  endif()
  laguna_reads(${name} ${ARG_DUCKDB})
  if(tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE ${name} GTest::gtest_main laguna_warnings)
    # The precompiled header was made with -fPIC, as the libraries are; -fPIE of an executable would not fit it.
    set_target_properties(${name}_test PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(${name}_test PRIVATE -fPIC)
    laguna_reads(${name}_test ${ARG_DUCKDB})
    laguna_test(${name}_test)
    laguna_speaks_duckdb(speaks_duckdb ${ARG_LINK})
    if(ARG_DUCKDB OR speaks_duckdb)
      set_tests_properties(${name}_test PROPERTIES LABELS duckdb)
    else()
      set_tests_properties(${name}_test PROPERTIES LABELS unit)
      add_dependencies(unit_tests ${name}_test)
    endif()
  endif()
endfunction()

# A folder of siblings (one connector, statement, command ... a file) becomes a table.
#
#   laguna_registry(FOLDER statement TYPE engine::OwnStatement KIND statement)
#
# Each statement/<stem>.cc ends with `extern const engine::OwnStatement <stem>_statement{...}`; the generated file
# <module>/<KIND>_table.inc declares them and lists their addresses in `<KIND>_table`. It is included once, inside the
# module's namespace, by the .cc that hands the table out.
function(laguna_registry)
  cmake_parse_arguments(ARG "" "FOLDER;TYPE;KIND" "" ${ARGN})
  get_filename_component(module ${CMAKE_CURRENT_SOURCE_DIR} NAME)
  file(GLOB entries CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_FOLDER}/*.cc)
  list(FILTER entries EXCLUDE REGEX "(_test|/${ARG_KIND}_table)\\.cc$")
  set(declarations "")
  set(rows "")
  foreach(entry IN LISTS entries)
    get_filename_component(stem ${entry} NAME_WE)
    string(APPEND declarations "extern const ${ARG_TYPE} ${stem}_${ARG_KIND};\n")
    string(APPEND rows "    &${stem}_${ARG_KIND},\n")
  endforeach()
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/${module}/${ARG_KIND}_table.inc
       CONTENT "// Made by CMake from the files of ${module}/${ARG_FOLDER}.\n${declarations}const ${ARG_TYPE}* const ${ARG_KIND}_table[] = {\n${rows}};\n" @ONLY)
endfunction()
