// SPDX-License-Identifier: Apache-2.0
// What a text file is cut into, one by one. Cutters are pure but for the window they read; memory
// is bounded by kRecordBytesMax.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace laguna::ingest {

inline constexpr size_t kRecordBytesMax = size_t{16} << 20;
// Of a record that cannot be read this much is kept.
inline constexpr size_t kKeptBytesMax = 10'000;

struct TextRecord {
  uint64_t byte_offset = 0;
  // From 1, where the window began.
  int64_t line = 0;
  // As it stands in the file, without the line end; of a bad record its first bytes, as
  // CutText (line_text.h) gives them.
  std::string text = {};
  // Of CSV. Nothing for an empty value without quotes.
  std::vector<std::optional<std::string>> cells = {};
  // Why it is no record; empty when it is one.
  std::string reason = {};
};

class RecordCutter {
 public:
  virtual ~RecordCutter() = default;
  // False at the end.
  virtual bool Next(TextRecord& record) = 0;
};

}  // namespace laguna::ingest
