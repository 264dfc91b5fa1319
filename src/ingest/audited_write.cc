// SPDX-License-Identifier: Apache-2.0
#include "ingest/audited_write.h"

#include <fmt/format.h>
#include <strings.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/utf8.h"
#include "catalog/materialized_view.h"
#include "catalog/session_table.h"
#include "delta/table_feature.h"
#include "engine/sql_text.h"
#include "ingest/lake_table_name.h"
#include "ingest/side_table.h"
#include "ingest/source_column.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;
using catalog::TableState;
using engine::QuotedName;
using engine::QuotedText;
using engine::ResultColumn;

// One at a time in a session.
constexpr const char* kWaitingRows = "laguna_audited_rows";
constexpr const char* kCheckPrefix = "__laguna_check_";

bool SameName(const std::string& left, const std::string& right) {
  return strcasecmp(left.c_str(), right.c_str()) == 0;
}

const ResultColumn* Find(const std::vector<ResultColumn>& columns, const std::string& name) {
  const auto at = std::ranges::find_if(
      columns, [&](const ResultColumn& column) { return SameName(column.name, name); });
  return at == columns.end() ? nullptr : &*at;
}

// Same columns in the same order, same partitions, comment and (of those wanted) properties.
bool HasDefinition(const TableState& state, const catalog::NewTable& wanted) {
  const bool same_columns = std::ranges::equal(
      state.columns, wanted.columns, [](const ResultColumn& left, const ResultColumn& right) {
        return left.name == right.name && left.type == StoredType(right.type);
      });
  const bool same_partitions =
      std::ranges::equal(state.partition_by, wanted.partition_by, SameName);
  return same_columns && same_partitions && state.comment == wanted.comment &&
         delta::HasProperties(state.protocol, state.properties, wanted.properties);
}

Error TypeChanged(const std::string& table, const ResultColumn& now, const ResultColumn& then) {
  return Error(ErrorKind::kInvalidInput, "ingest.type_changed",
               fmt::format("Column {} of table {} is {}, but the query now gives {}.", then.name,
                           table, then.type, now.type))
      .Hint(fmt::format("Cast it in the query ({}::{}), or make the table anew with "
                        "--full-refresh.",
                        now.name, then.type))
      .With("table", table)
      .With("column", then.name);
}

class Writer {
 public:
  Writer(engine::Session& session, const AuditedWrite& write)
      : session_(session), write_(write), definition_(write.definition) {}

  AuditReport Write() {
    Prepare();
    return definition_.checks.empty() ? WriteStreaming() : WriteChecked();
  }

 private:
  // Makes the table ready to take the query's columns by name.
  void Prepare() {
    columns_ =
        session_.Bind(*definition_.script, definition_.query, {.replacements = write_.replacements})
            .columns;
    RefuseOwnNames();
    const auto state = catalog::ReadTableState(session_, definition_.table);
    if (!state) {
      fresh_ = true;
      catalog::CreateTable(session_, NewTable(false));
      return;
    }
    if (write_.mode == AuditedWrite::Mode::kAppend) {
      Widen(*state);
      return;
    }
    fresh_ = true;
    if (HasDefinition(*state, NewTable(true))) {
      overwrite_ = true;
    } else {
      catalog::CreateTable(session_, NewTable(true));
    }
  }

  // The quarantine has two more columns.
  void RefuseOwnNames() const {
    const bool quarantines = std::ranges::any_of(definition_.checks, [](const RowCheck& check) {
      return check.on_violation == OnViolation::kQuarantine;
    });
    for (const char* own : {"_violations", "_batch"}) {
      if (!quarantines || Find(columns_, own) == nullptr) continue;
      throw Error(ErrorKind::kInvalidInput, "ingest.own_column",
                  fmt::format("The query of {} gives a column {}, which its quarantine has itself.",
                              definition_.table, own))
          .Hint("Rename the column in the query with AS, or leave it out.");
    }
  }

  [[nodiscard]] catalog::NewTable NewTable(bool replace) const {
    catalog::NewTable table{.name = definition_.table, .columns = columns_};
    for (ResultColumn& column : table.columns) column.type = StoredType(column.type);
    table.partition_by = definition_.partition_by;
    table.comment = definition_.comment;
    table.properties = definition_.properties;
    for (const auto& [name, value] : write_.properties) table.properties[name] = value;
    table.replace = replace;
    return table;
  }

  void Widen(const TableState& state) {
    std::vector<ResultColumn> added;
    for (const ResultColumn& column : columns_) {
      const ResultColumn* then = Find(state.columns, column.name);
      const std::string stored = StoredType(column.type);
      if (then == nullptr) {
        added.push_back({column.name, stored, column.numeric});
      } else if (!FitsInto(stored, then->type)) {
        throw TypeChanged(state.name, column, *then);
      }
    }
    if (!added.empty()) catalog::AddColumns(session_, definition_.table, added);
  }

