// SPDX-License-Identifier: Apache-2.0
// How a commit goes in
//
// The log is a race for names: whoever creates <version>.json first has made that version. An
// attempt has three ends.
//   Created: done.
//   Exists: someone has the name, perhaps we ourselves, by an attempt whose answer got lost. The
//     file's txnId tells. Another's commit is checked for conflicts and folded into the base, as
//     are all after it, and the next attempt is for the version after the last.
//   Unknown: the request may have arrived, or may yet. The same bytes are put under the same name
//     again: only one of the two can be in, and if it is the earlier one, the answer is Exists with
//     our txnId.
// From the first attempt without a clear end until its file has been seen the commit is in doubt;
// an error in that time must not come out as a failure, after which the caller would delete the
// data files, but as Unknown. An error thrown by a put counts as such an attempt unless its kind
// says that the store turned the request down.
#include "delta/commit_loop.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/error.h"
#include "delta/codec/action_json.h"
#include "delta/log_path.h"
#include "delta/log_replay.h"
#include "delta/table_feature.h"

namespace laguna::delta {
namespace {

// Waits are uniform between nothing and a span that doubles from the one to the other.
struct BackOff {
  std::chrono::milliseconds first;
  std::chrono::milliseconds last;
};
constexpr BackOff kLostRace{std::chrono::milliseconds(4), std::chrono::milliseconds(250)};
constexpr BackOff kNoAnswer{std::chrono::milliseconds(50), std::chrono::milliseconds(2000)};
constexpr int kUnansweredMax = 8;
constexpr std::chrono::seconds kLastLookLimit{10};
constexpr char kCreatedMeanwhile[] = "Another commit created the table meanwhile.";

bool TurnedDown(const base::Error& error) {
  switch (error.kind()) {
    case base::ErrorKind::kPermissionDenied:
    case base::ErrorKind::kInvalidInput:
    case base::ErrorKind::kExhausted:
    case base::ErrorKind::kUnsupported:
    case base::ErrorKind::kNotFound:
      return true;
    default:
      return false;
  }
}

class CommitLoop {
 public:
  CommitLoop(Table& table, const CommitPlan& plan, const base::Clock& clock, base::Random& random,
             const io::Call& call)
      : table_(table),
        plan_(plan),
        clock_(clock),
        random_(random),
        call_(call),
        base_(plan.read),
        version_(plan.read == nullptr ? 0 : plan.read->version() + 1) {}

  CommitOutcome Run() {
    try {
      if (std::optional<Lost> lost = LookAtGround()) return std::move(*lost);
      while (true) {
        if (std::optional<CommitOutcome> outcome = Attempt()) return std::move(*outcome);
      }
    } catch (const base::Error& error) {
      if (!in_doubt_) throw;
      return LookOnceMore(error);
    }
  }

 private:
  // The log must still be the one the plan was made on: a commit to a table that was dropped, or
  // made anew with fewer versions, would leave a log with a gap. A table is created only where
  // there is none, its first commit long cleaned up included.
  std::optional<Lost> LookAtGround() {
    if (base_ == nullptr) {
      if (!Table::Exists(table_.store(), table_.root(), call_)) return std::nullopt;
      std::optional<Table::CommitFile> first = table_.ReadCommit(0, call_);
      return Lost{0, first ? CommitInfoOf(first->actions) : CommitInfo{}, kCreatedMeanwhile};
    }
    std::optional<io::ObjectInfo> tail =
        table_.store().Head(CommitKey(table_.root(), base_->version()), call_);
    if (tail && FingerprintOf(*tail) == base_->state().log_etag) return std::nullopt;
    return Lost{base_->version(), {}, "The table was dropped or made anew meanwhile."};
  }

  // Nothing when another attempt is due.
  std::optional<CommitOutcome> Attempt() {
    io::CheckCall(call_, "committing to " + table_.Location());
    actions_ = plan_.actions_on(base_.get());
    switch (Put(WriteCommit(actions_))) {
      case io::PutOutcome::kCreated:
        return Finish();
      case io::PutOutcome::kExists:
        unanswered_ = 0;
        return MeetWinners();
      case io::PutOutcome::kUnknown:
        break;
    }
    if (++unanswered_ == kUnansweredMax) {
      throw base::Error(base::ErrorKind::kUnavailable, "delta.commit_unanswered",
                        "The store did not answer whether the commit went in.");
    }
    Wait(kNoAnswer, unanswered_);
    return std::nullopt;
  }

