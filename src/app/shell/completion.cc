// SPDX-License-Identifier: Apache-2.0
#include "app/shell/completion.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "app/output/display_width.h"
#include "base/error.h"
#include "base/utf8.h"

namespace laguna::app {
namespace {

constexpr size_t kCandidatesShownMax = 60;
constexpr size_t kTextBytesMax = 16 * 1024;

void AddSuggestion(Completion& completion, const std::vector<engine::Value>& row,
                   std::set<std::string>& seen) {
  const std::string candidate = row[0].ToText();
  if (seen.insert(candidate).second) completion.candidates.push_back(candidate);
  if (const auto* start = std::get_if<int64_t>(&row[1].alternatives())) {
    completion.start = static_cast<size_t>(std::max<int64_t>(*start, 0));
  }
}

}  // namespace

Completion CompleteSql(engine::Session& session, const std::string& text) {
  Completion completion{.start = text.size(), .candidates = {}};
  if (text.size() > kTextBytesMax) return completion;
  try {
    engine::Result result =
        session.Run("SELECT suggestion, suggestion_start::BIGINT FROM sql_auto_complete($text)",
                    {{"text", text}});
    std::set<std::string> seen;
    for (const auto& row : result.Drain()) AddSuggestion(completion, row, seen);
  } catch (const base::Error&) {  // a text it cannot make sense of
    completion.candidates.clear();
  }
  completion.start = std::min(completion.start, text.size());
  return completion;
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
