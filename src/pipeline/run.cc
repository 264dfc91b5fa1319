// SPDX-License-Identifier: Apache-2.0
#include "pipeline/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "catalog/session_table.h"
#include "ingest/stream_update.h"
#include "pipeline/materialized_view.h"
#include "pipeline/mistake.h"
#include "pipeline/selection.h"
#include "pipeline/view_sources.h"

namespace laguna::pipeline {
namespace {

using base::Error;
using base::ErrorKind;

constexpr double kMsPerSecond = 1000;
constexpr const char* kNoFileYet = "no file yet";
constexpr size_t kChangedFilesNamed = 100;

class Running {
 public:
  Running(const RunEnvironment& environment, const RunOptions& options, const Pipeline& pipeline,
          const CheckReport& check, std::set<size_t> selected)
      : environment_(environment),
        options_(options),
        pipeline_(pipeline),
        check_(check),
        selected_(std::move(selected)) {}

  RunReport Run() {
    const std::vector<size_t> order = SelectedInOrder();
    TellPlan(order);
    TellReadersLeftOut();
    for (const size_t table : order) {
      if (report_.cancelled || options_.call.stop.stop_requested()) {
        Finish(table, Stopped(table));
      } else {
        RunOne(table);
      }
    }
    return std::move(report_);
  }

 private:
  [[nodiscard]] std::vector<size_t> SelectedInOrder() const {
    std::vector<size_t> order = pipeline_.graph.Order();
    std::erase_if(order, [&](size_t table) { return !selected_.contains(table); });
    return order;
  }

  // A stream ends when its source is made anew.
  void TellReadersLeftOut() const {
    if (!options_.full_refresh || !options_.on_notice) return;
    for (size_t table = 0; table < pipeline_.tables.size(); ++table) {
      if (selected_.contains(table)) continue;
      for (const engine::RelationMention& mention : pipeline_.tables[table].mentions) {
        const auto source = mention.streaming ? SelectedTable(mention) : std::nullopt;
        if (!source) continue;
        options_.on_notice(
            fmt::format("{0} streams {1}, which is made anew: it will have to be made anew too "
                        "(laguna pipeline run --full-refresh {0}+).",
                        pipeline_.NameOf(table), *source));
      }
    }
  }

  [[nodiscard]] std::optional<std::string> SelectedTable(
      const engine::RelationMention& mention) const {
    const auto name = mention.call ? std::nullopt : LakeName(mention.name);
    for (const size_t table : selected_) {
      if (name && TableKey(*name) == TableKey(pipeline_.NameOf(table)))
        return pipeline_.NameOf(table);
    }
    return std::nullopt;
  }

  void TellPlan(const std::vector<size_t>& order) const {
    if (!options_.on_plan) return;
    std::vector<std::string> names;
    for (const size_t table : order) names.push_back(pipeline_.NameOf(table));
    options_.on_plan(names);
  }

  void RunOne(size_t table) {
    TableReport done = ReportOf(table);
    if (const auto& failure = check_.tables[table].failure) {
      Fail(table, *failure, done);
    } else if (!IsHeldBack(table, done) && !WaitsForSideTable(table, done)) {
      if (options_.on_start) options_.on_start(pipeline_.tables[table].definition);
      const int64_t start_ms = environment_.lake.clock.NowMs();
      Refresh(table, done);
      const auto took_ms = static_cast<double>(environment_.lake.clock.NowMs() - start_ms);
      done.seconds = took_ms / kMsPerSecond;
    }
    Finish(table, std::move(done));
  }

  void Finish(size_t table, TableReport done) {
    if (options_.on_table) options_.on_table(done);
    ended_[table] = report_.tables.size();
    report_.tables.push_back(std::move(done));
  }

  TableReport ReportOf(size_t table) const {
    TableReport report;
    report.table = pipeline_.NameOf(table);
    report.kind = pipeline_.tables[table].definition.kind;
    return report;
  }

  TableReport Stopped(size_t table) {
    report_.cancelled = true;
    TableReport report = ReportOf(table);
    report.state = RefreshState::kCancelled;
    report.reason = "the run was stopped";
    return report;
  }

  // Sets state and reason when a table it reads is not as it should be.
  bool IsHeldBack(size_t table, TableReport& done) {
    for (const Edge& edge : pipeline_.graph.Sources(table)) {
      const auto ended = ended_.find(edge.source);
      if (ended == ended_.end()) continue;
      const TableReport& source = report_.tables[ended->second];
      if (source.state == RefreshState::kFailed) {
        done.state = RefreshState::kSkipped;
        done.reason = fmt::format("{} failed", source.table);
      } else if (source.state == RefreshState::kSkipped) {
        done.state = RefreshState::kSkipped;
        done.reason = source.reason;
      } else if (source.state == RefreshState::kWaiting) {
        done.state = RefreshState::kWaiting;
        done.reason = fmt::format("{} is waiting", source.table);
      } else {
        continue;
      }
      return true;
    }
    return false;
  }

