// SPDX-License-Identifier: Apache-2.0
// The streaming sources of one query, and what stands for them in it while a batch is read.
//
// Made anew for each update; used by one thread.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "catalog/lake_environment.h"
#include "engine/relation.h"
#include "engine/session.h"
#include "ingest/bad_lines.h"
#include "ingest/offset_entry.h"
#include "ingest/pinned_source.h"
#include "ingest/stream_source.h"
#include "ingest/table_definition.h"

namespace laguna::ingest {

class StreamSources {
 public:
  // InvalidInput "stream.no_source" for a query that reads nothing as a stream, and what
  // MakeStreamSource throws, with its place.
  StreamSources(const catalog::LakeEnvironment& environment, engine::Session& session,
                const TableDefinition& definition);

  [[nodiscard]] size_t size() const { return sources_.size(); }
  // `work(source)`; its errors get the place of the source in the script.
  template <class Work>
  auto At(size_t number, const Work& work) const {
    return Placed(number, [&] { return work(*sources_[number]); });
  }

  // What is held fast of each; empty until they are pinned.
  [[nodiscard]] const std::vector<PinnedSource>& pins() const { return pins_; }
  // Looks at all sources and pins what they are. False when one of them has nothing to look at.
  bool Look(const BatchLimits& limits, const io::Call& call);
  // Those that Look found nothing of: "landing/t/*.csv (there is no folder landing/t)".
  [[nodiscard]] const std::vector<std::string>& missing() const { return missing_; }
  // InvalidInput "stream.source_changed" for pins of other sources.
  void Take(std::vector<PinnedSource> pins, const std::string& table);
  // Widens what `rejects` of the last reading ask for; false when there is nothing to widen.
  bool Widen();

  // Corrupt "stream.log_sources" for an entry of other sources.
  void Check(const OffsetEntry& entry, const std::string& stream_id) const;
  // Something of the entry that is not as recorded.
  std::optional<std::string> FindChange(const OffsetEntry& entry, StreamSource::Moment moment,
                                        const io::Call& call);
  // StreamSource::LeaveOutChanged of all of them.
  bool LeaveOutChanged(const OffsetEntry& entry, const io::Call& call);

  // Makes the views that stand for the sources, over what the entry says; what cannot be read is
  // found behind them.
  std::vector<BadLinesFound> MakeViews(const OffsetEntry& entry, const io::Call& call);
  [[nodiscard]] const std::vector<engine::RelationReplacement>& replacements() const {
    return replacements_;
  }
  void DropTemporaries();

 private:
  template <class Work>
  auto Placed(size_t number, const Work& work) const {
    try {
      return work();
    } catch (const base::Error& error) {
      if (error.place()) throw;
      throw base::Error(error).At(places_[number]);
    }
  }
  // What was read is kept by the place of a source in the query.
  void RefuseExchanged(const std::vector<PinnedSource>& pins, const std::string& table) const;

  engine::Session& session_;
  std::vector<std::unique_ptr<StreamSource>> sources_;
  std::vector<base::Place> places_;
  std::vector<engine::RelationReplacement> replacements_;
  std::vector<RejectTables> rejects_;
  std::vector<PinnedSource> pins_;
  std::vector<std::string> missing_;
};

}  // namespace laguna::ingest
