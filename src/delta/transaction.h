// SPDX-License-Identifier: Apache-2.0
// One commit to one table: intent is gathered as values, then put into the log by put-if-absent.
//
// Life: construct on the snapshot the statement read (or on none, to create the table), say what
// changes, Commit once. Data files and deletion vectors must be durable (ObjectStore::Sync) before
// Commit; on Lost and on an Error the caller deletes them, on Unknown nobody may. A Transaction
// belongs to one thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "delta/action.h"
#include "delta/conflict.h"
#include "delta/deletion_vector.h"
#include "delta/snapshot.h"
#include "delta/table.h"

namespace laguna::delta {

struct Committed {
  int64_t version = 0;
  // Null when it could not be made; the next reader makes it from the log. What the commit leaves
  // to do for the log (delta/log_upkeep.h) is the caller's.
  SnapshotPtr snapshot;
  // Files of deletion vectors that DeleteRows named and this commit does not, because others
  // changed the vectors of the same data files meanwhile: nobody needs them. Spelled as
  // DeletionVectorPath gives them.
  std::vector<std::string> unused_vector_files = {};
};
// Another commit makes this one impossible (delta/conflict.h says why). Nothing was written to the
// log.
struct Lost {
  int64_t winner_version = 0;
  CommitInfo winner;
  // A full sentence for the user: what the winner did that this commit cannot stand beside.
  std::string reason;
};
// The store did not say whether the commit went in, and looking it up failed too.
struct Unknown {
  int64_t attempted_version = 0;
  std::string reason;
};
using CommitOutcome = std::variant<Committed, Lost, Unknown>;

// What DESCRIBE HISTORY shows, in Spark's words ("WRITE", {"mode": "Append"}, {"numFiles": "1"}).
struct Operation {
  std::string name;
  // Values as JSON text ("\"Append\"").
  Properties parameters;
  // Values as plain text ("3").
  Properties metrics;
};

struct RebasedFiles;

class Transaction {
 public:
  // Changes an existing table, as `read` has it. Unsupported (by name) when the table has a writer
  // feature we lack. `table`, `clock` and `random` outlive the transaction.
  Transaction(Table& table, SnapshotPtr read, const base::Clock& clock, base::Random& random);
  // Creates the table: the commit is version 0 and Lost when one exists. An empty id is drawn, an
  // absent creation time is now. InvalidInput for a schema, partitioning or property that cannot
  // be, Unsupported for one that needs a table feature we lack.
  Transaction(Table& table, Metadata metadata, const base::Clock& clock, base::Random& random);

  // New definition of the table (schema, partitioning, properties); the protocol grows by what it
  // needs. Errors as above. An empty id keeps the table's. New partitioning goes with
  // ReplaceTable, or where every file is removed and all rows were read (MarkRead).
  void SetMetadata(Metadata metadata);
  void Append(AddFile file);
  // Every file of the read snapshot goes; with SetMetadata this is CREATE OR REPLACE, without
  // INSERT OVERWRITE. Files that blind appends add before this commit go too. Violation
  // ("delta.append_only") when the table is append-only.
  void ReplaceTable();
  // A file of the read snapshot, all of it; what its add action says of it is filled in when the
  // transaction commits. Errors as above, for a removal that changes data.
  void Remove(RemoveFile file);
  // Rows of a file of the read snapshot that stays, at most once for a file. `file` is its new
  // entry: the same path, its vector the old one and `rows`, numRecords exact and the bounds not
  // tight (delta/statistics.h, LoosenBounds). `old_vector_id` is of the vector it has in the read
  // snapshot (DeletionVectorDescriptor::UniqueId), empty where it has none; `rows` are those that
  // this transaction deletes and nobody deleted before. Deletion vectors are active on the table.
  // Errors as above.
  void DeleteRows(AddFile file, std::string old_vector_id, DeletionVector rows);
  // Rows of a file of the read snapshot that stay, and without which the transaction would have
  // done something else (ReadScope::row_by_row).
  void DependOnRows(std::string path, DeletionVector rows);
  // Rows as they were and are, for the change data feed: where there is one, all of the commit.
  void AppendChangeData(AddCdcFile file);
  // Lost when the table already has `version` or a later one for `app_id`, or another writer
  // commits one meanwhile.
  void SetTransactionVersion(std::string app_id, int64_t version);
  // The new state of a metadata domain. Lost when another writer changes it meanwhile.
  void SetDomain(DomainMetadata domain);
  // The statement read rows of the table: changes of others that the scope may hold conflict. A
  // transaction that only appends without having read is a blind append and conflicts with no data
  // change.
  void ReadRows(ReadScope scope);
  // The same for all rows of the table, not row by row.
  void MarkRead();
  // Rows of files that others write anew meanwhile, without changing data, are looked for by
  // `find`; without it such a commit of others is a conflict.
  void FindRowsBy(FindRows find) { intent_.find_rows = std::move(find); }
  void SetOperation(Operation operation);
  // The commit's txnId, by which it is known again; drawn where nobody sets it. Unique in the
  // table.
  void SetId(std::string txn_id) { txn_id_ = std::move(txn_id); }

  // The definition and protocol the table will have; valid before and after Commit.
  [[nodiscard]] const Metadata& metadata() const { return metadata_; }
  [[nodiscard]] const SnapshotPtr& read() const { return read_; }
  [[nodiscard]] bool empty() const;
  [[nodiscard]] bool IsBlindAppend() const;
  // Retries lost races that are no conflicts, with jittered back-off, until `call` stops it. An
  // empty transaction commits nothing and gives the read version.
  CommitOutcome Commit(const io::Call& call = {});

 private:
  struct RowDeletion {
    // As the caller handed it over, for the read snapshot.
    AddFile entry;
    std::string old_vector_id;
  };

  void Define(Metadata metadata);
  void CheckRemovalAllowed() const;
  void CheckAddedFiles() const;
  [[nodiscard]] bool Deletes() const;
  [[nodiscard]] bool ChangesProtocol() const;
  [[nodiscard]] bool MarksRows() const;
  [[nodiscard]] Isolation IsolationLevel() const;
  [[nodiscard]] std::optional<Lost> FindOwnConflict() const;
  [[nodiscard]] std::vector<std::string> UnusedVectorFiles(const RebasedFiles& rebased) const;
  [[nodiscard]] std::vector<Action> ActionsOn(const Snapshot* base, const RebasedFiles& rebased,
                                              const std::string& txn_id) const;
  void AppendDefinition(std::vector<Action>& actions, const Snapshot* base,
                        const CommitInfo& info) const;
  void AppendRowIds(std::vector<Action>& actions, const Snapshot* base) const;
  void AppendChanges(std::vector<Action>& actions, const Snapshot& base,
                     const RebasedFiles& rebased, int64_t now_ms) const;
  void AppendRemovals(std::vector<Action>& actions, const Snapshot& base,
                      const RebasedFiles& rebased, int64_t now_ms) const;
  [[nodiscard]] CommitInfo MakeCommitInfo(const Snapshot* base, const std::string& txn_id) const;

  Table& table_;
  SnapshotPtr read_;
  const base::Clock& clock_;
  base::Random& random_;
  Metadata metadata_;
  CommitIntent intent_;
  std::vector<AddFile> added_;
  std::vector<RemoveFile> removed_;
  // Files of which intent_.rows says what is deleted; by path.
  std::map<std::string, RowDeletion> row_deletions_;
  std::vector<AddCdcFile> change_data_;
  std::vector<SetTransaction> transaction_versions_;
  std::vector<DomainMetadata> domains_;
  Operation operation_;
  std::string txn_id_;
};

}  // namespace laguna::delta
