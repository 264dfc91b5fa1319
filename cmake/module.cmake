# One function makes a module: folder = namespace = CMake target = test binary.
#
#   laguna_module(delta LINK base io simdjson::simdjson)
#
# takes every .cc below src/delta into the static library `delta` and every *_test.cc into the GoogleTest binary
# `delta_test`. A module that speaks DuckDB says DUCKDB: it gets the library, its headers and the one precompiled header.
# LABEL unit marks test binaries that need neither DuckDB nor other programs; the sanitizer job runs those.
set(LAGUNA_PCH_HEADER ${CMAKE_SOURCE_DIR}/src/engine/duckdb_pch.h)

function(laguna_duckdb_pch)
  if(TARGET duckdb_pch OR NOT EXISTS ${LAGUNA_PCH_HEADER})
    return()
  endif()
  file(WRITE ${CMAKE_BINARY_DIR}/generated/duckdb_pch.cc "")
  add_library(duckdb_pch STATIC ${CMAKE_BINARY_DIR}/generated/duckdb_pch.cc)
  target_link_libraries(duckdb_pch PRIVATE duckdb)
  target_link_libraries(duckdb_pch PRIVATE laguna_warnings)
  target_precompile_headers(duckdb_pch PRIVATE ${LAGUNA_PCH_HEADER})
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
  if(ARG_DUCKDB)
    laguna_duckdb_pch()
    target_link_libraries(${name} PUBLIC duckdb)
    target_precompile_headers(${name} REUSE_FROM duckdb_pch)
  endif()
  if(tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE ${name} GTest::gtest_main laguna_warnings)
    if(ARG_DUCKDB)
      target_precompile_headers(${name}_test REUSE_FROM duckdb_pch)
    endif()
    add_test(NAME ${name}_test COMMAND ${name}_test)
    if(ARG_DUCKDB)
      set_tests_properties(${name}_test PROPERTIES LABELS duckdb)
    else()
      set_tests_properties(${name}_test PROPERTIES LABELS unit)
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
  list(FILTER entries EXCLUDE REGEX "_test\\.cc$")
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