  io::PutOutcome Put(const std::string& bytes) {
    const std::string key = CommitKey(table_.root(), version_);
    try {
      io::PutOutcome outcome = table_.store().PutIfAbsent(key, bytes, call_);
      if (outcome != io::PutOutcome::kCreated) in_doubt_ = true;
      return outcome;
    } catch (const base::Error& error) {
      if (TurnedDown(error)) throw;
      in_doubt_ = true;
      return io::PutOutcome::kUnknown;
    }
  }

  // The name is taken: by whom, and can we go on behind them?
  std::optional<CommitOutcome> MeetWinners() {
    std::optional<Table::CommitFile> winner = table_.ReadCommit(version_, call_);
    if (winner && IsOurs(winner->actions)) return Finish();
    if (winner) in_doubt_ = false;
    LogReplay replay = base_ == nullptr ? LogReplay() : LogReplay(*base_);
    bool moved = false;
    for (; winner; winner = table_.ReadCommit(version_, call_)) {
      if (std::optional<std::string> reason = Conflict(winner->actions)) {
        return Lost{version_, CommitInfoOf(winner->actions), std::move(*reason)};
      }
      replay.Apply(version_, winner->object.modified_ms, FingerprintOf(winner->object),
                   std::move(winner->actions));
      ++version_;
      moved = true;
    }
    if (moved) MoveTo(std::move(replay));
    Wait(kLostRace, ++lost_races_ - 1);
    return std::nullopt;
  }

  std::optional<std::string> Conflict(std::span<const Action> winner) const {
    if (plan_.read == nullptr) return kCreatedMeanwhile;
    return FindConflict(plan_.intent, winner);
  }

  void MoveTo(LogReplay replay) {
    base_ = std::make_shared<const Snapshot>(replay.Finish(table_.Location()));
    CheckWritable(base_->protocol(), base_->metadata(), table_.Location());
  }

  [[nodiscard]] bool IsOurs(std::span<const Action> actions) const {
    return CommitInfoOf(actions).txn_id == plan_.txn_id;
  }

  // Our file is in. Nothing that fails from here on changes that.
  CommitOutcome Finish() {
    in_doubt_ = false;
    // Without the file's identity the next refresh reads the log anew.
    io::ObjectInfo object;
    object.modified_ms = clock_.NowMs();
    try {
      const std::string key = CommitKey(table_.root(), version_);
      object = table_.store().Head(key, call_).value_or(object);
    } catch (const base::Error&) {
      object.etag = "unknown";
    }
    LogReplay replay = base_ == nullptr ? LogReplay() : LogReplay(*base_);
    replay.Apply(version_, object.modified_ms, FingerprintOf(object), std::move(actions_));
    auto snapshot = std::make_shared<const Snapshot>(replay.Finish(table_.Location()));
    table_.Advance(snapshot);
    return Committed{version_, std::move(snapshot)};
  }

  // In doubt, and stopped or cut off: one last look that neither stop nor deadline forbids.
  CommitOutcome LookOnceMore(const base::Error& error) {
    io::Call look;
    look.deadline = std::chrono::steady_clock::now() + kLastLookLimit;
    std::optional<Table::CommitFile> file;
    try {
      file = table_.ReadCommit(version_, look);
    } catch (const base::Error& second) {
      return Unknown{version_, second.sentence()};
    }
    if (!file) return Unknown{version_, error.sentence()};
    if (IsOurs(file->actions)) return Finish();
    throw base::Error(error);
  }

  void Wait(BackOff back_off, int times) {
    if (times == 0) return;
    auto span = std::min(back_off.first * (1 << std::min(times, 16)), back_off.last);
    clock_.SleepFor(std::chrono::milliseconds(
        static_cast<int64_t>(base::NextUnit(random_) * static_cast<double>(span.count()))));
  }

  Table& table_;
  const CommitPlan& plan_;
  const base::Clock& clock_;
  base::Random& random_;
  const io::Call& call_;
  SnapshotPtr base_;
  int64_t version_;
  std::vector<Action> actions_;
  bool in_doubt_ = false;
  int unanswered_ = 0;
  int lost_races_ = 0;
};

}  // namespace

CommitOutcome RunCommit(Table& table, const CommitPlan& plan, const base::Clock& clock,
                        base::Random& random, const io::Call& call) {
  return CommitLoop(table, plan, clock, random, call).Run();
}

}  // namespace laguna::delta
