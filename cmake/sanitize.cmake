# SPDX-License-Identifier: Apache-2.0
# LAGUNA_SANITIZE: a list for -fsanitize=, "address,undefined" or "thread"; set by the presets asan and tsan.
set(LAGUNA_SANITIZE "" CACHE STRING "Sanitizers to build with")

# With the address sanitizer code also says that it runs, so that fuzzing knows which inputs are worth keeping. What
# listens stands here, before the options, and does not say it of itself.
add_library(coverage STATIC ${CMAKE_SOURCE_DIR}/test/fuzz/coverage.cc)
target_include_directories(coverage PUBLIC ${CMAKE_SOURCE_DIR}/test)
target_link_libraries(coverage PRIVATE laguna_warnings)
if(LAGUNA_SANITIZE MATCHES "address")
  add_compile_options(-fsanitize-coverage=trace-pc)
  link_libraries(coverage)
endif()

if(LAGUNA_SANITIZE)
  add_compile_options(-fsanitize=${LAGUNA_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${LAGUNA_SANITIZE})
endif()
