// SPDX-License-Identifier: Apache-2.0
#include "catalog/optimize/repartition_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <variant>

#include "base/error.h"
#include "base/nearest_name.h"
#include "catalog/log/commit_upkeep.h"
#include "catalog/optimize/rewrite_files.h"
#include "catalog/row_change/row_ids.h"
#include "catalog/sql_name.h"
#include "catalog/write/target_file_size.h"
#include "delta/table_feature.h"
#include "delta/transaction.h"
#include "engine/told_progress.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;

// Each attempt writes the whole table.
constexpr int kAttemptsMax = 3;

Error BadColumn(const std::string& table, std::string sentence) {
  return Error(ErrorKind::kInvalidInput, "partition.column", std::move(sentence))
      .With("table", table);
}

// As the schema spells them.
std::vector<std::string> Resolved(const delta::Schema& schema,
                                  const std::vector<std::string>& columns,
                                  const std::string& table) {
  std::vector<std::string> resolved;
  for (const std::string& column : columns) {
    const delta::StructField* field = schema.Find(column);
    if (field == nullptr) {
      std::vector<std::string> known;
      for (const delta::StructField& each : schema.fields) known.push_back(each.name);
      throw BadColumn(
          table, fmt::format("Table {} has no column \"{}\" to be partitioned by.", table, column))
          .Hint(base::SuggestName(column, known));
    }
    if (std::ranges::count(resolved, field->name) > 0) {
      throw BadColumn(table, fmt::format("Column \"{}\" is named twice.", field->name));
    }
    resolved.push_back(field->name);
  }
  return resolved;
}

class Repartition {
 public:
  Repartition(duckdb::ClientContext& context, LakeCatalog& catalog, const std::string& root,
              const std::vector<std::string>& columns)
      : context_(context),
        catalog_(catalog),
        root_(root),
        columns_(columns),
        name_(SqlNameOf(root)),
        table_(catalog.Table(root)) {}

  RepartitionReport Run() {
    for (int attempt = 1;; ++attempt) {
      Look();
      if (metadata_.partition_columns == base_->metadata().partition_columns) return {};
      const auto lost = Try();
      if (!lost) return report_;
      if (attempt == kAttemptsMax) throw Contended(*lost);
    }
  }

 private:
  void Look() {
    base_ = table_.Latest();
    if (!base_) {
      throw Error(ErrorKind::kNotFound, "catalog.unknown_table",
                  fmt::format("Table {} is gone.", name_))
          .With("table", name_);
    }
    delta::CheckWritable(base_->protocol(), base_->metadata(), table_.Location());
    delta::CheckFilesMayChange(base_->metadata(), table_.Location());
    metadata_ = base_->metadata();
    metadata_.partition_columns = Resolved(metadata_.schema, columns_, name_);
  }

  // Nothing: it is done.
  std::optional<delta::Lost> Try() {
    // Throws what cannot be before a row is written.
    delta::Transaction transaction(table_, base_, catalog_.environment().clock,
                                   catalog_.environment().random);
    transaction.SetMetadata(metadata_);
    transaction.MarkRead();
    for (size_t i = 0; i < base_->files().size(); ++i) {
      transaction.Remove(RemovalOf(base_->files().at(i).ToAddFile()));
    }
    const RewrittenFiles written = Write();
    try {
      return Commit(transaction, written);
    } catch (const Error& error) {
      // The log may name the files.
      if (error.code() != "commit.unknown") DeleteUnnamed(catalog_, written.keys);
      throw;
    }
  }

  RewrittenFiles Write() {
    const TableViewPtr view = ViewOf(root_, *base_);
    if (view->files.size() == 0) return {};
    WriteTargetPtr target = MakeWriteTarget(catalog_, root_, WriteMode::kAppend, metadata_);
    if (KeepsRowIds(*view)) target = WithRowIds(*target);
    FileRewrite rewrite;
    rewrite.view = view;
    rewrite.partitions_anew = true;
    rewrite.file_bytes_max = TargetFileSize(metadata_.configuration);
    rewrite.on_progress = [this](double percent) { engine::TellProgress(context_, percent); };
    return RewriteFiles(context_, target, rewrite);
  }

  std::optional<delta::Lost> Commit(delta::Transaction& transaction,
                                    const RewrittenFiles& written) {
    if (!written.keys.empty()) catalog_.environment().store.Sync(written.keys);
    report_ = {base_->files().size(), written.files.size(), base_->files().total_bytes(), 0};
    for (const WrittenFile& file : written.files) {
      report_.bytes_added += file.add.size_bytes;
      transaction.Append(file.add);
    }
    transaction.SetOperation(Operation());
    const delta::CommitOutcome outcome = transaction.Commit();
    if (const auto* lost = std::get_if<delta::Lost>(&outcome)) {
      DeleteUnnamed(catalog_, written.keys);
      return *lost;
    }
    if (const auto* unknown = std::get_if<delta::Unknown>(&outcome)) {
      throw Error(ErrorKind::kUnavailable, "commit.unknown",
                  fmt::format("The store did not say whether table {} was partitioned: {}", name_,
                              unknown->reason))
          .Hint(fmt::format("The rows are the same either way; DESCRIBE HISTORY {} tells.",
                            QuotedSqlNameOf(root_)))
          .With("table", name_);
    }
    KeepUpBehind(catalog_, root_, std::get<delta::Committed>(outcome).snapshot);
    return std::nullopt;
  }

  [[nodiscard]] delta::Operation Operation() const {
    const auto text = [](auto number) { return std::to_string(number); };
    const nlohmann::json columns = metadata_.partition_columns;
    return {"SET PARTITIONED BY",
            {{"partitionBy", nlohmann::json(columns.dump()).dump()}},
            {{"numRemovedFiles", text(report_.files_removed)},
             {"numRemovedBytes", text(report_.bytes_removed)},
             {"numAddedFiles", text(report_.files_added)},
             {"numAddedBytes", text(report_.bytes_added)}}};
  }

  [[nodiscard]] Error Contended(const delta::Lost& lost) const {
    return Error(ErrorKind::kConflict, "commit.conflict",
                 fmt::format("Table {} was changed by others each time its rows had been written "
                             "anew (last in version {}): {}",
                             name_, lost.winner_version, lost.reason))
        .Hint("Run the statement again when less is written to the table.")
        .With("table", name_);
  }

  duckdb::ClientContext& context_;
  LakeCatalog& catalog_;
  const std::string& root_;
  const std::vector<std::string>& columns_;
  const std::string name_;
  delta::Table& table_;
  delta::SnapshotPtr base_;
  delta::Metadata metadata_;
  RepartitionReport report_;
};

}  // namespace

RepartitionReport RepartitionTable(duckdb::ClientContext& context, LakeCatalog& catalog,
                                   const std::string& root,
                                   const std::vector<std::string>& columns) {
  return Repartition(context, catalog, root, columns).Run();
}

}  // namespace laguna::catalog
