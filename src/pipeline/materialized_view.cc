// SPDX-License-Identifier: Apache-2.0
#include "pipeline/materialized_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "catalog/materialized_view.h"
#include "engine/sql_text.h"
#include "ingest/lake_table_name.h"
#include "ingest/table_lock.h"
#include "pipeline/transaction.h"
#include "pipeline/view_record.h"
#include "pipeline/view_sources.h"

namespace laguna::pipeline {
namespace {

using base::Error;
using base::ErrorKind;
using catalog::TableState;

// The application id of the quarantine's commits.
constexpr const char* kViewApplication = "laguna.materializedView";

bool SameShape(const TableState& left, const TableState& right) {
  const auto same_column = [](const engine::ResultColumn& one, const engine::ResultColumn& other) {
    return one.name == other.name && one.type == other.type;
  };
  return std::equal(left.columns.begin(), left.columns.end(), right.columns.begin(),
                    right.columns.end(), same_column) &&
         left.partition_by == right.partition_by && left.comment == right.comment &&
         left.properties == right.properties;
}

// Floating-point sums differ in their last digits from run to run, by the order in which threads
// add up; such a difference is none. The batch a row was quarantined in does not count either.
std::string ComparedColumns(const TableState& table) {
  std::string columns;
  for (const engine::ResultColumn& column : table.columns) {
    if (column.name == "_batch") continue;
    const std::string name = engine::QuotedName(column.name);
    const bool inexact = column.type == "DOUBLE" || column.type == "FLOAT";
    const std::string_view digits = column.type == "DOUBLE" ? "%.11e" : "%.4e";
    if (!columns.empty()) columns += ", ";
    columns += inexact ? fmt::format("printf('{}', {}) AS {}", digits, name, name) : name;
  }
  return columns;
}

class Refresh {
 public:
  Refresh(const catalog::LakeEnvironment& environment, engine::Session& session,
          const Definition& definition, const ViewRefreshOptions& options)
      : environment_(environment),
        session_(session),
        definition_(definition),
        options_(options),
        name_(definition.table.table) {}

  ViewRefreshReport Run() {
    const auto lock = ingest::LockTable(environment_, name_, options_.call, options_.on_notice);
    Transaction transaction(session_);
    before_ = catalog::ReadTableState(session_, name_);
    quarantine_before_ = catalog::ReadTableState(session_, ingest::QuarantineTableOf(name_));
    CheckOwner();
    sources_ = FindViewSources(session_, definition_, options_.unsteady);
    if (IsUpToDate()) return {true, {}, before_->version};
    ingest::AuditReport audit = Write();
    if (IsSame()) return {true, std::move(audit), before_->version};
    transaction.Commit();
    return {false, std::move(audit), Record()};
  }

 private:
  void CheckOwner() const {
    if (!before_ || IsMaterializedView(*before_)) return;
    throw Error(ErrorKind::kExists, "pipeline.not_a_view",
                fmt::format("{} is there, but no materialized view made it.", name_))
        .Hint("Give the definition another name, or take the table away with DROP TABLE.")
        .At(definition_.place())
        .With("table", name_);
  }

  [[nodiscard]] ViewRecord RecordFor(const TableState& view) const {
    return {std::string(definition_.text),
            environment_.lake.time_zone,
            {name_, view.id, view.version},
            sources_.tables};
  }

  bool IsUpToDate() {
    if (!before_ || options_.full_refresh || !sources_.tables_only) return false;
    return ReadViewRecord(environment_.store, name_) == RecordFor(*before_);
  }

  ingest::AuditReport Write() {
    ingest::AuditedWrite write{.definition = definition_.table};
    write.mode = ingest::AuditedWrite::Mode::kReplace;
    write.batch = before_ ? before_->version + 1 : 0;
    write.properties = {{catalog::kPipelineProperty, catalog::kMaterializedView}};
    ingest::AuditReport audit = ingest::WriteAudited(session_, write);
    // The view last, and its quarantine marked as ours: a kill may come between their commits.
    if (audit.quarantine_table) {
      catalog::SetTransactionVersion(session_, *audit.quarantine_table, kViewApplication,
                                     NextMark());
    }
    catalog::CommitTableLast(session_, name_);
    return audit;
  }

  [[nodiscard]] int64_t NextMark() const {
    if (!quarantine_before_) return 0;
    const auto last = quarantine_before_->transaction_versions.find(kViewApplication);
    return last == quarantine_before_->transaction_versions.end() ? 0 : last->second + 1;
  }

  // Whether what was written is what was there; asked only where nothing else can tell.
  bool IsSame() {
    if (!before_ || options_.full_refresh || sources_.tables_only) return false;
    const auto after = catalog::ReadTableState(session_, name_);
    LAGUNA_ASSERT(after.has_value());
    return SameShape(*before_, *after) &&
           SameRows(name_, before_->version, ComparedColumns(*after)) && SameQuarantine();
  }

  bool SameQuarantine() {
    const std::string name = ingest::QuarantineTableOf(name_);
    const auto after = catalog::ReadTableState(session_, name);
    if (!after || !quarantine_before_) return !after && !quarantine_before_;
    return SameShape(*quarantine_before_, *after) &&
           SameRows(name, quarantine_before_->version, ComparedColumns(*after));
  }

  bool SameRows(const std::string& table, int64_t version, std::string_view columns) {
    const std::string now = fmt::format("SELECT {} FROM {}", columns, ingest::QuotedTable(table));
    const std::string old = fmt::format("{} AT (VERSION => {})", now, version);
    const std::string differences = fmt::format(
        "SELECT 1 FROM (({0} EXCEPT ALL {1}) UNION ALL ({1} EXCEPT ALL {0})) LIMIT 1", now, old);
    return session_.Run(differences).Drain().empty();
  }

  // After the commit; gives the version.
  int64_t Record() {
    const auto state = catalog::ReadTableState(session_, name_);
    if (!state) return -1;  // dropped just now
    if (sources_.tables_only) WriteViewRecord(environment_.store, RecordFor(*state));
    return state->version;
  }

  const catalog::LakeEnvironment& environment_;
  engine::Session& session_;
  const Definition& definition_;
  const ViewRefreshOptions& options_;
  const std::string& name_;
  std::optional<TableState> before_;
  std::optional<TableState> quarantine_before_;
  ViewSources sources_;
};

}  // namespace

ViewRefreshReport RefreshView(const catalog::LakeEnvironment& environment, engine::Session& session,
                              const Definition& definition, const ViewRefreshOptions& options) {
  return Refresh(environment, session, definition, options).Run();
}

bool IsMaterializedView(const TableState& table) {
  const auto property = table.properties.find(catalog::kPipelineProperty);
  return property != table.properties.end() && property->second == catalog::kMaterializedView;
}

}  // namespace laguna::pipeline
