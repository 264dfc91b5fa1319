// SPDX-License-Identifier: Apache-2.0
// What a session sets for the writes that follow.
//
// lake_partition_overwrite_mode: whether INSERT OVERWRITE of a partitioned table replaces all of it
// ('static') or the partitions that get rows ('dynamic'). txnAppId and txnVersion: the name and the
// number of a write (protocol section "Transaction Identifiers"); a table takes each number of a
// name once and no lower one after it, so a job that runs again writes nothing twice. Used on the
// session's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/duckdb.h"

namespace laguna::catalog {

class LakeTransaction;

void AddWriteSettings(duckdb::DBConfig& config);

bool OverwritesPartitionsOnly(duckdb::ClientContext& context);

struct WriteId {
  std::string app_id;
  int64_t version = 0;
};

// InvalidInput "write.id" when only one of the two settings is there.
std::optional<WriteId> WriteIdOf(duckdb::ClientContext& context);

// Whether the table at `root` had the session's write, or a later one, when the transaction first
// touched it. False without a write id. A statement that finds it so computes nothing
// (plan_write.h, RowsToWrite), writes nothing and tells the user.
bool IsAlreadyWritten(duckdb::ClientContext& context, LakeTransaction& transaction,
                      const std::string& root);
// Only where IsAlreadyWritten.
void TellAlreadyWritten(duckdb::ClientContext& context, LakeTransaction& transaction,
                        const std::string& root);

// Puts the session's write id, if there is one, into the table's commit.
void NoteWriteId(duckdb::ClientContext& context, LakeTransaction& transaction,
                 const std::string& root);

}  // namespace laguna::catalog
