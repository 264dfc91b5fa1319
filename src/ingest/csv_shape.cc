// SPDX-License-Identifier: Apache-2.0
#include "ingest/csv_shape.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace laguna::ingest {
namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";

bool IsLineEnd(char c) {
  return c == '\n' || c == '\r';
}

bool IsBlank(char c) {
  return c == ' ' || c == '\t';
}

bool StartsAsUtf16(std::string_view bytes) {
  return bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF");
}

}  // namespace

CsvWalk::CsvWalk(const CsvDialect& dialect)
    : dialect_(dialect),
      quote_(dialect.quote.empty() ? '\0' : dialect.quote.front()),
      escape_(dialect.escape.empty() ? quote_ : dialect.escape.front()),
      skip_(dialect.skip),
      in_header_(dialect.header) {}

void CsvWalk::Feed(std::string_view bytes) {
  if (offset_ == 0) shape_.looks_like_utf16 = StartsAsUtf16(bytes);
  piece_has_return_ = bytes.find('\r') != std::string_view::npos;
  while (!bytes.empty()) {
    const size_t taken = Walk(bytes);
    if (skip_ == 0 && !in_header_ && !shape_.has_rows) {
      shape_.has_rows =
          bytes.substr(0, taken).find_first_not_of("\r\n \t") != std::string_view::npos;
    }
    offset_ += taken;
    bytes.remove_prefix(taken);
  }
}

CsvShape CsvWalk::Finish() {
  if (state_ == State::kQuoted || state_ == State::kEscaped) shape_.unclosed_quote = quote_offset_;
  has_return_ = has_return_ || after_return_;
  shape_.has_mixed_line_ends = int{has_feed_} + int{has_both_} + int{has_return_} > 1;
  while (!shape_.header.empty() && IsLineEnd(shape_.header.back())) shape_.header.pop_back();
  if (shape_.header.starts_with(kUtf8Mark)) shape_.header.erase(0, kUtf8Mark.size());
  if (shape_.header.find('\0') != std::string::npos) shape_.looks_like_utf16 = true;
  return std::move(shape_);
}

size_t CsvWalk::Walk(std::string_view rest) {
  const bool fast = skip_ == 0 && !in_header_;
  if (fast && dialect_.comment.empty() &&
      (state_ == State::kLineStart || state_ == State::kFieldStart || state_ == State::kField)) {
    return WalkOutside(rest);
  }
  if (fast && state_ == State::kQuoted) return WalkQuoted(rest);
  if (fast && (state_ == State::kBroken || state_ == State::kComment)) return WalkToLineEnd(rest);
  WalkByte(rest.front());
  return 1;
}

size_t CsvWalk::WalkOutside(std::string_view rest) {
  const size_t at = quote_ == '\0' ? std::string_view::npos : rest.find(quote_);
  PassOutside(rest.substr(0, at));
  if (at == std::string_view::npos) return rest.size();
  after_return_ = false;
  if (state_ == State::kField) return at + 1;
  quote_offset_ = offset_ + at;
  state_ = State::kQuoted;
  return at + 1;
}

void CsvWalk::PassOutside(std::string_view region) {
  if (piece_has_return_ || after_return_) {
    SeeLineEnds(region);
  } else if (!has_feed_) {
    has_feed_ = region.find('\n') != std::string_view::npos;
  }
  while (!region.empty()) {
    if (IsLineEnd(region.back())) {
      state_ = State::kLineStart;
      return;
    }
    if (region.ends_with(dialect_.delimiter)) {
      state_ = State::kFieldStart;
      return;
    }
    if (!IsBlank(region.back())) {
      state_ = State::kField;
      return;
    }
    region.remove_suffix(1);
  }
}

void CsvWalk::SeeLineEnds(std::string_view region) {
  size_t at = 0;
  while (at < region.size()) {
    if (after_return_) {
      (region[at] == '\n' ? has_both_ : has_return_) = true;
      at += region[at] == '\n' ? 1 : 0;
      after_return_ = false;
      continue;
    }
    at = region.find_first_of("\r\n", at);
    if (at == std::string_view::npos) return;
    (region[at] == '\n' ? has_feed_ : after_return_) = true;
    ++at;
  }
}

size_t CsvWalk::WalkQuoted(std::string_view rest) {
  size_t at = rest.find(quote_);
  if (escape_ != quote_) at = std::min(at, rest.find(escape_));
  if (!shape_.has_quoted_line_end) {
    const std::string_view region = rest.substr(0, at);
    shape_.has_quoted_line_end = region.find('\n') != std::string_view::npos;
  }
  if (at == std::string_view::npos) return rest.size();
  state_ = rest[at] == quote_ ? State::kClosing : State::kEscaped;
  return at + 1;
}

size_t CsvWalk::WalkToLineEnd(std::string_view rest) {
  const size_t at = rest.find_first_of("\r\n");
  if (at == std::string_view::npos) return rest.size();
  EndLine(rest[at]);
  return at + 1;
}

