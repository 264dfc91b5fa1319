// SPDX-License-Identifier: Apache-2.0
// Which source made which file, as far as a copy of files has come: what its records add up to.
//
// A copy that runs every few minutes has tens of thousands of records. So from time to time their
// sum is kept beside them, in ledger.json; it can be made again from the records at any time, and
// is believed only when the last record that went into it is still the same one. Used by one
// thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "ingest/copy/copy_log.h"
#include "ingest/copy/copy_record.h"
#include "io/object_store.h"

namespace laguna::ingest {

struct LedgerEntry {
  FileStamp source;
  FileStamp target;
  bool operator==(const LedgerEntry&) const = default;
};

class CopyLedger {
 public:
  // Of all runs of `log` that have ended. Reads the records that ledger.json has not, and writes it
  // anew when they are many.
  static CopyLedger Read(io::ObjectStore& store, CopyLog& log, const io::Call& call);

  // By the file's key; null when no run made it.
  [[nodiscard]] const LedgerEntry* Find(const std::string& key) const;

 private:
  void Load(io::ObjectStore& store, CopyLog& log, const std::string& key);
  void Add(const CopyRecord& record);
  [[nodiscard]] std::string ToJson() const;

  // The last record that is in it, and who wrote that.
  int64_t number_ = 0;
  std::string writer_;
  std::map<std::string, LedgerEntry, std::less<>> entries_;
};

}  // namespace laguna::ingest
