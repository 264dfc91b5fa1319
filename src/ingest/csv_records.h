// SPDX-License-Identifier: Apache-2.0
// CSV files the engine's reader does not take (csv_shape.h): cut line by line, so that one bad line
// costs no other.
//
// A line ends with \n, or \r\n. In front of any other byte a \r outside quotes makes a bad line. A
// quote that is never closed makes one, too: the line it was opened in; from then on no value goes
// over several lines, for nobody knows where the next one was to end.
#pragma once

#include <string>
#include <string_view>

#include "ingest/csv_dialect.h"
#include "ingest/text_record.h"
#include "ingest/text_window.h"

namespace laguna::ingest {

inline constexpr const char* kBadEncodingReason =
    "The line has bytes that are no text in the file's encoding; see the option encoding of "
    "read_files.";

class CsvRecords final : public RecordCutter {
 public:
  // The header, and what stands before it, is left out. `columns`: how many values a line has to
  // have. Both must outlive the cutter.
  CsvRecords(TextWindow& window, const CsvDialect& dialect, size_t columns);

  bool Next(TextRecord& record) override;

 private:
  enum class End { kValue, kLine, kUnclosed, kBehindQuote, kReturn, kTooLong };

  void PassHeader();
  // Blank lines and comments.
  void PassBlankLines();
  bool Cut(TextRecord& record);
  // Each reads from `at_` on.
  End CutValue(std::optional<std::string>& cell);
  End CutQuoted(std::string& cell);
  End CutPlain(std::optional<std::string>& cell);
  // What stands at `at_`, which is no value's byte.
  std::optional<End> EndAt();
  // The line from the front to its end, whatever it has.
  void TakeBadLine(TextRecord& record, std::string_view reason);
  void Finish(TextRecord& record);
  [[nodiscard]] bool At(std::string_view text);
  // The byte at `at_`; nothing at the end.
  std::optional<char> Byte();

  TextWindow& window_;
  const CsvDialect& dialect_;
  const size_t columns_;
  const char quote_;
  const char escape_;
  // From the window's front.
  size_t at_ = 0;
  bool begun_ = false;
  bool one_line_values_ = false;
};

}  // namespace laguna::ingest
