// SPDX-License-Identifier: Apache-2.0
#include "task/maintenance/table_upkeep.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <set>
#include <utility>

#include "base/nearest_name.h"
#include "engine/result.h"
#include "engine/sql_text.h"
#include "engine/token.h"

namespace laguna::task {
namespace {

using base::Error;
using base::ErrorKind;
using catalog::TableFinding;

constexpr const char* kTables =
    R"(SELECT table_schema, table_name FROM information_schema.tables
       WHERE table_catalog = 'lake' AND table_type <> 'VIEW' ORDER BY ALL)";

std::string TextOf(const engine::Value& value) {
  return value.IsNull() ? std::string() : value.ToText();
}

catalog::Severity SeverityNamed(const std::string& name) {
  for (const auto severity : {catalog::Severity::kProblem, catalog::Severity::kWarning}) {
    if (name == catalog::NameOf(severity)) return severity;
  }
  return catalog::Severity::kAdvice;
}

// As the engine compares names.
std::string Folded(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

struct LakeTableName {
  std::string zone;
  std::string table;

  // As a person writes it.
  [[nodiscard]] std::string Shown() const { return fmt::format("{}.{}", zone, table); }
  // As a statement does.
  [[nodiscard]] std::string ForSql() const {
    return engine::QualifiedName{.parts = {zone, table}}.ToString();
  }
};

bool IsNamedBy(const LakeTableName& name, const std::string& pattern) {
  if (pattern == "*") return true;
  const std::string folded = Folded(pattern);
  return folded == Folded(name.Shown()) || folded == Folded(name.zone) + ".*";
}

Error NoTable(const std::string& pattern, const std::vector<LakeTableName>& names) {
  std::vector<std::string> known;
  for (const LakeTableName& name : names) {
    known.push_back(name.Shown());
    known.push_back(name.zone + ".*");
  }
  return Error(ErrorKind::kNotFound, "maintain.no_table",
               fmt::format("'{}' names no table of the lake.", pattern))
      .Hint(base::SuggestName(pattern, known) + " Write zone.table, zone.* or *.")
      .With("table", pattern);
}

bool IsWanted(const TableFinding& finding, const UpkeepSettings& settings) {
  if (!finding.routine) return false;
  return !settings.only || std::ranges::count(*settings.only, finding.name) > 0;
}

// One table's turn.
class Turn {
 public:
  Turn(engine::Session& session, const UpkeepTable& table, const UpkeepSettings& settings,
       UpkeepResult& result)
      : session_(session), table_(table), settings_(settings), result_(result) {}

  void Take() {
    std::vector<TableFinding> findings;
    if (!Try([&] { findings = FindingsOf(session_, table_); })) return;
    ++result_.counts.tables;
    result_.counts.findings += findings.size();
    // Of several findings with one statement it runs once.
    std::set<std::string> done;
    for (const TableFinding& finding : findings) {
      Tell(fmt::format("{}: {}", finding.name, finding.sentence));
      if (!IsWanted(finding, settings_)) {
        Leave(finding);
      } else if (done.insert(finding.statement).second) {
        Mend(finding);
      }
    }
  }

 private:
  void Tell(const std::string& text) const {
    settings_.log(fmt::format("{}: {}", table_.name, text));
  }

  void Leave(const TableFinding& finding) const {
    if (finding.statement.empty()) return Tell(finding.advice);
    Tell(fmt::format("left: {}{}{}", finding.statement, finding.advice.empty() ? "" : "; ",
                     finding.advice));
  }

  void Mend(const TableFinding& finding) {
    if (settings_.dry_run) return Tell(fmt::format("would run: {}", finding.statement));
    const auto start = std::chrono::steady_clock::now();
    if (!Try([&] { session_.Run(finding.statement).Drain(); })) return;
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    ++result_.counts.statements;
    Tell(fmt::format("done: {} ({:.2f} s)", finding.statement, seconds.count()));
  }

  // Whether it went through.
  template <class Step>
  bool Try(const Step& step) {
    try {
      step();
      return true;
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::kCancelled) throw;
      Tell(fmt::format("failed: {}", error.sentence()));
      if (!result_.error) {
        result_.error = Error(error.kind(), error.code(), error.sentence())
                            .Hint(error.hint())
                            .With("table", table_.name)
                            .Within(table_.name);
      }
      return false;
    }
  }

  engine::Session& session_;
  const UpkeepTable& table_;
  const UpkeepSettings& settings_;
  UpkeepResult& result_;
};

}  // namespace

std::vector<TableFinding> FindingsOf(engine::Session& session, const UpkeepTable& table) {
  std::vector<TableFinding> findings;
  const std::string query = fmt::format(
      "SELECT finding, severity, sentence, statement, advice, routine FROM laguna_doctor({})",
      table.argument);
  for (const auto& row : session.Run(query).Drain()) {
    findings.push_back({.name = TextOf(row.at(0)),
                        .severity = SeverityNamed(TextOf(row.at(1))),
                        .sentence = TextOf(row.at(2)),
                        .statement = TextOf(row.at(3)),
                        .advice = TextOf(row.at(4)),
                        .routine = row.at(5) == engine::Value(true)});
  }
  return findings;
}

std::vector<UpkeepTable> TablesNamed(engine::Session& session,
                                     const std::vector<std::string>& patterns) {
  std::vector<LakeTableName> names;
  for (const auto& row : session.Run(kTables).Drain()) {
    names.push_back({TextOf(row.at(0)), TextOf(row.at(1))});
  }
  std::set<std::string> wanted;
  for (const std::string& pattern : patterns) {
    bool found = pattern == "*";
    for (const LakeTableName& name : names) {
      if (!IsNamedBy(name, pattern)) continue;
      wanted.insert(name.ForSql());
      found = true;
    }
    if (!found) throw NoTable(pattern, names);
  }
  std::vector<UpkeepTable> tables;
  for (const std::string& name : wanted) tables.push_back({name, engine::QuotedText(name)});
  return tables;
}

UpkeepResult KeepUpTables(engine::Session& session, const std::vector<UpkeepTable>& tables,
                          const UpkeepSettings& settings) {
  UpkeepResult result;
  for (const UpkeepTable& table : tables) Turn(session, table, settings, result).Take();
  return result;
}

}  // namespace laguna::task
