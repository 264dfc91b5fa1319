# SPDX-License-Identifier: Apache-2.0
# LAGUNA_SANITIZE: a list for -fsanitize=, "address,undefined" or "thread"; set by the presets asan and tsan.
set(LAGUNA_SANITIZE "" CACHE STRING "Sanitizers to build with")
if(LAGUNA_SANITIZE)
  # GCC 12 warns of <regex>'s own variables once it instruments them.
  add_compile_options(-fsanitize=${LAGUNA_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all
                      -Wno-maybe-uninitialized)
  add_link_options(-fsanitize=${LAGUNA_SANITIZE})
endif()
