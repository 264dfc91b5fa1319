# SPDX-License-Identifier: Apache-2.0
# The installed tree, movable as a whole:
#
#   bin/laguna
#   lib/laguna/libduckdb.so              found by RPATH (cmake/duckdb.cmake)
#   lib/laguna/extension/*.duckdb_extension
#   share/laguna/examples/<name>/        for `laguna init --example`
#   share/doc/laguna/LICENSE
if(TARGET laguna)
  install(TARGETS laguna RUNTIME DESTINATION bin)
endif()
install(FILES ${LAGUNA_DUCKDB_DIR}/lib/libduckdb.so DESTINATION lib/laguna
        PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
install(DIRECTORY ${LAGUNA_DUCKDB_EXTENSION_DIR}/ DESTINATION lib/laguna/extension
        FILES_MATCHING PATTERN "*.duckdb_extension")
install(DIRECTORY examples/ DESTINATION share/laguna/examples
        PATTERN ".laguna" EXCLUDE PATTERN "lake" EXCLUDE PATTERN "__pycache__" EXCLUDE)
install(FILES LICENSE DESTINATION share/doc/laguna)
