// SPDX-License-Identifier: Apache-2.0
// One batch of a stream on its way into the table and its side tables, up to the commit.
//
// Works in the session's open transaction and leaves it open. Used on the session's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "catalog/session_table.h"
#include "engine/session.h"
#include "ingest/audited_write.h"
#include "ingest/file_reach.h"
#include "ingest/offset_entry.h"
#include "ingest/stream_sources.h"
#include "ingest/stream_update.h"
#include "ingest/table_definition.h"

namespace laguna::ingest {

// Where the stream of a table stands. A value.
struct StreamStanding {
  std::string stream_id;
  // Of the stream; -1: nothing.
  int64_t last_committed = -1;
  bool table_exists = false;
  // The stream that the table names; empty: none. Another one than stream_id while that is fresh.
  std::string fed_by;
  // Nothing of the stream is committed yet: what the tables have goes with its first batch.
  bool fresh = false;
};

// The stream that feeds a table; empty: none.
std::string StreamOf(const catalog::TableState& table);
// The last batch of the stream that is in the table; -1: none.
int64_t CommittedBatch(const std::optional<catalog::TableState>& table,
                       const std::string& stream_id);

// Conflict "stream.two_writers".
base::Error Overtaken(const std::string& table);

class StreamBatch {
 public:
  StreamBatch(engine::Session& session, FileReach& reach, const TableDefinition& definition,
              StreamSources& sources, const StreamStanding& standing)
      : session_(session),
        reach_(reach),
        definition_(definition),
        sources_(sources),
        standing_(standing) {}

  // Everything but the commit. Nothing when columns were widened (as `may_widen` allows) and the
  // batch has to run again. Conflict when the tables are not as `standing` says.
  std::optional<BatchReport> Write(const OffsetEntry& entry, bool may_widen, const io::Call& call);

 private:
  void RefuseOvertaken();
  void RefuseOtherStream();
  [[nodiscard]] AuditedWrite AuditedWriteOf(const OffsetEntry& entry);
  bool HasBatch(const std::string& table, int64_t batch);
  int64_t WriteBadLines(int64_t batch, const std::vector<BadLinesFound>& found);
  void Mark(int64_t batch, const AuditReport& audit, int64_t bad_lines);

  engine::Session& session_;
  FileReach& reach_;
  const TableDefinition& definition_;
  StreamSources& sources_;
  const StreamStanding& standing_;
};

}  // namespace laguna::ingest
