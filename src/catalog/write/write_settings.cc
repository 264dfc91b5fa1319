// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/write_settings.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/nearest_name.h"
#include "catalog/lake_transaction.h"
#include "catalog/sql_name.h"
#include "duckdb/common/string_util.hpp"
#include "duckdb/main/config.hpp"
#include "engine/guard.h"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;

constexpr const char* kOverwriteMode = "lake_partition_overwrite_mode";
constexpr const char* kAppId = "txnAppId";
constexpr const char* kVersion = "txnVersion";

void CheckOverwriteMode(duckdb::ClientContext& /*context*/, duckdb::SetScope /*scope*/,
                        duckdb::Value& value) {
  engine::Guarded([&] {
    const std::string mode = value.IsNull() ? "" : duckdb::StringUtil::Lower(value.ToString());
    if (mode == "static" || mode == "dynamic") return;
    const std::vector<std::string> known = {"static", "dynamic"};
    throw Error(ErrorKind::kInvalidInput, "write.overwrite_mode",
                fmt::format("{} cannot be '{}'.", kOverwriteMode, value.ToString()))
        .Hint(base::SuggestName(mode, known));
  });
}

duckdb::Value Setting(duckdb::ClientContext& context, const char* name) {
  duckdb::Value value;
  context.TryGetCurrentSetting(name, value);
  return value;
}

}  // namespace

void AddWriteSettings(duckdb::DBConfig& config) {
  using duckdb::LogicalType;
  config.AddExtensionOption(
      kOverwriteMode,
      "What INSERT OVERWRITE replaces of a partitioned table: 'static' (all of it) or 'dynamic' "
      "(the partitions that get rows)",
      LogicalType::VARCHAR, duckdb::Value("static"), CheckOverwriteMode);
  config.AddExtensionOption(
      kAppId, "The name of the writes that follow; a table takes each txnVersion of it once",
      LogicalType::VARCHAR, duckdb::Value(LogicalType::VARCHAR));
  config.AddExtensionOption(kVersion,
                            "The number of the writes that follow, among those of txnAppId",
                            LogicalType::BIGINT, duckdb::Value(LogicalType::BIGINT));
}

bool OverwritesPartitionsOnly(duckdb::ClientContext& context) {
  const duckdb::Value mode = Setting(context, kOverwriteMode);
  return !mode.IsNull() && duckdb::StringUtil::CIEquals(mode.ToString(), "dynamic");
}

std::optional<WriteId> WriteIdOf(duckdb::ClientContext& context) {
  const duckdb::Value app_id = Setting(context, kAppId);
  const duckdb::Value version = Setting(context, kVersion);
  if (app_id.IsNull() && version.IsNull()) return std::nullopt;
  if (app_id.IsNull() || version.IsNull()) {
    throw Error(ErrorKind::kInvalidInput, "write.id",
                fmt::format("{} is set without {}.", app_id.IsNull() ? kVersion : kAppId,
                            app_id.IsNull() ? kAppId : kVersion))
        .Hint("SET both for writes that must happen once, or RESET both.");
  }
  return WriteId{app_id.ToString(), version.GetValue<int64_t>()};
}

bool IsAlreadyWritten(duckdb::ClientContext& context, LakeTransaction& transaction,
                      const std::string& root) {
  const auto id = WriteIdOf(context);
  if (!id) return false;
  const delta::SnapshotPtr read = transaction.ReadSnapshot(root);
  const auto known = read ? read->TransactionVersion(id->app_id) : std::nullopt;
  return known && *known >= id->version;
}

void TellAlreadyWritten(duckdb::ClientContext& context, LakeTransaction& transaction,
                        const std::string& root) {
  const WriteId id = WriteIdOf(context).value();
  const int64_t known = transaction.ReadSnapshot(root)->TransactionVersion(id.app_id).value();
  transaction.Say(fmt::format("Table {} already has write {} of \"{}\": write {} changed nothing.",
                              SqlNameOf(root), known, id.app_id, id.version));
}

void NoteWriteId(duckdb::ClientContext& context, LakeTransaction& transaction,
                 const std::string& root) {
  const auto id = WriteIdOf(context);
  if (id) transaction.SetTransactionVersion(root, id->app_id, id->version);
}

}  // namespace laguna::catalog
