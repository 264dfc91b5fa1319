// SPDX-License-Identifier: Apache-2.0
#include "catalog/vacuum/lake_vacuum.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "catalog/clone/known_clones.h"
#include "catalog/lake_catalog.h"
#include "duckdb/main/config.hpp"
#include "engine/told_progress.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;

constexpr const char* kRetentionCheck = "lake_vacuum_retention_check";

bool ChecksRetention(duckdb::ClientContext& context) {
  duckdb::Value value;
  context.TryGetCurrentSetting(kRetentionCheck, value);
  return value.IsNull() || value.GetValue<bool>();
}

void StopWhenInterrupted(const duckdb::ClientContext& context) {
  if (!context.interrupted.load()) return;
  throw Error(ErrorKind::kCancelled, "engine.cancelled",
              "VACUUM was cancelled; what it deleted until then is gone.");
}

}  // namespace

void AddVacuumSettings(duckdb::DBConfig& config) {
  config.AddExtensionOption(kRetentionCheck,
                            "Whether VACUUM refuses to RETAIN for less time than the table's "
                            "delta.deletedFileRetentionDuration",
                            duckdb::LogicalType::BOOLEAN, duckdb::Value::BOOLEAN(true));
}

LakeCatalog* LakeHolding(duckdb::ClientContext& context, const OpenedTable& table) {
  auto catalog = duckdb::Catalog::GetCatalogEntry(context, LakeCatalog::kName);
  auto* lake = catalog ? dynamic_cast<LakeCatalog*>(catalog.get()) : nullptr;
  return lake != nullptr && &lake->environment().store == table.store ? lake : nullptr;
}

delta::VacuumOptions VacuumOptionsFor(duckdb::ClientContext& context, const OpenedTable& table) {
  delta::VacuumOptions options;
  options.check_retention = ChecksRetention(context);
  options.progress = [&context](size_t done, size_t all) {
    StopWhenInterrupted(context);
    engine::TellProgress(context, 100.0 * static_cast<double>(done) / static_cast<double>(all));
  };
  if (LakeCatalog* lake = LakeHolding(context, table); lake != nullptr && table.snapshot) {
    options.note_references = [lake, root = table.log->root()](delta::NamedFiles& named) {
      NoteFilesOfClones(*lake, root, named);
    };
  }
  return options;
}

void RefuseInTransaction(duckdb::ClientContext& context, const std::string& statement) {
  if (context.transaction.IsAutoCommit()) return;
  throw Error(ErrorKind::kUnsupported, "sql.in_transaction",
              fmt::format("{} cannot be taken back, so it is no part of a transaction.", statement))
      .Hint("COMMIT first, then run it by itself.");
}

}  // namespace laguna::catalog
