// SPDX-License-Identifier: Apache-2.0
#include "runner/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <regex>
#include <utility>

namespace laguna::test {
namespace {

constexpr std::string_view kMatch = "<REGEX>:";
constexpr std::string_view kMismatch = "<!REGEX>:";
constexpr double kRelativeTolerance = 1e-9;
// A longer result shows its first difference only: the table below grows with the square.
constexpr size_t kDiffLinesMax = 1'000;

using Equal = std::function<bool(const std::string& expected, const std::string& actual)>;

bool Matches(std::string_view pattern, std::string_view text) {
  return std::regex_match(text.begin(), text.end(),
                          std::regex(pattern.begin(), pattern.end(), std::regex::ECMAScript));
}

bool EqualText(const std::string& expected, const std::string& actual) {
  if (expected.starts_with(kMatch)) return Matches(expected.substr(kMatch.size()), actual);
  if (expected.starts_with(kMismatch)) return !Matches(expected.substr(kMismatch.size()), actual);
  return expected == actual;
}

std::optional<double> ToNumber(const std::string& text) {
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0') return std::nullopt;
  return number;
}

bool EqualReal(const std::string& expected, const std::string& actual) {
  if (EqualText(expected, actual)) return true;
  const std::optional<double> left = ToNumber(expected);
  const std::optional<double> right = ToNumber(actual);
  if (!left || !right) return false;
  const double scale = std::max(std::abs(*left), std::abs(*right));
  return std::abs(*left - *right) <= kRelativeTolerance * scale;
}

std::vector<std::string> SplitCells(std::string_view line) {
  std::vector<std::string> cells;
  for (size_t tab = line.find('\t'); tab != std::string_view::npos; tab = line.find('\t')) {
    cells.emplace_back(line.substr(0, tab));
    line.remove_prefix(tab + 1);
  }
  cells.emplace_back(line);
  return cells;
}

bool EqualRow(const std::string& expected, const std::string& actual, std::string_view types) {
  const Row left = SplitCells(expected);
  const Row right = SplitCells(actual);
  if (left.size() != right.size()) return false;
  for (size_t column = 0; column < left.size(); ++column) {
    const bool real = column < types.size() && types[column] == 'R';
    if (!(real ? EqualReal(left[column], right[column]) : EqualText(left[column], right[column]))) {
      return false;
    }
  }
  return true;
}

// The lengths of the longest common subsequences of all suffixes: common[i][j] is that of
// expected[i..] and actual[j..].
std::vector<std::vector<int>> CommonLengths(const std::vector<std::string>& expected,
                                            const std::vector<std::string>& actual,
                                            const Equal& equal) {
  std::vector<std::vector<int>> common(expected.size() + 1, std::vector<int>(actual.size() + 1, 0));
  for (size_t i = expected.size(); i-- > 0;) {
    for (size_t j = actual.size(); j-- > 0;) {
      common[i][j] = equal(expected[i], actual[j]) ? common[i + 1][j + 1] + 1
                                                   : std::max(common[i + 1][j], common[i][j + 1]);
    }
  }
  return common;
}

std::string FullDiff(const std::vector<std::string>& expected,
                     const std::vector<std::string>& actual, const Equal& equal) {
  const auto common = CommonLengths(expected, actual, equal);
  std::string diff;
  size_t i = 0;
  size_t j = 0;
  while (i < expected.size() || j < actual.size()) {
    const bool both = i < expected.size() && j < actual.size();
    if (both && equal(expected[i], actual[j])) {
      diff += fmt::format("    {}\n", actual[j]);
      ++i, ++j;
    } else if (j == actual.size() || (both && common[i + 1][j] >= common[i][j + 1])) {
      diff += fmt::format("  - {}\n", expected[i++]);
    } else {
      diff += fmt::format("  + {}\n", actual[j++]);
    }
  }
  return diff;
}

std::string FirstDifference(const std::vector<std::string>& expected,
                            const std::vector<std::string>& actual, const Equal& equal) {
  size_t at = 0;
  while (at < expected.size() && at < actual.size() && equal(expected[at], actual[at])) ++at;
  const auto line = [at](const std::vector<std::string>& lines) {
    return at < lines.size() ? lines[at] : std::string("(nothing)");
  };
  return fmt::format("  first difference at line {} of {} expected, {} actual:\n  - {}\n  + {}\n",
                     at + 1, expected.size(), actual.size(), line(expected), line(actual));
}

std::optional<std::string> Compare(const std::vector<std::string>& expected,
                                   const std::vector<std::string>& actual, const Equal& equal) {
  if (std::ranges::equal(expected, actual, equal)) return std::nullopt;
  const std::string legend = "  (- expected, + actual)\n";
  if (std::max(expected.size(), actual.size()) > kDiffLinesMax) {
    return legend + FirstDifference(expected, actual, equal);
  }
  return legend + FullDiff(expected, actual, equal);
}

bool Contains(const std::string& part, std::string_view text) {
  const auto search = [text](std::string_view pattern) {
    return std::regex_search(text.begin(), text.end(), std::regex(pattern.begin(), pattern.end()));
  };
  if (part.starts_with(kMatch)) return search(std::string_view(part).substr(kMatch.size()));
  if (part.starts_with(kMismatch)) return !search(std::string_view(part).substr(kMismatch.size()));
  return text.find(part) != std::string_view::npos;
}

std::string Indented(std::string_view text) {
  std::string result;
  for (const std::string& line : SplitLines(text)) result += fmt::format("  | {}\n", line);
  return result;
}

}  // namespace

std::string FormatCell(std::optional<std::string_view> value) {
  if (!value) return "NULL";
  if (value->empty()) return "(empty)";
  std::string cell;
  for (const char byte : *value) {
    switch (byte) {
      case '\t':
        cell += "\\t";
        break;
      case '\n':
        cell += "\\n";
        break;
      case '\r':
        cell += "\\r";
        break;
      case '\0':
        cell += "\\0";
        break;
      default:
        cell += byte;
    }
  }
  return cell;
}

std::string JoinCells(const Row& row) {
  return fmt::format("{}", fmt::join(row, "\t"));
}

std::vector<Row> SortRows(std::vector<Row> rows, Sorting sorting) {
  if (sorting == Sorting::kValues) {
    std::vector<Row> values;
    for (Row& row : rows) {
      for (std::string& cell : row) values.push_back({std::move(cell)});
    }
    rows = std::move(values);
  }
  if (sorting != Sorting::kNone) std::ranges::sort(rows);
  return rows;
}

std::optional<std::string> CompareRows(const std::vector<std::string>& expected,
                                       const std::vector<Row>& actual, std::string_view types) {
  std::vector<std::string> lines;
  for (const Row& row : actual) lines.push_back(JoinCells(row));
  return Compare(expected, lines, [types](const std::string& left, const std::string& right) {
    return EqualRow(left, right, types);
  });
}

std::optional<std::string> CompareContained(const std::vector<std::string>& expected,
                                            std::string_view actual) {
  std::string missing;
  for (const std::string& part : expected) {
    if (!Contains(part, actual)) missing += fmt::format("  - {}\n", part);
  }
  if (missing.empty()) return std::nullopt;
  return fmt::format("  not found:\n{}  in:\n{}", missing, Indented(actual));
}

std::optional<std::string> CompareLines(const std::vector<std::string>& expected,
                                        const std::vector<std::string>& actual) {
  std::vector<std::string> lines;
  for (const std::string& line : actual) {
    if (line.find_first_not_of(" \t") != std::string::npos) lines.push_back(line);
  }
  return Compare(expected, lines, EqualText);
}

std::vector<std::string> SplitLines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return lines;
}

}  // namespace laguna::test