void CsvWalk::WalkByte(char c) {
  if (skip_ > 0) {
    if (c == '\n') {
      --skip_;
      EndLine(c);
    }
    return;
  }
  if (state_ == State::kLineStart) {
    BeginLine(c);
  }
  if (in_header_ && state_ != State::kComment) KeepHeader(c);
  switch (state_) {
    case State::kQuoted:
      WalkQuoted({&c, 1});
      return;
    case State::kEscaped:
      state_ = State::kQuoted;
      return;
    case State::kClosing:
    case State::kClosed:
      WalkBehindQuote(c);
      return;
    default:
      WalkField(c);
  }
}

void CsvWalk::BeginLine(char c) {
  state_ = State::kFieldStart;
  if (!dialect_.comment.empty() && c == dialect_.comment.front()) state_ = State::kComment;
}

void CsvWalk::WalkField(char c) {
  if (IsLineEnd(c)) {
    const bool was_comment = state_ == State::kComment;
    EndLine(c);
    // A line feed behind a carriage return ends no second line.
    if (!was_comment && !shape_.header.empty()) in_header_ = false;
    return;
  }
  if (state_ == State::kBroken || state_ == State::kComment) return;
  if (c == quote_ && quote_ != '\0') {
    if (state_ == State::kFieldStart) {
      quote_offset_ = offset_;
      state_ = State::kQuoted;
    }
  } else if (dialect_.delimiter.back() == c) {
    state_ = State::kFieldStart;
  } else if (!IsBlank(c)) {
    SeeLineEnds({&c, 1});
    state_ = State::kField;
  }
}

void CsvWalk::WalkBehindQuote(char c) {
  const bool doubled = state_ == State::kClosing && c == quote_ && escape_ == quote_;
  if (doubled) {
    state_ = State::kQuoted;
  } else if (IsLineEnd(c) || c == dialect_.delimiter.back()) {
    WalkField(c);
  } else {
    state_ = IsBlank(c) || dialect_.delimiter.front() == c ? State::kClosed : State::kBroken;
  }
}

void CsvWalk::EndLine(char c) {
  SeeLineEnds({&c, 1});
  state_ = State::kLineStart;
}

void CsvWalk::KeepHeader(char c) {
  if (shape_.header.empty() && IsLineEnd(c)) {
    // A line feed behind a carriage return ends no second line.
    if (c != '\n' || !passed_return_) ++shape_.blank_lines;
    passed_return_ = c == '\r';
    return;
  }
  if (shape_.header.size() == kHeaderBytesMax) {
    shape_.header_too_long = true;
    in_header_ = false;
    return;
  }
  shape_.header += c;
}

base::Json ToJson(const CsvShape& shape) {
  base::Json json = base::Json::object();
  std::string header;
  // Its bytes may be no text.
  for (const unsigned char byte : shape.header) header += fmt::format("{:02x}", byte);
  json["header"] = header;
  json["header_too_long"] = shape.header_too_long;
  json["blank_lines"] = shape.blank_lines;
  json["has_rows"] = shape.has_rows;
  json["has_quoted_line_end"] = shape.has_quoted_line_end;
  json["has_mixed_line_ends"] = shape.has_mixed_line_ends;
  json["looks_like_utf16"] = shape.looks_like_utf16;
  if (shape.unclosed_quote) json["unclosed_quote"] = *shape.unclosed_quote;
  return json;
}

CsvShape ShapeFromJson(const base::JsonView& view) {
  CsvShape shape;
  const std::string& header = view.Require("header").AsString();
  for (size_t i = 0; i + 1 < header.size(); i += 2) {
    shape.header += static_cast<char>(std::stoi(header.substr(i, 2), nullptr, 16));
  }
  shape.header_too_long = view.Require("header_too_long").AsBoolean();
  shape.blank_lines = view.Require("blank_lines").AsInteger();
  shape.has_rows = view.Require("has_rows").AsBoolean();
  shape.has_quoted_line_end = view.Require("has_quoted_line_end").AsBoolean();
  shape.has_mixed_line_ends = view.Require("has_mixed_line_ends").AsBoolean();
  shape.looks_like_utf16 = view.Require("looks_like_utf16").AsBoolean();
  if (const auto quote = view.Find("unclosed_quote")) {
    shape.unclosed_quote = static_cast<uint64_t>(quote->AsInteger());
  }
  return shape;
}

std::vector<std::string> HeaderCells(std::string_view line, const CsvDialect& dialect) {
  const char quote = dialect.quote.empty() ? '\0' : dialect.quote.front();
  const char escape = dialect.escape.empty() ? quote : dialect.escape.front();
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    const bool escapes = quoted && line[i] == escape && i + 1 < line.size() &&
                         (line[i + 1] == quote || escape != quote);
    if (escapes) {
      cells.back() += line[++i];
    } else if (quote != '\0' && line[i] == quote) {
      quoted = !quoted;
    } else if (!quoted && line.substr(i).starts_with(dialect.delimiter)) {
      cells.emplace_back();
      i += dialect.delimiter.size() - 1;
    } else {
      cells.back() += line[i];
    }
  }
  return cells;
}

}  // namespace laguna::ingest
