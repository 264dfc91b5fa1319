// SPDX-License-Identifier: Apache-2.0
#include "ingest/csv_records.h"

#include <algorithm>

#include "base/utf8.h"
#include "ingest/line_text.h"

namespace laguna::ingest {
namespace {

constexpr size_t kLineBytesMax = 2'000'000;  // as the engine's reader
constexpr const char* kTooLongReason = "The line is longer than 2000000 bytes.";

std::string Utf8(const std::string& text, bool is_latin1) {
  return is_latin1 ? Utf8OfLatin1(text) : text;
}

}  // namespace

CsvRecords::CsvRecords(TextWindow& window, const CsvDialect& dialect, size_t columns)
    : window_(window),
      dialect_(dialect),
      columns_(columns),
      quote_(dialect.quote.empty() ? '\0' : dialect.quote.front()),
      escape_(dialect.escape.empty() ? quote_ : dialect.escape.front()) {}

bool CsvRecords::Next(TextRecord& record) {
  if (!begun_) PassHeader();
  PassBlankLines();
  if (!window_.Has(1)) return false;
  record = {.byte_offset = window_.offset(), .line = window_.line()};
  if (Cut(record)) Finish(record);
  return true;
}

void CsvRecords::PassHeader() {
  begun_ = true;
  if (At("\xEF\xBB\xBF")) window_.Drop(3);
  TextRecord passed;
  for (int64_t i = 0; i < dialect_.skip; ++i) TakeBadLine(passed, {});
  if (!dialect_.header) return;
  PassBlankLines();
  TextRecord header;
  Cut(header);
}

void CsvRecords::PassBlankLines() {
  while (true) {
    at_ = 0;
    const auto byte = Byte();
    if (!byte) return;
    const bool comment = !dialect_.comment.empty() && At(dialect_.comment);
    if (comment) {
      TextRecord passed;
      TakeBadLine(passed, {});
    } else if (*byte == '\n' || *byte == '\r') {
      window_.Drop(1);
    } else {
      return;
    }
  }
}

// False for a bad line, which is taken whole.
bool CsvRecords::Cut(TextRecord& record) {
  at_ = 0;
  while (true) {
    std::optional<std::string> cell;
    const End end = CutValue(cell);
    record.cells.push_back(std::move(cell));
    switch (end) {
      case End::kValue:
        if (record.cells.size() <= columns_ || columns_ == 0) continue;
        TakeBadLine(record, "The line has too many values.");
        return false;
      case End::kLine:
        record.text = window_.text().substr(0, at_);
        window_.Drop(at_);
        return true;
      case End::kUnclosed:
        one_line_values_ = true;
        TakeBadLine(record, "A quote is opened in this line and never closed.");
        return false;
      case End::kBehindQuote:
        TakeBadLine(record, "A quote stands in the middle of a value, or is never closed.");
        return false;
      case End::kTooLong:
        TakeBadLine(record, kTooLongReason);
        return false;
      case End::kReturn:
        TakeBadLine(record, "A carriage return (\\r) stands in the middle of the line.");
        return false;
    }
  }
}

CsvRecords::End CsvRecords::CutValue(std::optional<std::string>& cell) {
  if (quote_ == '\0') return CutPlain(cell);
  const size_t begin = at_;
  while (Byte() == ' ') ++at_;
  if (Byte() != quote_) {
    at_ = begin;
    return CutPlain(cell);
  }
  ++at_;
  return CutQuoted(cell.emplace());
}

CsvRecords::End CsvRecords::CutQuoted(std::string& cell) {
  while (true) {
    const auto byte = Byte();
    if (!byte || at_ > kLineBytesMax || (one_line_values_ && *byte == '\n')) return End::kUnclosed;
    ++at_;
    if (*byte == escape_ && (escape_ != quote_ ? Byte().has_value() : Byte() == quote_)) {
      cell += *Byte();
      ++at_;
    } else if (*byte == quote_) {
      break;
    } else {
      cell += *byte;
    }
  }
  while (Byte() == ' ') ++at_;
  return EndAt().value_or(End::kBehindQuote);
}

CsvRecords::End CsvRecords::CutPlain(std::optional<std::string>& cell) {
  const size_t begin = at_;
  while (true) {
    const size_t end_of_value = at_;
    const auto end = EndAt();
    if (end && end_of_value > begin) {
      cell = window_.text().substr(begin, end_of_value - begin);
    }
    if (end) return *end;
    if (at_ > kLineBytesMax) return End::kTooLong;
    ++at_;
  }
}

std::optional<CsvRecords::End> CsvRecords::EndAt() {
  const auto byte = Byte();
  if (!byte) return End::kLine;
  if (*byte == '\n') {
    ++at_;
    return End::kLine;
  }
  if (*byte == '\r') {
    ++at_;
    const auto behind = Byte();
    if (behind && *behind != '\n') return End::kReturn;
    if (behind) ++at_;
    return End::kLine;
  }
  if (!At(dialect_.delimiter)) return std::nullopt;
  at_ += dialect_.delimiter.size();
  return End::kValue;
}

void CsvRecords::TakeBadLine(TextRecord& record, std::string_view reason) {
  uint64_t size = 0;
  std::string kept;
  bool ended = false;
  while (!ended && window_.Has(1)) {
    const std::string_view text = window_.text();
    const size_t feed = text.find('\n');
    ended = feed != std::string_view::npos;
    const size_t taken = ended ? feed + 1 : text.size();
    if (kept.size() <= kKeptBytesMax) kept += text.substr(0, std::min(taken, kKeptBytesMax + 1));
    size += taken;
    window_.Drop(taken);
  }
  record.reason = reason;
  record.text = CutText(Utf8(kept, IsLatin1(dialect_)), kKeptBytesMax, size);
}

// The record is whole; what is in it may still be wrong.
void CsvRecords::Finish(TextRecord& record) {
  const bool is_latin1 = IsLatin1(dialect_);
  if (record.text.size() > kLineBytesMax) {
    record.reason = kTooLongReason;
  } else if (record.cells.size() != columns_) {
    record.reason = record.cells.size() < columns_ ? "The line has too few values."
                                                   : "The line has too many values.";
  } else if (!is_latin1 && !base::IsUtf8(record.text)) {
    record.reason = kBadEncodingReason;
  }
  for (auto& cell : record.cells) {
    if (cell) cell = Utf8(*cell, is_latin1);
  }
  const size_t size = record.text.size();
  record.text = CutText(Utf8(record.text, is_latin1), kKeptBytesMax, size);
}

bool CsvRecords::At(std::string_view text) {
  window_.Has(at_ + text.size());
  return window_.text().substr(std::min(at_, window_.text().size())).starts_with(text);
}

std::optional<char> CsvRecords::Byte() {
  if (at_ >= window_.text().size() && !window_.Has(at_ + 1)) return std::nullopt;
  return window_.text()[at_];
}

}  // namespace laguna::ingest
