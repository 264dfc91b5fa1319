// SPDX-License-Identifier: Apache-2.0
#include "catalog/clone/clone_table.h"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "catalog/clone/known_clones.h"
#include "catalog/table_error.h"
#include "delta/cloned_table.h"
#include "delta/codec/json_text.h"
#include "delta/deletion_vector_file.h"
#include "delta/named_files.h"
#include "delta/properties.h"
#include "delta/row_tracking.h"
#include "delta/transaction.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;

constexpr const char* kVectors = "delta.enableDeletionVectors";

bool TracksRows(const delta::Metadata& metadata) {
  return delta::BooleanProperty(metadata.configuration, "delta.enableRowTracking", false);
}

// Files that others may delete while the clone is made: those the source names no more.
void CheckFilesAreThere(const OpenedTable& source, const delta::Snapshot& version) {
  const delta::NamedFiles below(source.log->Location());
  const std::string folder = source.log->root().empty() ? "" : source.log->root() + "/";
  for (size_t i = 0; i < version.files().size(); ++i) {
    const std::string path(version.files().at(i).path());
    const auto key = below.Below(path);
    if (!key || source.store->Head(folder + *key)) continue;
    throw Error(ErrorKind::kNotFound, "clone.missing_files",
                fmt::format("Version {} of {} cannot be cloned: its file {} is gone.",
                            version.version(), source.title, path))
        .Hint(
            "A VACUUM deletes files when the table has not needed them for "
            "delta.deletedFileRetentionDuration. Clone a later version.")
        .With("table", source.title);
  }
}

std::vector<delta::AddFile> FilesOf(const OpenedTable& source, const delta::Snapshot& version,
                                    bool keeps_row_ids) {
  const std::string location = source.log->Location();
  std::vector<delta::AddFile> files;
  files.reserve(version.files().size());
  for (size_t i = 0; i < version.files().size(); ++i) {
    files.push_back(delta::ClonedFile(version.files().at(i), location, keeps_row_ids));
  }
  return files;
}

delta::Metadata DefinitionOf(const delta::Snapshot& version, const NewTableCall& call,
                             const LakeEnvironment& environment) {
  delta::Metadata metadata = delta::ClonedDefinition(version.metadata());
  // Rows that are deleted by a vector stay so, whatever the source says of new ones.
  if (version.files().deletion_vector_count() > 0) metadata.configuration[kVectors] = "true";
  ApplyTo(metadata, call, true, environment.random);
  metadata.id = base::MakeUuid(environment.random);
  metadata.created_time_ms = environment.clock.NowMs();
  return metadata;
}

delta::Operation OperationOf(const OpenedTable& source, const delta::Snapshot& version,
                             const CloneResult& result) {
  const std::string name =
      source.name.empty() ? fmt::format("delta.`{}`", source.log->Location()) : source.name;
  return {"CLONE",
          {{"source", delta::JsonString(name)},
           {"sourceVersion", std::to_string(version.version())},
           {"isShallow", "true"}},
          {{"sourceTableSize", std::to_string(result.source_bytes)},
           {"sourceNumOfFiles", std::to_string(result.source_files)},
           {"numRemovedFiles", std::to_string(result.removed_files)},
           {"removedFilesSize", std::to_string(result.removed_bytes)},
           {"numCopiedFiles", "0"},
           {"copiedFilesSize", "0"}}};
}

delta::Transaction StartOn(delta::Table& table, const delta::SnapshotPtr& replaced,
                           delta::Metadata metadata, const LakeEnvironment& environment) {
  if (!replaced) {
    return delta::Transaction(table, std::move(metadata), environment.clock, environment.random);
  }
  delta::Transaction transaction(table, replaced, environment.clock, environment.random);
  transaction.SetMetadata(std::move(metadata));
  transaction.ReplaceTable();
  return transaction;
}

delta::SnapshotPtr CommitTo(const NewTablePlace& place, delta::Transaction& transaction) {
  const delta::CommitOutcome outcome = transaction.Commit();
  if (const auto* lost = std::get_if<delta::Lost>(&outcome)) throw LostCommit(place.name, *lost);
  if (const auto* unknown = std::get_if<delta::Unknown>(&outcome)) {
    throw Error(
        ErrorKind::kUnavailable, "commit.unknown",
        fmt::format("The store did not say whether {} was made: {}", place.name, unknown->reason))
        .Hint(fmt::format("Look with DESCRIBE HISTORY {} whether it is there.", place.name))
        .With("table", place.name);
  }
  return std::get<delta::Committed>(outcome).snapshot;
}

}  // namespace

CloneResult CloneTable(const OpenedTable& source, const delta::Snapshot& version,
                       const NewTableCall& call, const NewTablePlace& place) {
  const LakeEnvironment& environment = place.catalog.environment();
  delta::Table& table = place.catalog.Table(place.root);
  const delta::SnapshotPtr replaced = place.exists ? table.Latest() : nullptr;
  CloneResult result;
  result.source_files = static_cast<int64_t>(version.files().size());
  result.source_bytes = version.files().total_bytes();
  if (replaced) {
    result.removed_files = static_cast<int64_t>(replaced->files().size());
    result.removed_bytes = replaced->files().total_bytes();
  }
  delta::Metadata metadata = DefinitionOf(version, call, environment);
  const std::string id = metadata.id;
  std::vector<delta::AddFile> files = FilesOf(source, version, TracksRows(metadata));
  delta::Transaction transaction = StartOn(table, replaced, std::move(metadata), environment);
  NoteClone(place.catalog, place.root, id, files);
  CheckFilesAreThere(source, version);
  for (delta::AddFile& file : files) transaction.Append(std::move(file));
  transaction.SetOperation(OperationOf(source, version, result));
  result.snapshot = CommitTo(place, transaction);
  return result;
}

}  // namespace laguna::catalog
