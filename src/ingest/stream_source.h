// SPDX-License-Identifier: Apache-2.0
// One source of a streaming query: what it has that is new, and the query that reads a range of it.
//
// Made anew for each update; used by one thread. A source is either looked at (a new stream) or
// takes what was pinned; only then it can be asked for ranges.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catalog/lake_environment.h"
#include "engine/relation.h"
#include "engine/session.h"
#include "ingest/batch_plan.h"
#include "ingest/file_reading.h"
#include "ingest/offset_entry.h"
#include "ingest/pinned_source.h"
#include "io/object_store.h"

namespace laguna::ingest {

struct NextRange {
  SourceRange range = {};
  bool has_new = false;
  // Left for later batches.
  bool has_more = false;
  // Files that changed after they were read, and are not read again.
  std::vector<std::string> changed = {};
  // A sentence for the user; empty for none.
  std::string notice = {};
};

class StreamSource {
 public:
  virtual ~StreamSource() = default;

  // What a new stream pins; nothing while there is nothing to look at.
  virtual std::optional<PinnedSource> Look(const BatchLimits& limits, const io::Call& call) = 0;
  // What it has nothing of, for the user, when Look has found nothing: "landing/t/*.csv (there is
  // no folder landing/t)".
  [[nodiscard]] virtual std::string Missing() = 0;
  // InvalidInput when the query's source is another one, or is to be read in another way.
  virtual void Take(const PinnedSource& pinned) = 0;
  // The columns it gives.
  [[nodiscard]] virtual ColumnList Columns() const = 0;
  // What comes behind the ranges of `read`, where it is source number `number`.
  virtual NextRange Next(const std::vector<const OffsetEntry*>& read, size_t number,
                         const BatchLimits& limits, const io::Call& call) = 0;
  // Whether it is pinned as `pinned` by name: the same patterns, the same table.
  [[nodiscard]] virtual bool IsNamedBy(const PinnedSource& pinned) const = 0;
  // Something of the range that is not as recorded: "landing/a.csv has grown". Before it is read, a
  // file counts by size and time or bytes, and has to be one the query still names; after, by its
  // etag.
  // InvalidInput "stream.source_rewritten" for a table.
  enum class Moment { kBeforeReading, kAfterReading };
  virtual std::optional<std::string> FindChange(const SourceRange& range, Moment moment,
                                                const io::Call& call) = 0;
  // Leaves out, for the rest of the update, what has changed while the range was read: a file that
  // somebody still writes waits for the next run. False when nothing has, or nothing would be left.
  virtual bool LeaveOutChanged(const SourceRange& range, const io::Call& call) = 0;
  // The query that reads a range. Lines the engine cannot take go to `rejects`.
  virtual FileReading::Query Query(const SourceRange& range, const RejectTables& rejects,
                                   const io::Call& call) = 0;
  // Widens columns of which `rejects` has values, unless the user typed them; the new pin, or
  // nothing when there is nothing to widen.
  virtual std::optional<PinnedSource> Widen(const RejectTables& rejects) = 0;
};

// InvalidInput "stream.unknown_source" for a function that is no source.
std::unique_ptr<StreamSource> MakeStreamSource(const catalog::LakeEnvironment& environment,
                                               engine::Session& session,
                                               const engine::RelationMention& mention);

// The parts of MakeStreamSource.
std::unique_ptr<StreamSource> MakeFileSource(const catalog::LakeEnvironment& environment,
                                             engine::Session& session,
                                             const engine::FunctionCall& call);
std::unique_ptr<StreamSource> MakeTableSource(const catalog::LakeEnvironment& environment,
                                              engine::Session& session, const std::string& table);

}  // namespace laguna::ingest