  AuditReport WriteStreaming() {
    engine::QueryPlan plan{.replacements = write_.replacements};
    plan.target = engine::QueryTarget{.kind = overwrite_ ? engine::QueryTarget::Kind::kOverwrite
                                                         : engine::QueryTarget::Kind::kInsert,
                                      .table = NameParts(definition_.table)};
    AuditReport report;
    report.rows_written =
        session_.RunQuery(*definition_.script, definition_.query, plan).ChangedRows();
    report.rows_read = report.rows_written;
    // No check, so none of its rows is in quarantine any more.
    if (fresh_) EmptyQuarantine();
    return report;
  }

  AuditReport WriteChecked() {
    KeepRows();
    AuditReport report = Count();
    RefuseFailures(report);
    const std::string columns = ColumnsText();
    const std::string verb = overwrite_ ? "INSERT OVERWRITE" : "INSERT INTO";
    const std::string bad = AnyFailed([](OnViolation on) {
      return on == OnViolation::kDropRow || on == OnViolation::kQuarantine;
    });
    report.rows_written = Changed(
        fmt::format("{} {} BY NAME SELECT {} FROM {}{}", verb, QuotedTable(definition_.table),
                    columns, kWaitingRows, bad.empty() ? "" : fmt::format(" WHERE NOT ({})", bad)));
    Quarantine(report);
    report.rows_dropped = report.rows_read - report.rows_written - report.rows_quarantined;
    session_.Run(fmt::format("DROP TABLE {}", kWaitingRows));
    return report;
  }

  void KeepRows() {
    engine::QueryPlan plan{.replacements = write_.replacements};
    for (size_t i = 0; i < definition_.checks.size(); ++i) {
      const RowCheck& check = definition_.checks[i];
      plan.added_columns.push_back({.name = fmt::format("{}{}", kCheckPrefix, i),
                                    .expression = check.condition,
                                    .offset = check.offset});
    }
    plan.target = engine::QueryTarget{.kind = engine::QueryTarget::Kind::kTemporaryTable,
                                      .table = {kWaitingRows}};
    auto result = session_.RunQuery(*definition_.script, definition_.query, plan);
    while (result.Next() != nullptr) {
    }
  }

  AuditReport Count() {
    std::string counts = "count(*)";
    for (size_t i = 0; i < definition_.checks.size(); ++i) {
      counts += fmt::format(", count(*) FILTER (WHERE {})", Failed(i));
    }
    const auto row =
        session_.Run(fmt::format("SELECT {} FROM {}", counts, kWaitingRows)).Drain().at(0);
    AuditReport report;
    report.rows_read = Number(row[0]);
    for (size_t i = 0; i < definition_.checks.size(); ++i) {
      const int64_t failed = Number(row[i + 1]);
      report.checks.push_back({.name = definition_.checks[i].name,
                               .on_violation = definition_.checks[i].on_violation,
                               .passed = report.rows_read - failed,
                               .failed = failed});
    }
    return report;
  }

  void RefuseFailures(const AuditReport& report) {
    for (size_t i = 0; i < definition_.checks.size(); ++i) {
      const RowCheck& check = definition_.checks[i];
      const int64_t failed = report.checks[i].failed;
      if (check.on_violation != OnViolation::kFail || failed == 0) continue;
      const std::string example = OneRow(Failed(i));
      throw Error(ErrorKind::kViolation, "expectation.failed",
                  fmt::format("Table {} was not updated: {} of {} rows fail '{}'. One of them: {}",
                              definition_.table, failed, report.rows_read, check.name, example))
          .Hint("Mend the data or the query; ON VIOLATION QUARANTINE would set such rows aside.")
          .At(definition_.script->PlaceOf(check.offset, check.condition.size()))
          .With("expectation", check.name)
          .With("table", definition_.table)
          .With("failed_rows", std::to_string(failed));
    }
  }

  // {"a": 1, "b": null}, not too long.
  std::string OneRow(const std::string& condition) {
    constexpr size_t kTextMax = 500;
    const auto rows =
        session_
            .Run(fmt::format("SELECT CAST(to_json(r) AS VARCHAR) FROM (SELECT {} FROM "
                             "{} WHERE {} LIMIT 1) r",
                             ColumnsText(), kWaitingRows, condition))
            .Drain();
    std::string text = rows.at(0).at(0).ToText();
    if (text.size() > kTextMax) text = std::string(base::TruncateBytes(text, kTextMax)) + " ...";
    return text;
  }

