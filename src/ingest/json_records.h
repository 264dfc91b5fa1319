// SPDX-License-Identifier: Apache-2.0
// JSON files cut into objects. A file has one of two shapes, which its beginning tells:
//
// Lines: one object a line; any other line is a bad record. A file that begins in no other way is
// of lines.
// Objects: objects over several lines, one behind the other or as the elements of an array. What
// stands between them (commas, brackets, blanks) is passed over, anything else is a bad record. An
// object that is not closed, or longer than kRecordBytesMax, ends the file: where the next one
// begins nobody can tell.
#pragma once

#include <cstdint>
#include <optional>

#include "ingest/text_record.h"
#include "ingest/text_window.h"

namespace laguna::ingest {

enum class JsonShape { kLines, kObjects };

// Looks at the front, and drops nothing.
JsonShape ShapeOfJson(TextWindow& window);

class JsonRecords final : public RecordCutter {
 public:
  explicit JsonRecords(TextWindow& window) : window_(window) {}
  // The lines that begin in a part of a file of lines: before `end`. The window begins at the
  // part's first byte, or at the byte before it where that is not the file's first.
  JsonRecords(TextWindow& window, uint64_t end, bool passes_first_line)
      : window_(window), end_(end), shape_(JsonShape::kLines), passes_line_(passes_first_line) {}

  // Lines of blanks are passed over.
  bool Next(TextRecord& record) override;

 private:
  bool NextLine(TextRecord& record);
  bool NextObject(TextRecord& record);
  void TakeObject(TextRecord& record);
  void TakeRest(TextRecord& record, const char* reason);
  // Up to the next line end or bracket.
  void TakeJunk(TextRecord& record);
  // The end of the line at the front, without what ends it; as far as kRecordBytesMax.
  size_t FindLineEnd();
  // Drops the line at the front; how many bytes it has.
  uint64_t PassLine();

  TextWindow& window_;
  std::optional<uint64_t> end_;
  std::optional<JsonShape> shape_;
  bool passes_line_ = false;
};

}  // namespace laguna::ingest
