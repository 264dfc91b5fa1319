// SPDX-License-Identifier: Apache-2.0
// What has to be known of a CSV file before the engine reads it: its first line, and whether it is
// sound enough for the engine's reader.
//
// The engine's reader, asked to keep lines it cannot take, has three weak spots (1.5.5): an opened
// quote that is never closed swallows the rest of the file without a word; values with line ends in
// them may be cut wrongly when threads share a file; mixed line ends fail the whole query. So every
// file is walked over once, mostly by memchr: much cheaper than parsing it.
//
// The walk follows quotes alone. Outside quotes, the next quote counts as opening when a delimiter
// or a line end (and blanks) stand before it, else it is part of a value. Within quotes, an escaped
// or doubled quote is data. Behind a closing quote only a delimiter or a line end may follow; after
// anything else the line is broken and the walk goes on with the next one, as the reader does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "ingest/csv_dialect.h"

namespace laguna::ingest {

struct CsvShape {
  // The first line behind skipped lines and comments, without its end; empty when the dialect has
  // no header. At most kHeaderBytesMax bytes.
  std::string header;
  bool header_too_long = false;
  // Lines without anything that stand before the header.
  int64_t blank_lines = 0;
  // Bytes behind the header that are no line ends.
  bool has_rows = false;
  // A quoted value goes over several lines.
  bool has_quoted_line_end = false;
  bool has_mixed_line_ends = false;
  // Looks like UTF-16: a mark at the beginning, or NUL bytes in the header.
  bool looks_like_utf16 = false;
  // Where a quote is opened that is never closed.
  std::optional<uint64_t> unclosed_quote;
};

// For what walks a file where this program's own code cannot reach it.
base::Json ToJson(const CsvShape& shape);
CsvShape ShapeFromJson(const base::JsonView& view);

class CsvWalk {
 public:
  static constexpr size_t kHeaderBytesMax = 1 << 20;

  explicit CsvWalk(const CsvDialect& dialect);
  // The file's bytes, in order.
  void Feed(std::string_view bytes);
  CsvShape Finish();

 private:
  enum class State {
    kLineStart,   // where a comment may begin
    kComment,     // until the line ends
    kFieldStart,  // a quote opens a value
    kField,       // a quote is data
    kQuoted,
    kEscaped,  // behind an escape that is no quote
    kClosing,  // behind a quote within quotes
    kClosed,   // blanks behind a closing quote
    kBroken,   // until the line ends
  };

  // Each takes some of the front of `rest` and returns how many bytes.
  size_t Walk(std::string_view rest);
  size_t WalkOutside(std::string_view rest);
  size_t WalkQuoted(std::string_view rest);
  size_t WalkToLineEnd(std::string_view rest);
  void WalkByte(char c);
  void BeginLine(char c);
  void WalkField(char c);
  void WalkBehindQuote(char c);
  void EndLine(char c);
  // What is outside quotes and holds none: finds the state behind it.
  void PassOutside(std::string_view region);
  void SeeLineEnds(std::string_view region);
  void KeepHeader(char c);

  const CsvDialect dialect_;
  const char quote_;
  const char escape_;
  // Lines to leave out before the header.
  int64_t skip_;
  bool in_header_;
  // The last byte before the header was \r.
  bool passed_return_ = false;
  State state_ = State::kLineStart;
  uint64_t offset_ = 0;
  uint64_t quote_offset_ = 0;
  // Line ends seen outside quotes: \n alone, \r\n, \r alone.
  bool has_feed_ = false;
  bool has_both_ = false;
  bool has_return_ = false;
  // The last byte outside quotes was \r.
  bool after_return_ = false;
  // This piece of the file has a \r; most files have none, and nothing more to look for.
  bool piece_has_return_ = false;
  CsvShape shape_;
};

// The values of a header line. Bytes that are no UTF-8 are kept.
std::vector<std::string> HeaderCells(std::string_view line, const CsvDialect& dialect);

}  // namespace laguna::ingest