  // Whether a row failed one of the checks whose action `chosen` accepts; empty when there are
  // none.
  template <class Chosen>
  std::string AnyFailed(const Chosen& chosen) const {
    std::string text;
    for (size_t i = 0; i < definition_.checks.size(); ++i) {
      if (!chosen(definition_.checks[i].on_violation)) continue;
      text += text.empty() ? "" : " OR ";
      text += Failed(i);
    }
    return text;
  }

  // A row that is dropped by one check and quarantined by another is kept in quarantine.
  void Quarantine(AuditReport& report) {
    const std::string bad =
        AnyFailed([](OnViolation on) { return on == OnViolation::kQuarantine; });
    if (bad.empty()) {
      if (fresh_) EmptyQuarantine();
      return;
    }
    report.rows_quarantined =
        Number(session_.Run(fmt::format("SELECT count(*) FROM {} WHERE {}", kWaitingRows, bad))
                   .Drain()
                   .at(0)
                   .at(0));
    if (report.rows_quarantined > 0) {
      report.quarantine_table = QuarantineTableOf(definition_.table);
      if (!write_.side_tables_done) FillQuarantine(bad);
    } else if (fresh_) {
      EmptyQuarantine();
    }
  }

  void FillQuarantine(const std::string& bad) {
    const std::string table = QuarantineTableOf(definition_.table);
    std::vector<ResultColumn> columns = columns_;
    for (ResultColumn& column : columns) column.type = StoredType(column.type);
    columns.push_back({"_violations", "VARCHAR[]"});
    columns.push_back({"_batch", "BIGINT"});
    const auto state = catalog::ReadTableState(session_, table);
    if (state) CheckSideTable(*state, definition_.table);
    if (!state || fresh_) {
      catalog::CreateTable(session_, {.name = table,
                                      .columns = columns,
                                      .properties = SideTableProperties(definition_.table),
                                      .replace = fresh_});
    } else {
      std::vector<ResultColumn> added;
      for (const ResultColumn& column : columns) {
        if (Find(state->columns, column.name) == nullptr) added.push_back(column);
      }
      if (!added.empty()) catalog::AddColumns(session_, table, added);
    }
    session_.Run(fmt::format(
        "INSERT INTO {} BY NAME SELECT {}, {} AS _violations, CAST({} AS "
        "BIGINT) AS _batch FROM {} WHERE {}",
        QuotedTable(table), ColumnsText(), ViolationsText(), write_.batch, kWaitingRows, bad));
  }

  // What an earlier stream, or an earlier content, left there.
  void EmptyQuarantine() {
    const std::string table = QuarantineTableOf(definition_.table);
    if (write_.side_tables_done) return;
    const auto state = catalog::ReadTableState(session_, table);
    if (!state || !IsSideTable(*state, definition_.table)) return;
    const std::string any = fmt::format("SELECT 1 FROM {} LIMIT 1", QuotedTable(table));
    if (session_.Run(any).Drain().empty()) return;
    // Not INSERT OVERWRITE, beside which another writer's rows would stay.
    catalog::CreateTable(session_, {.name = table,
                                    .columns = state->columns,
                                    .properties = SideTableProperties(definition_.table),
                                    .replace = true});
  }

  [[nodiscard]] std::string ViolationsText() const {
    std::string names;
    for (size_t i = 0; i < definition_.checks.size(); ++i) {
      names += fmt::format("{}CASE WHEN {} THEN {} END", i == 0 ? "" : ", ", Failed(i),
                           QuotedText(definition_.checks[i].name));
    }
    return fmt::format("list_filter([{}], lambda x: x IS NOT NULL)", names);
  }

  [[nodiscard]] std::string ColumnsText() const {
    std::string text;
    for (const ResultColumn& column : columns_) {
      text += text.empty() ? "" : ", ";
      text += QuotedName(column.name);
    }
    return text;
  }

  static std::string Failed(size_t check) {
    return fmt::format("({}{} IS NOT TRUE)", kCheckPrefix, check);
  }

  static int64_t Number(const engine::Value& value) {
    return std::get<int64_t>(value.alternatives());
  }

  int64_t Changed(const std::string& sql) { return session_.Run(sql).ChangedRows(); }

  engine::Session& session_;
  const AuditedWrite& write_;
  const TableDefinition& definition_;
  // The query's.
  std::vector<ResultColumn> columns_;
  // Nothing of the table's content stays, so nothing of the side tables' either.
  bool fresh_ = false;
  bool overwrite_ = false;
};

}  // namespace

AuditReport WriteAudited(engine::Session& session, const AuditedWrite& write) {
  const catalog::MaterializedViewWrites allowed(session);
  return Writer(session, write).Write();
}

}  // namespace laguna::ingest
