// SPDX-License-Identifier: Apache-2.0
#include "app/shell/completion.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "app/output/display_width.h"
#include "base/error.h"
#include "base/utf8.h"

namespace laguna::app {
namespace {

constexpr size_t kCandidatesShownMax = 60;
constexpr size_t kTextBytesMax = 16 * 1024;

bool SameLetter(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

bool BeginsWith(std::string_view candidate, std::string_view typed) {
  return candidate.size() >= typed.size() &&
         std::ranges::equal(candidate.substr(0, typed.size()), typed, SameLetter);
}

// The engine also suggests what merely resembles the word, and punctuation.
bool IsWanted(std::string_view candidate, std::string_view typed) {
  const bool is_word = !candidate.empty() &&
                       std::string_view(".,;:()[]{}<>=+-*/%|&^?!~@#").find(candidate.front()) ==
                           std::string_view::npos;
  return is_word && BeginsWith(candidate, typed);
}

Completion FromEngine(engine::Session& session, const std::string& text) {
  Completion completion{.start = text.size(), .candidates = {}};
  engine::Result result =
      session.Run("SELECT suggestion, suggestion_start::BIGINT FROM sql_auto_complete($text)",
                  {{"text", text}});
  std::set<std::string> seen;
  for (const auto& row : result.Drain()) {
    const auto* offset = std::get_if<int64_t>(&row[1].alternatives());
    if (offset == nullptr || *offset < 0 || static_cast<size_t>(*offset) > text.size()) continue;
    const auto start = static_cast<size_t>(*offset);
    const std::string candidate = row[0].ToText();
    if (!IsWanted(candidate, std::string_view(text).substr(start))) continue;
    completion.start = start;
    if (seen.insert(candidate).second) completion.candidates.push_back(candidate);
  }
  return completion;
}

// The word before a dot at the end of `text`: "bronze" of "FROM bronze."; empty when there is none.
std::string_view WordBeforeDot(std::string_view text) {
  if (!text.ends_with('.')) return {};
  text.remove_suffix(1);
  const auto is_word = [](unsigned char c) { return std::isalnum(c) || c == '_' || c >= 0x80; };
  size_t begin = text.size();
  while (begin > 0 && is_word(static_cast<unsigned char>(text[begin - 1]))) --begin;
  return text.substr(begin);
}

Completion TablesOf(engine::Session& session, std::string_view zone, size_t start) {
  Completion completion{.start = start, .candidates = {}};
  engine::Result result = session.Run(
      "SELECT table_name FROM information_schema.tables WHERE lower(CASE table_catalog WHEN "
      "'laguna' "
      "THEN table_catalog ELSE table_schema END) = lower($zone) ORDER BY ALL",
      {{"zone", zone}});
  for (const auto& row : result.Drain()) completion.candidates.push_back(row[0].ToText());
  return completion;
}

}  // namespace

Completion CompleteSql(engine::Session& session, const std::string& text) {
  if (text.size() > kTextBytesMax) return {.start = text.size(), .candidates = {}};
  try {
    const std::string_view zone = WordBeforeDot(text);
    return zone.empty() ? FromEngine(session, text) : TablesOf(session, zone, text.size());
  } catch (const base::Error&) {  // a text it cannot make sense of
    return {.start = text.size(), .candidates = {}};
  }
}

Completion CompleteName(std::string_view text, const std::vector<std::string>& names) {
  Completion completion;
  for (const std::string& name : names) {
    if (name.starts_with(text)) completion.candidates.push_back(name);
  }
  return completion;
}

std::string CommonBeginning(const std::vector<std::string>& candidates) {
  if (candidates.empty()) return "";
  std::string_view common = candidates.front();
  for (const std::string& candidate : candidates) {
    const auto end = std::ranges::mismatch(common, candidate).in1;
    common = common.substr(0, static_cast<size_t>(end - common.begin()));
  }
  return std::string(base::TruncateBytes(candidates.front(), common.size()));
}

std::string CandidateList(const std::vector<std::string>& candidates, size_t width) {
  const size_t shown = std::min(candidates.size(), kCandidatesShownMax);
  size_t widest = 1;
  std::vector<std::string> cells;
  for (size_t i = 0; i < shown; ++i) {
    cells.push_back(CutToWidth(Printable(candidates[i]), width));
    widest = std::max(widest, DisplayWidth(cells.back()));
  }
  const size_t per_line = std::max<size_t>(1, width / (widest + 2));
  std::string list;
  for (size_t i = 0; i < shown; ++i) {
    list += cells[i];
    const bool line_ends = (i + 1) % per_line == 0 || i + 1 == shown;
    list += line_ends ? "\n" : std::string(widest + 2 - DisplayWidth(cells[i]), ' ');
  }
  if (shown < candidates.size()) {
    list += fmt::format("... and {} more\n", candidates.size() - shown);
  }
  return list;
}

}  // namespace laguna::app
