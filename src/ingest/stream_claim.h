// SPDX-License-Identifier: Apache-2.0
// Which stream feeds a table, as the storage says it:
// <root>/_laguna/streams/tables/<zone>/<table>/<n>.json, n from 0.
//
// A stream's first commit, where there is no table yet or a full refresh replaces it, goes to side
// tables first and to the table last, and no lock reaches another machine. So a stream is claimed
// by put-if-absent as number n+1 of the table, right before it commits for the first time, by who
// saw n as the last one when it began: of all that began at the same time one goes on, and the
// others have changed nothing. The claim is confirmed behind the commit. One that is not confirmed,
// and is not what the table itself says, is a refresh that died between its side tables and the
// table; the next run does it again. A claim is never deleted, so that its number is not had twice.
//
// Used by one thread.
#pragma once

#include <cstdint>
#include <string>

#include "io/object_store.h"

namespace laguna::ingest {

struct StreamClaim {
  // -1: nobody has claimed the table.
  int64_t number = -1;
  std::string stream_id = {};
  // Its first batch is in the table.
  bool confirmed = false;
};

class StreamClaims {
 public:
  // `table`: "bronze.sales", in any case.
  StreamClaims(io::ObjectStore& store, const std::string& table);

  // The last one. Corrupt when it cannot be read.
  [[nodiscard]] StreamClaim Last(const io::Call& call) const;
  // The one behind `last`. Conflict "stream.two_writers" when another process has it.
  StreamClaim Claim(const StreamClaim& last, const std::string& stream_id, const io::Call& call);
  // The table says what the claim does: what other streams have left is removed, those of earlier
  // claims and `replaced` (empty: none).
  void Confirm(const StreamClaim& claim, const std::string& replaced, const io::Call& call);

 private:
  [[nodiscard]] std::string KeyOf(int64_t number) const;
  [[nodiscard]] StreamClaim Read(int64_t number, const io::Call& call) const;

  io::ObjectStore& store_;
  const std::string table_;
  const std::string folder_;
};

}  // namespace laguna::ingest
