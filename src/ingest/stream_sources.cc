// SPDX-License-Identifier: Apache-2.0
#include "ingest/stream_sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/random.h"
#include "engine/sql_text.h"

namespace laguna::ingest {

using base::Error;
using base::ErrorKind;

StreamSources::StreamSources(const catalog::LakeEnvironment& environment, engine::Session& session,
                             const TableDefinition& definition)
    : session_(session) {
  std::string unique = base::MakeUuid(environment.random);
  std::ranges::replace(unique, '-', '_');
  for (const engine::RelationMention& mention :
       session.Mentions(*definition.script, definition.query)) {
    if (!mention.streaming) continue;
    const size_t number = sources_.size();
    places_.push_back(definition.script->PlaceOf(mention.offset));
    sources_.push_back(
        Placed(number, [&] { return MakeStreamSource(environment, session, mention); }));
    replacements_.push_back({.offset = mention.offset,
                             .temporary = fmt::format("laguna_source_{}_{}", unique, number)});
    rejects_.push_back({.errors = fmt::format("laguna_rejects_{}_{}", unique, number),
                        .scans = fmt::format("laguna_reject_scans_{}_{}", unique, number)});
  }
  if (!sources_.empty()) return;
  throw Error(ErrorKind::kInvalidInput, "stream.no_source",
              fmt::format("The query of {} reads nothing as a stream.", definition.table))
      .Hint(
          "Write FROM STREAM read_files('...') or FROM STREAM bronze.sales; a table that equals "
          "its query is a MATERIALIZED VIEW.")
      .At(definition.script->PlaceOf(definition.query.offset));
}

bool StreamSources::Look(const BatchLimits& limits, const io::Call& call) {
  pins_.clear();
  missing_.clear();
  for (size_t i = 0; i < size(); ++i) {
    auto pin = At(i, [&](StreamSource& source) { return source.Look(limits, call); });
    if (!pin) {
      missing_.push_back(At(i, [&](StreamSource& source) { return source.Missing(); }));
      continue;
    }
    At(i, [&](StreamSource& source) { source.Take(*pin); });
    pins_.push_back(std::move(*pin));
  }
  return missing_.empty();
}

void StreamSources::Take(std::vector<PinnedSource> pins, const std::string& table) {
  if (pins.size() != size()) {
    throw Error(ErrorKind::kInvalidInput, "stream.source_changed",
                fmt::format("The query of {} now reads {} streams, but its table was fed from {}.",
                            table, size(), pins.size()))
        .Hint("Read everything again with --full-refresh.");
  }
  RefuseExchanged(pins, table);
  pins_ = std::move(pins);
  for (size_t i = 0; i < size(); ++i) {
    At(i, [&](StreamSource& source) { source.Take(pins_[i]); });
  }
}

void StreamSources::RefuseExchanged(const std::vector<PinnedSource>& pins,
                                    const std::string& table) const {
  for (size_t i = 0; i < size(); ++i) {
    if (sources_[i]->IsNamedBy(pins[i])) continue;
    for (const PinnedSource& pin : pins) {
      if (!sources_[i]->IsNamedBy(pin)) continue;
      throw Error(
          ErrorKind::kInvalidInput, "stream.source_changed",
          fmt::format("The streams of the query of {} stand in another order than before.", table))
          .Hint("Put them back in their order, or read everything again with --full-refresh.");
    }
  }
}

bool StreamSources::Widen() {
  bool widened = false;
  for (size_t i = 0; i < size(); ++i) {
    auto pin = sources_[i]->Widen(rejects_[i]);
    if (!pin) continue;
    sources_[i]->Take(*pin);
    pins_[i] = std::move(*pin);
    widened = true;
  }
  return widened;
}

void StreamSources::Check(const OffsetEntry& entry, const std::string& stream_id) const {
  bool same = entry.sources.size() == pins_.size();
  for (size_t i = 0; same && i < pins_.size(); ++i) {
    same = std::holds_alternative<FileRange>(entry.sources[i]) == pins_[i].files.has_value();
  }
  if (same) return;
  throw Error(ErrorKind::kCorrupt, "stream.log_sources",
              fmt::format("Batch {} of the stream {} has other sources than the stream.",
                          entry.batch, stream_id))
      .Hint("Read everything again with --full-refresh.");
}

std::optional<std::string> StreamSources::FindChange(const OffsetEntry& entry,
                                                     StreamSource::Moment moment,
                                                     const io::Call& call) {
  for (size_t i = 0; i < size(); ++i) {
    auto change = At(
        i, [&](StreamSource& source) { return source.FindChange(entry.sources[i], moment, call); });
    if (change) return change;
  }
  return std::nullopt;
}

bool StreamSources::LeaveOutChanged(const OffsetEntry& entry, const io::Call& call) {
  bool any = false;
  for (size_t i = 0; i < size(); ++i) {
    any = sources_[i]->LeaveOutChanged(entry.sources[i], call) || any;
  }
  return any;
}

std::vector<BadLinesFound> StreamSources::MakeViews(const OffsetEntry& entry,
                                                    const io::Call& call) {
  std::vector<BadLinesFound> found;
  for (size_t i = 0; i < size(); ++i) {
    found.push_back({rejects_[i],
                     At(i,
                        [&](StreamSource& source) {
                          return source.Query(entry.sources[i], rejects_[i], call);
                        }),
                     sources_[i]->Columns()});
    session_.Run(fmt::format("CREATE OR REPLACE TEMPORARY VIEW {} AS {}",
                             engine::QuotedName(replacements_[i].temporary), found[i].query.sql));
  }
  return found;
}

void StreamSources::DropTemporaries() {
  for (size_t i = 0; i < size(); ++i) {
    session_.Run(
        fmt::format("DROP VIEW temp.main.{}", engine::QuotedName(replacements_[i].temporary)));
    for (const std::string& table : {rejects_[i].errors, rejects_[i].scans}) {
      session_.Run(fmt::format("DROP TABLE IF EXISTS temp.main.{}", engine::QuotedName(table)));
    }
  }
  session_.Run("DROP TABLE IF EXISTS temp.main.laguna_bad_lines");
}

}  // namespace laguna::ingest
