# SPDX-License-Identifier: Apache-2.0
# The language, the warnings and the compiler cache: the same for every target of ours.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

add_library(laguna_warnings INTERFACE)
target_compile_options(laguna_warnings INTERFACE -Wall -Wextra -Wpedantic -Werror -Wnon-virtual-dtor)

# On: objects do not depend on where the clone lies. The compiler cache then serves every clone, and no path of the
# building machine ends in the program. Off (preset debug): full paths, as debuggers like them.
option(LAGUNA_PORTABLE_OBJECTS "Objects that do not depend on the folder of the clone" OFF)

find_program(CCACHE ccache)
if(CCACHE)
  # A file that reads a precompiled header is cacheable only if ccache may ignore the defines and times baked into it.
  # The header itself names the folder it was made in: what it is made of is compared instead (module.cmake).
  set(ccache_settings CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime CCACHE_PCH_EXTSUM=1)
  if(LAGUNA_PORTABLE_OBJECTS)
    list(APPEND ccache_settings CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1)
  endif()
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env ${ccache_settings} ${CCACHE})
endif()
if(LAGUNA_PORTABLE_OBJECTS)
  add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
endif()

find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()
