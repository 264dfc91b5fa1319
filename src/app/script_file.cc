// SPDX-License-Identifier: Apache-2.0
#include "app/script_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "base/error.h"
#include "base/unique_fd.h"

namespace laguna::app {
namespace {

using base::Error;
using base::ErrorKind;

[[noreturn]] void ThrowReadFailure(const std::string& path, int code) {
  const ErrorKind kind = code == ENOENT || code == ENOTDIR ? ErrorKind::kNotFound
                         : code == EACCES || code == EPERM ? ErrorKind::kPermissionDenied
                                                           : ErrorKind::kUnavailable;
  throw Error(kind, "sql.script_file",
              fmt::format("The script '{}' cannot be read: {}.", path,
                          std::generic_category().message(code)))
      .Hint("A query itself goes behind -c: laguna sql -c 'SELECT 1'.");
}

std::string ReadAll(int descriptor, const std::string& path) {
  std::string text;
  std::array<char, 64 * 1024> buffer;
  for (;;) {
    const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
    if (got == 0) return text;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) ThrowReadFailure(path, errno);
    text.append(buffer.data(), static_cast<size_t>(got));
    if (text.size() > kScriptBytesMax) {
      throw Error(
          ErrorKind::kExhausted, "sql.script_too_large",
          fmt::format("The script '{}' is larger than {} MiB.", path, kScriptBytesMax >> 20))
          .Hint("Load data from files instead of writing it into statements.");
    }
  }
}

}  // namespace

std::string ReadScriptFile(const std::string& path) {
  if (path == "-") return ReadAll(STDIN_FILENO, "<stdin>");
  const base::UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) ThrowReadFailure(path, errno);
  return ReadAll(file.get(), path);
}

}  // namespace laguna::app