  // A quarantine that nothing went to so far.
  bool WaitsForSideTable(size_t table, TableReport& done) try {
    for (const engine::RelationMention& mention : pipeline_.tables[table].mentions) {
      const auto name = mention.call ? std::nullopt : LakeName(mention.name);
      if (!name || !OwnerOfSideTable(*name) ||
          catalog::ReadTableState(environment_.session, *name)) {
        continue;
      }
      done.state = RefreshState::kWaiting;
      done.reason = fmt::format("{} is not there yet", *name);
      return true;
    }
    return false;
  } catch (const Error& error) {
    Fail(table, error, done);
    return true;
  }

  void Refresh(size_t table, TableReport& done) try {
    const Definition& definition = pipeline_.tables[table].definition;
    RequireSources(table);
    if (definition.kind == TableKind::kStreamingTable) {
      UpdateStream(definition, done);
    } else {
      UpdateView(definition, done);
    }
  } catch (const Error& error) {
    if (IsNoFileYet(error) && !IsThere(table)) {
      done.state = RefreshState::kWaiting;
      done.reason = kNoFileYet;
    } else {
      Fail(table, error, done);
    }
  }

  bool IsThere(size_t table) {
    return catalog::ReadTableState(environment_.session, pipeline_.NameOf(table)).has_value();
  }

  void Fail(size_t table, const Error& error, TableReport& done) {
    const bool cancelled = error.kind() == ErrorKind::kCancelled;
    done.state = cancelled ? RefreshState::kCancelled : RefreshState::kFailed;
    done.reason = error.sentence();
    done.error = Advised(table, error);
    report_.cancelled |= cancelled;
  }

  // With a place in the user's file, and with what helps here.
  [[nodiscard]] Error Advised(size_t table, const Error& error) const {
    const Definition& definition = pipeline_.tables[table].definition;
    const bool placed = error.place() && error.place()->file == definition.table.script->file();
    Error advised = placed ? error : Error(error).At(definition.place());
    if (error.code() == "stream.source_rewritten") {
      return std::move(advised).Hint(
          fmt::format("Make it and what reads it anew: laguna pipeline run --full-refresh {}+",
                      definition.table.table));
    }
    if (error.code() != "sql.conversion" || !error.hint().empty()) return advised;
    return std::move(advised).Hint(
        "TRY_CAST(value AS type) gives NULL for a value that does not fit; an expectation then "
        "counts the row as a violation.");
  }

  // Tables of the pipeline that this run leaves out have to be there already.
  void RequireSources(size_t table) {
    for (const Edge& edge : pipeline_.graph.Sources(table)) {
      const std::string& source = pipeline_.NameOf(edge.source);
      if (selected_.contains(edge.source) || IsThere(edge.source)) continue;
      throw Error(ErrorKind::kInvalidInput, "pipeline.source_missing",
                  fmt::format("{} is not there yet, and this run does not make it.", source))
          .Hint(fmt::format("Run what it reads too: laguna pipeline run +{}",
                            pipeline_.NameOf(table)))
          .At(pipeline_.tables[table].definition.PlaceOf({edge.offset, source.size()}))
          .With("table", source);
    }
  }

  void UpdateStream(const Definition& definition, TableReport& done) {
    ingest::StreamUpdateOptions options;
    options.full_refresh = options_.full_refresh;
    options.call = options_.call;
    options.on_notice = options_.on_notice;
    options.before_commit = [&](const ingest::BatchReport& batch) {
      ForgetReplaced(definition, batch.stream_id);
      PutCounts(definition, batch.stream_id, batch.batch, batch.checks);
    };
    options.on_batch = [&](const ingest::BatchReport& batch) {
      Add(batch, done);
      if (options_.on_batch) options_.on_batch(done);
    };
    const ingest::UpdateReport update =
        ingest::UpdateStream(environment_.lake, environment_.session, definition.table, options);
    TakeChanged(update.changed_files, done);
    if (KeepsCounts(definition)) ForgetUncommitted(definition);
    if (update.waits_for_source) {
      done.state = RefreshState::kWaiting;
      done.reason = update.missing.empty() ? std::string(kNoFileYet)
                                           : fmt::format("{}: {}", kNoFileYet, update.missing);
    } else {
      done.state = done.batches > 0 ? RefreshState::kUpdated : RefreshState::kUnchanged;
    }
  }

