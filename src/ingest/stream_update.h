// SPDX-License-Identifier: Apache-2.0
// Feeding a table from its streaming sources, exactly once.
//
// The one mechanism of the program for it: batch n of a stream is first written down as a position
// range in the offset log (<root>/_laguna/streams/<stream id>/offsets/<n>.json, by put-if-absent),
// then its rows are committed to the table together with Delta's txn(<stream id>, n). After a
// crash, batch n runs again on the same range or is found committed. Side tables (<table>__errors,
// <table>__quarantine) are committed first under the same (stream id, n). The stream id stands in
// the table's property `laguna.streamId`; a full refresh is a new one, and one commit.
//
// Of a new stream nothing is written before its first batch is ready to be committed: then it is
// claimed for the table (stream_claim.h), and its log begun.
//
// Used by one thread; processes are kept apart by the table's lock (held for the whole update) and,
// where that cannot reach, by claim and offset log.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/lake_environment.h"
#include "engine/session.h"
#include "ingest/row_counts.h"
#include "ingest/table_definition.h"
#include "io/object_store.h"

namespace laguna::ingest {

// What one committed batch did; also the unit the caller records.
struct BatchReport : RowCounts {
  std::string stream_id;
  int64_t batch = 0;
  // The table version it made.
  int64_t version = 0;
};

struct StreamUpdateOptions {
  // A new stream id: the table's content is replaced by what all sources have now.
  bool full_refresh = false;
  // What bounds one batch.
  int64_t files_per_batch_max = 1000;
  int64_t bytes_per_batch_max = int64_t{4} << 30;
  // Stops between batches, and while waiting for the table's lock.
  io::Call call = {};
  // Told sentences for the user as they come up: "waiting for process 71 ...", "landing/a.csv
  // changed after it was read".
  std::function<void(std::string_view)> on_notice = {};
  // Told of each batch just before its commit (the version is not known yet), so that what the
  // caller records is there whenever the batch is: a batch that is run again is told again.
  std::function<void(const BatchReport&)> before_commit = {};
  // Told of each batch that is committed.
  std::function<void(const BatchReport&)> on_batch = {};
};

struct UpdateReport {
  std::vector<BatchReport> batches;
  // Files that changed after they were read; what they have now is not in the table.
  std::vector<std::string> changed_files;
  // No table yet, or one to be made anew, and a source without anything to look at: nothing was
  // done.
  bool waits_for_source = false;
  // Then, what is missing: "landing/t/*.csv (there is no folder landing/t)".
  std::string missing;
  [[nodiscard]] int64_t rows_written() const;
};

// Reads everything that is new and commits it batch by batch; an unchanged source commits nothing.
// Errors: InvalidInput (query, options, a source that was rewritten), Violation (a kFail check),
// Conflict (another process got in between), and what the sources throw. What was committed before
// stays.
UpdateReport UpdateStream(const catalog::LakeEnvironment& environment, engine::Session& session,
                          const TableDefinition& definition, const StreamUpdateOptions& options);

}  // namespace laguna::ingest
