// SPDX-License-Identifier: Apache-2.0
#include "app/output/output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.h"

namespace laguna::app {
namespace {

constexpr size_t kBufferBytes = 64 * 1024;

[[noreturn]] void ThrowWriteFailure(int code) {
  using base::Error;
  using base::ErrorKind;
  if (code == EPIPE) {
    throw Error(ErrorKind::kCancelled, "output.closed", "Nobody reads the output any more.");
  }
  const std::string reason = std::strerror(code);
  if (code == ENOSPC || code == EDQUOT || code == EFBIG) {
    throw Error(ErrorKind::kExhausted, "output.full",
                fmt::format("The output could not be written: {}.", reason))
        .Hint("Free some space, or send the output elsewhere; what was written so far is cut off.");
  }
  throw Error(ErrorKind::kUnavailable, "output.failed",
              fmt::format("The output could not be written: {}.", reason));
}

}  // namespace

FileOutput::~FileOutput() {
  try {
    Flush();
  } catch (const base::Error&) {  // the guard in main has reported what can be reported
  }
}

void FileOutput::Write(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= kBufferBytes) Flush();
}

void FileOutput::Flush() {
  const std::string text = std::exchange(buffer_, {});
  for (size_t done = 0; done < text.size();) {
    const ssize_t written = ::write(descriptor_, text.data() + done, text.size() - done);
    if (written >= 0) {
      done += static_cast<size_t>(written);
    } else if (errno != EINTR) {
      ThrowWriteFailure(errno);
    }
  }
}

}  // namespace laguna::app
