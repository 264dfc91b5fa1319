// SPDX-License-Identifier: Apache-2.0
#include "delta/codec/byte_reader.h"

#include <fmt/format.h>

#include "base/error.h"

namespace laguna::delta {

void ByteReader::Fail(size_t at, const std::string& expected, const std::string& found) {
  throw base::Error(
      base::ErrorKind::kCorrupt, "delta.deletion_vector",
      fmt::format("Expected {} at byte {} of the vector, found {}.", expected, at, found))
      .With("expected", expected)
      .With("found", found);
}

void ByteReader::FailShort(size_t size, std::string_view what) const {
  Fail(offset_, fmt::format("{} bytes of {}", size, what),
       fmt::format("{} more until the end", remaining()));
}

}  // namespace laguna::delta
