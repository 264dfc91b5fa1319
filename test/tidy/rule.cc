// SPDX-License-Identifier: Apache-2.0
#include "tidy/rule.h"

#include <algorithm>
#include <regex>
#include <sstream>

namespace laguna::test {
namespace {

constexpr size_t kFileLinesMax = 1000;
constexpr std::string_view kLicence = "SPDX-License-Identifier: Apache-2.0";

using Violations = std::vector<Violation>;

// One violation per line that `pattern` finds, with `message` and what was found.
Violations Find(const SourceFile& file, const std::regex& pattern, const std::string& message) {
  Violations found;
  for (size_t i = 0; i < file.lines.size(); ++i) {
    std::smatch match;
    if (!std::regex_search(file.lines[i], match, pattern)) continue;
    found.push_back({file.path, i + 1, message + ": " + match.str()});
  }
  return found;
}

bool HasLine(const SourceFile& file, std::string_view wanted) {
  return std::ranges::find(file.lines, wanted) != file.lines.end();
}

std::string Line(const SourceFile& file, size_t index) {
  return index < file.lines.size() ? file.lines[index] : "";
}

// Quoted includes of src/: module/name.h of the same or a lower level, or DuckDB's.
Violations CheckLayers(const RuleInput& input) {
  static const std::regex kInclude(R"re(^\s*#\s*include\s+"([^"/]+)(/?)[^"]*")re");
  const std::string module = input.file.Module();
  if (module.empty() || !input.file.IsCpp()) return {};
  const auto own = input.layers.find(module);
  if (own == input.layers.end()) {
    return {{input.file.path, 0, "module '" + module + "' is not in cmake/layers.txt"}};
  }
  Violations found;
  for (size_t i = 0; i < input.file.lines.size(); ++i) {
    std::smatch match;
    if (!std::regex_search(input.file.lines[i], match, kInclude)) continue;
    const std::string target = match.str(1);
    if (target == module || target.starts_with("duckdb")) continue;
    const auto level = input.layers.find(target);
    const bool lower = level != input.layers.end() && level->second < own->second;
    if (!lower) {
      found.push_back({input.file.path, i + 1,
                       "'" + module + "' may include only itself and lower levels, by full path: " +
                           match.str()});
    }
  }
  return found;
}

Violations CheckDuckdb(const RuleInput& input) {
  static const std::regex kDuckdb(R"re(\bduckdb::|#\s*include\s+["<]duckdb)re");
  const SourceFile& file = input.file;
  const bool allowed =
      file.Under("src/engine/") || file.Under("src/catalog/") || file.Under("src/ingest/decode/");
  if (!file.Under("src/") || !file.IsCpp() || allowed) return {};
  return Find(file, kDuckdb, "DuckDB is spoken in engine, catalog and ingest/decode only");
}

Violations CheckSize(const RuleInput& input) {
  if (input.file.lines.size() <= kFileLinesMax) return {};
  return {{input.file.path, 0, "longer than 1000 lines; split it by nouns"}};
}

// The licence is the first line; in a script the one after `#!`.
Violations CheckLicence(const RuleInput& input) {
  const bool script = Line(input.file, 0).starts_with("#!");
  if (!script && !input.file.IsCpp() && input.file.Extension() != ".py") return {};
  const std::string mark = input.file.IsCpp() ? "// " : "# ";
  if (Line(input.file, script ? 1 : 0) == mark + std::string(kLicence)) return {};
  return {{input.file.path, 1, "must begin with '" + mark + std::string(kLicence) + "'"}};
}

Violations CheckHeader(const RuleInput& input) {
  if (input.file.Extension() != ".h") return {};
  Violations found;
  if (!Line(input.file, 1).starts_with("// ")) {
    found.push_back({input.file.path, 2, "a header opens with a comment that says what it is"});
  }
  if (!HasLine(input.file, "#pragma once")) {
    found.push_back({input.file.path, 0, "a header has a line '#pragma once'"});
  }
  return found;
}

// `manager` is allowed in the catalog, where DuckDB has roles of that name.
Violations CheckNames(const RuleInput& input) {
  static const std::regex kFile(R"re((^|[/_])(utils?|helpers?|common|misc|managers?)([/_.]|$))re");
  static const std::regex kType(
      R"re(^\s*(?:enum +)?(class|struct|namespace) +\w*(Utils?|Helpers?|Common|Misc|Managers?|utils?|helpers?|common|misc)\b)re");
  static const std::regex kManager("manager|Manager");
  const bool manages = input.file.Under("src/catalog/");
  Violations found;
  if (std::smatch match; std::regex_search(input.file.path, match, kFile)) {
    found.push_back({input.file.path, 0, "the name says nothing: " + match.str(2)});
  }
  if (input.file.IsCpp()) {
    std::ranges::copy(Find(input.file, kType, "the name says nothing"), std::back_inserter(found));
  }
  std::erase_if(found, [&](const Violation& violation) {
    return manages && std::regex_search(violation.message, kManager);
  });
  return found;
}

// Written so that these lines pass their own check.
Violations CheckWords(const RuleInput& input) {
  static const std::regex kLater(R"re(\b(T[O]DO|F[I]XME|X[X]X|H[A]CK)\b)re");
  return Find(input.file, kLater, "do it now or file it");
}

// /home/ann is the example person of tests and documentation.
Violations CheckPlaces(const RuleInput& input) {
  static const std::regex kMachine(
      R"re((^|[^\w.}-])/(root|home/(?!ann/)\w+|work|tmp/bash_jobs)/)re");
  static const std::regex kRegistry(
      R"re(pypi\.org|python[h]osted|registry\.npmjs|repo1?\.maven|deb\.debian|proxy\.golang|crates\.io)re");
  Violations found = Find(input.file, kMachine, "a path of one machine");
  std::ranges::copy(Find(input.file, kRegistry, "a registry's host name"),
                    std::back_inserter(found));
  return found;
}

// Cells of .test files are separated by tabs; documentation shows them.
Violations CheckBlanks(const RuleInput& input) {
  static const std::regex kTab("\t");
  static const std::regex kTrailing("[ \t\r]+$");
  const std::string extension = input.file.Extension();
  if (extension.starts_with(".test") || extension == ".csv" || extension == ".md") return {};
  Violations found = Find(input.file, kTrailing, "blanks at the end of the line");
  std::ranges::copy(Find(input.file, kTab, "a tab"), std::back_inserter(found));
  if (!input.file.ends_with_newline) {
    found.push_back({input.file.path, input.file.lines.size(), "the last line has no end"});
  }
  return found;
}

constexpr Rule kRules[] = {
    {"layers", CheckLayers},   {"duckdb", CheckDuckdb}, {"size", CheckSize},
    {"licence", CheckLicence}, {"header", CheckHeader}, {"names", CheckNames},
    {"words", CheckWords},     {"places", CheckPlaces}, {"blanks", CheckBlanks},
};

}  // namespace

std::string Violation::Describe() const {
  return path + (line == 0 ? "" : ":" + std::to_string(line)) + ": " + message;
}

Layers ParseLayers(const SourceFile& file) {
  Layers layers;
  for (const std::string& line : file.lines) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string module;
    int level = 0;
    if (words >> module >> level) layers[module] = level;
  }
  return layers;
}

std::span<const Rule> Rules() {
  return kRules;
}

}  // namespace laguna::test
