// SPDX-License-Identifier: Apache-2.0
#include "base/assert.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace laguna::base {
namespace {

std::string_view RelativeFile(std::string_view file) {
  size_t source_folder = file.rfind("/src/");
  return source_folder == std::string_view::npos ? file : file.substr(source_folder + 1);
}

}  // namespace

void FailAssertion(const char* expression, const char* file, int line) noexcept {
  std::string_view shown = RelativeFile(file);
  std::fprintf(stderr, "%.*s:%d: assertion failed: %s\n", static_cast<int>(shown.size()),
               shown.data(), line, expression);
  std::fflush(stderr);
  std::abort();
}

}  // namespace laguna::base
