// SPDX-License-Identifier: Apache-2.0
// The records of one copy in the store, and the protocol that makes a copy safe to kill.
//
//   _laguna/copies/<copy id>/<n>.json         the intent of run n, made by put-if-absent before
//                                             its first file: of two processes one gets n
//   _laguna/copies/<copy id>/<n>.done.json    which of the files were published, after they are
//                                             durable
//   _laguna/copies/<copy id>/ledger.json      of files: what the records add up to (copy_ledger.h)
//
// Files are whole or absent. So of a run that was killed, each file is either there (it is another
// than the intent says stood there before), and is recorded by the next run, or it was never
// published, and the next run copies it anew. Only the last run can be without its outcome, for a
// run begins by finishing the one before.
//
// The lock holds on one machine. A run on another one may take a slow run for a killed one, so of
// new rows the outcome is made by put-if-absent as well: a run that finds that another wrote "not
// published" takes its file away again, for its rows are the other's now. Used by one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "ingest/copy/copy_record.h"
#include "io/object_store.h"

namespace laguna::ingest {

constexpr const char* kCopiesPrefix = "_laguna/copies/";

class CopyLog {
 public:
  CopyLog(io::ObjectStore& store, CopyIdentity identity, const base::Clock& clock,
          base::Random& random, const io::Call& call);

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const CopyIdentity& identity() const { return identity_; }
  // "_laguna/copies/<id>/".
  [[nodiscard]] const std::string& folder() const { return folder_; }
  // Of the next run.
  [[nodiscard]] int64_t next_number() const { return next_number_; }

  // Finds the last run and finishes it if it was killed; returns it then. First of all calls.
  std::optional<CopyRecord> Open();
  // The runs with an outcome from this number on, oldest first.
  std::vector<CopyRecord> ReadFrom(int64_t first);
  // The last one that published something.
  std::optional<CopyRecord> ReadLast();

  // Whether another process has begun the run that this one would be.
  [[nodiscard]] bool IsOvertaken();
  [[nodiscard]] base::Error Conflict() const;

  // Fills in identity, time and writer, and makes the record durable. Conflict "copy.conflict" when
  // another process was faster.
  CopyRecord Begin(CopyIntent intent);
  // Makes the files durable, then the record. Conflict "copy.conflict" when another process took
  // the run for a killed one; its file of new rows is gone then.
  void Finish(const CopyRecord& record, std::vector<FinishedFile> files);

 private:
  std::string OutcomeKey(int64_t number) const;
  std::optional<CopyRecord> Read(int64_t number);
  [[nodiscard]] base::Error Damaged(const base::Error& error) const;
  void Put(const CopyRecord& record, CopyOutcome outcome);
  void TakeBack(const CopyRecord& record, const CopyOutcome& outcome);
  void Recover(const CopyRecord& record);
  [[nodiscard]] bool IsOurs(const std::string& key, const std::string& writer);

  io::ObjectStore& store_;
  const CopyIdentity identity_;
  const std::string id_;
  const std::string folder_;
  const base::Clock& clock_;
  base::Random& random_;
  const io::Call call_;
  int64_t next_number_ = 1;
};

// The intent of a run of the copy with this folder.
std::string IntentKey(const std::string& folder, int64_t number);
// Reads one record of any copy: `intent_key` is that of its intent. Nothing when it is gone.
std::optional<CopyRecord> ReadCopyRecord(io::ObjectStore& store, const std::string& intent_key);
// The number of "…/00000000000000000007.json"; nothing for outcomes and all else.
std::optional<int64_t> CopyNumberOf(std::string_view intent_key);

}  // namespace laguna::ingest