  static void TakeChanged(const std::vector<std::string>& changed, TableReport& done) {
    done.files_changed = static_cast<int64_t>(changed.size());
    const size_t named = std::min(changed.size(), kChangedFilesNamed);
    done.changed_files.assign(changed.begin(), changed.begin() + static_cast<ptrdiff_t>(named));
  }

  [[nodiscard]] bool KeepsCounts(const Definition& definition) const {
    return environment_.state != nullptr && !definition.table.checks.empty();
  }

  // Batches that were counted, but never committed, behind the last one that was: another batch has
  // their rows now.
  void ForgetReplaced(const Definition& definition, const std::string& stream_id) {
    if (!KeepsCounts(definition)) return;
    const auto table = catalog::ReadTableState(environment_.session, definition.table.table);
    if (!table) return;
    const auto last = table->transaction_versions.find(stream_id);
    const bool none = last == table->transaction_versions.end();
    environment_.state->ForgetExpectationCounts(definition.table.table, stream_id,
                                                none ? 0 : last->second + 1);
  }

  // A stream whose first batch was counted, but never committed (the program was killed), is not
  // the table's: the next run begins another one.
  void ForgetUncommitted(const Definition& definition) {
    const auto table = catalog::ReadTableState(environment_.session, definition.table.table);
    std::vector<std::string> streams;
    if (table) {
      for (const auto& [stream, batch] : table->transaction_versions) streams.push_back(stream);
    }
    environment_.state->KeepExpectationCounts(definition.table.table, streams);
  }

  static void Add(const ingest::BatchReport& batch, TableReport& done) {
    ++done.batches;
    done.Add(batch);
    done.version = batch.version;
  }

  void UpdateView(const Definition& definition, TableReport& done) {
    if (!unsteady_) unsteady_ = UnsteadyFunctions(environment_.session);
    const ViewRefreshReport refresh =
        RefreshView(environment_.lake, environment_.session, definition,
                    {options_.full_refresh, options_.call, options_.on_notice, *unsteady_});
    done.version = refresh.version;
    done.state = refresh.unchanged ? RefreshState::kUnchanged : RefreshState::kUpdated;
    if (refresh.unchanged) return;
    done.batches = 1;
    done.Add(refresh.audit);
    // A view has no stream; each version of it is a batch.
    PutCounts(definition, "", refresh.version, refresh.audit.checks);
  }

  void PutCounts(const Definition& definition, const std::string& stream_id, int64_t batch,
                 const std::vector<ingest::RowCheckCount>& checks) {
    if (checks.empty() || environment_.state == nullptr) return;
    std::vector<state::ExpectationCount> counts;
    for (const ingest::RowCheckCount& check : checks) {
      counts.push_back({definition.table.script->file(), definition.table.table, stream_id, batch,
                        check.name, check.passed, check.failed});
    }
    environment_.state->PutExpectationCounts(counts, environment_.lake.clock.NowMs());
  }

  const RunEnvironment& environment_;
  const RunOptions& options_;
  const Pipeline& pipeline_;
  const CheckReport& check_;
  const std::set<size_t> selected_;
  std::optional<std::set<std::string>> unsteady_;
  // Into the report's tables, by the number of the table.
  std::map<size_t, size_t> ended_;
  RunReport report_;
};

std::set<size_t> Selected(const Pipeline& pipeline, const RunOptions& options) try {
  return SelectTables(options.select, pipeline.Names(), pipeline.graph);
} catch (const Error&) {
  // It may be the name of a table that could not be read.
  if (pipeline.errors.empty()) throw;
  return {};
}

RunReport Cancelled(const Error& error) {
  RunReport report;
  report.cancelled = true;
  report.errors.push_back(error);
  return report;
}

}  // namespace

RunReport RunPipeline(const RunEnvironment& environment, const RunOptions& options) try {
  const Pipeline pipeline = LoadPipeline(environment.lake, environment.session);
  RunReport report;
  std::set<size_t> selected = Selected(pipeline, options);
  const CheckReport check =
      CheckPipeline(environment.lake, environment.session, pipeline,
                    {.made_anew = options.full_refresh ? selected : std::set<size_t>()});
  report.errors = check.errors;
  if (!report.errors.empty()) return report;
  if (options.on_notice) {
    for (const std::string& notice : check.notices) options.on_notice(notice);
  }
  return Running(environment, options, pipeline, check, std::move(selected)).Run();
} catch (const Error& error) {
  if (error.kind() != ErrorKind::kCancelled) throw;
  return Cancelled(error);
}

}  // namespace laguna::pipeline
