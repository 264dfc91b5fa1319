// SPDX-License-Identifier: Apache-2.0
#include "ingest/json_records.h"

#include <algorithm>
#include <string_view>

#include "base/utf8.h"
#include "ingest/csv_records.h"
#include "ingest/line_text.h"

namespace laguna::ingest {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";

// Where the object that begins at the front ends; nothing when it does not within the text.
class ObjectEnd {
 public:
  // Goes on with what has been added to the text.
  std::optional<size_t> Find(std::string_view text) {
    for (; at_ < text.size(); ++at_) {
      const char byte = text[at_];
      if (in_string_) {
        in_string_ = escaped_ || byte != '"';
        escaped_ = !escaped_ && byte == '\\';
      } else if (byte == '"') {
        in_string_ = true;
      } else if (byte == '{' || byte == '[') {
        ++depth_;
      } else if ((byte == '}' || byte == ']') && --depth_ == 0) {
        return at_ + 1;
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] bool in_string() const { return in_string_; }

 private:
  size_t at_ = 0;
  int64_t depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
};

// The place of the next byte that is no blank, from `at` on; the text's end when there is none.
size_t PassBlanks(TextWindow& window, size_t at) {
  while (window.Has(at + 1)) {
    const size_t found = window.text().find_first_not_of(kBlanks, at);
    if (found != std::string_view::npos) return found;
    at = window.text().size();
    if (at > kRecordBytesMax) return at;
  }
  return at;
}

// Whether the object at `at` is one of many on a line, or goes over several lines as printers break
// them: behind a bracket, a comma or a colon. A line that was cut off does not look so.
JsonShape ShapeOfObject(TextWindow& window, size_t at) {
  size_t line_end = std::string_view::npos;
  while ((line_end = window.text().find('\n', at)) == std::string_view::npos) {
    if (window.text().size() > kRecordBytesMax || !window.Grow()) break;
  }
  std::string_view line = window.text().substr(at);
  if (line_end != std::string_view::npos) line = line.substr(0, line_end - at);
  ObjectEnd object;
  const auto end = object.Find(line);
  if (end) {
    const size_t behind = line.find_first_not_of(kBlanks, *end);
    const bool more =
        behind != std::string_view::npos && (line[behind] == ',' || line[behind] == '{');
    return more ? JsonShape::kObjects : JsonShape::kLines;
  }
  if (object.in_string()) return JsonShape::kLines;
  const size_t last = line.find_last_not_of(kBlanks);
  constexpr std::string_view kBreaksBehind = "{[,:";
  return last != std::string_view::npos && kBreaksBehind.find(line[last]) != std::string_view::npos
             ? JsonShape::kObjects
             : JsonShape::kLines;
}

}  // namespace

JsonShape ShapeOfJson(TextWindow& window) {
  window.Has(kUtf8Mark.size());
  size_t at = window.text().starts_with(kUtf8Mark) ? kUtf8Mark.size() : 0;
  at = PassBlanks(window, at);
  if (!window.Has(at + 1)) return JsonShape::kLines;
  if (window.text()[at] == '{') return ShapeOfObject(window, at);
  if (window.text()[at] != '[') return JsonShape::kLines;
  at = PassBlanks(window, at + 1);
  if (!window.Has(at + 1)) return JsonShape::kLines;
  const char first = window.text()[at];
  return first == '{' || first == ']' ? JsonShape::kObjects : JsonShape::kLines;
}

bool JsonRecords::Next(TextRecord& record) {
  if (!shape_) shape_ = ShapeOfJson(window_);
  if (window_.offset() == 0 && window_.text().starts_with(kUtf8Mark)) {
    window_.Drop(kUtf8Mark.size());
  }
  if (passes_line_) PassLine();
  passes_line_ = false;
  record = {};
  const bool found = *shape_ == JsonShape::kLines ? NextLine(record) : NextObject(record);
  if (found && record.reason.empty() && !base::IsUtf8(record.text)) {
    record.reason = kBadEncodingReason;
    record.text = CutText(record.text, kKeptBytesMax, record.text.size());
  }
  return found;
}

bool JsonRecords::NextLine(TextRecord& record) {
  while (window_.Has(1) && (!end_ || window_.offset() < *end_)) {
    const size_t end = FindLineEnd();
    record.byte_offset = window_.offset();
    record.line = window_.line();
    std::string_view line = window_.text().substr(0, end);
    if (end > kRecordBytesMax) {
      const std::string kept(line.substr(0, kKeptBytesMax + 1));
      record.reason = "The line is longer than 16777216 bytes.";
      record.text = CutText(kept, kKeptBytesMax, PassLine());
      return true;
    }
    if (line.ends_with('\r')) line.remove_suffix(1);
    const bool blank = line.find_first_not_of(kBlanks) == std::string_view::npos;
    record.text = line;
    window_.Drop(std::min(end + 1, window_.text().size()));
    if (!blank) return true;
  }
  return false;
}

size_t JsonRecords::FindLineEnd() {
  size_t searched = 0;
  while (true) {
    const size_t feed = window_.text().find('\n', searched);
    if (feed != std::string_view::npos) return feed;
    searched = window_.text().size();
    if (searched > kRecordBytesMax || !window_.Grow()) return searched;
  }
}

uint64_t JsonRecords::PassLine() {
  uint64_t size = 0;
  while (window_.Has(1)) {
    const size_t feed = window_.text().find('\n');
    const size_t taken = feed == std::string_view::npos ? window_.text().size() : feed + 1;
    window_.Drop(taken);
    size += taken;
    if (feed != std::string_view::npos) break;
  }
  return size;
}

bool JsonRecords::NextObject(TextRecord& record) {
  while (window_.Has(1)) {
    const size_t passed = std::min(window_.text().find_first_not_of(" \t\r\n,[]"),  // between
                                   window_.text().size());
    window_.Drop(passed);
    if (window_.text().empty()) continue;
    record.byte_offset = window_.offset();
    record.line = window_.line();
    if (window_.text().front() == '{') {
      TakeObject(record);
    } else {
      TakeJunk(record);
    }
    return true;
  }
  return false;
}

void JsonRecords::TakeObject(TextRecord& record) {
  ObjectEnd object;
  while (true) {
    if (const auto end = object.Find(window_.text())) {
      record.text = window_.text().substr(0, *end);
      window_.Drop(*end);
      return;
    }
    if (window_.text().size() > kRecordBytesMax) {
      TakeRest(record,
               "The object is longer than 16777216 bytes; nothing from it on was read. A file with "
               "one object a line may be of any size.");
      return;
    }
    if (!window_.Grow()) {
      TakeRest(record, "The object is never closed; nothing from it on was read.");
      return;
    }
  }
}

void JsonRecords::TakeRest(TextRecord& record, const char* reason) {
  const std::string kept(window_.text().substr(0, kKeptBytesMax + 1));
  uint64_t size = 0;
  while (window_.Has(1)) {
    size += window_.text().size();
    window_.Drop(window_.text().size());
  }
  record.reason = reason;
  record.text = CutText(kept, kKeptBytesMax, size);
}

void JsonRecords::TakeJunk(TextRecord& record) {
  constexpr size_t kJunkBytesMax = size_t{1} << 20;
  size_t end = 0;
  while (true) {
    end = std::min(window_.text().find_first_of("\n{"), window_.text().size());
    if (end < window_.text().size() || end > kJunkBytesMax || !window_.Grow()) break;
  }
  record.reason = "Between the objects of the file stands something else.";
  record.text = CutText(window_.text().substr(0, end), kKeptBytesMax, end);
  window_.Drop(end);
}

}  // namespace laguna::ingest
