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
// Behind others that changed files of which the plan deletes rows, or wrote them anew, deletion
// vectors are written anew (delta/row_rebase.h) before the next attempt; they are deleted again
// when the commit does not go in with them, unless nobody knows whether it did. From the moment a
// put begins until its file, or another's in its place, has been seen the commit is in doubt.
// Whatever is thrown in that time must not come out as a failure, after which the caller would
// delete the data files: the file is looked for, and the end is Committed, Lost's way on, or
// Unknown. A kind of error that says that the store turned the request down is believed only when
// the file is not there, because a store may say so after the bytes have arrived.
#include "delta/commit_loop.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include "base/error.h"
#include "delta/checksum.h"
#include "delta/codec/action_json.h"
#include "delta/deletion_vector_file.h"
#include "delta/log_path.h"
#include "delta/log_replay.h"
#include "delta/row_rebase.h"
#include "delta/table_feature.h"
#include "delta/vacuum_fence.h"

namespace laguna::delta {
namespace {

// Waits are uniform between nothing and a span. Without an answer it doubles from the one to the
// other: the store is in need of rest. After a lost race it halves: whoever has lost most goes
// first, so that nobody starves where many commit to one table, and newcomers make room.
struct BackOff {
  std::chrono::milliseconds first;
  std::chrono::milliseconds last;
};
constexpr BackOff kLostRace{std::chrono::milliseconds(8), std::chrono::milliseconds(1)};
constexpr BackOff kNoAnswer{std::chrono::milliseconds(50), std::chrono::milliseconds(2000)};
constexpr int kUnansweredMax = 8;
constexpr std::chrono::seconds kLastLookLimit{10};

bool TurnedDown(const base::Error& error) {
  switch (error.kind()) {
    case base::ErrorKind::kPermissionDenied:
    case base::ErrorKind::kInvalidInput:
    case base::ErrorKind::kExhausted:
    case base::ErrorKind::kUnsupported:
    case base::ErrorKind::kNotFound:
    case base::ErrorKind::kExists:
      return true;
    default:
      return false;
  }
}

// The exception being handled, in words; empty where there is no memory for them.
std::string CurrentSentence() noexcept {
  try {
    throw;
  } catch (const base::Error& error) {
    return error.sentence();
  } catch (const std::exception& exception) {
    return exception.what();
  } catch (...) {
    return {};
  }
}

// For looks that neither stop nor deadline of the caller forbids.
io::Call LastLook() {
  io::Call look;
  look.deadline = std::chrono::steady_clock::now() + kLastLookLimit;
  return look;
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
        version_(plan.read == nullptr ? 0 : plan.read->version() + 1),
        check_(plan.intent, plan.read,
               [this](const DeletionVectorDescriptor& vector) {
                 return LoadDeletionVector(table_.store(), table_.root(), vector, call_);
               }),
        rows_(table.store(), table.root(), random) {}

  CommitOutcome Run() {
    try {
      CommitOutcome outcome = RunToOutcome();
      if (std::holds_alternative<Committed>(outcome)) rows_.KeepLast();
      if (std::holds_alternative<Lost>(outcome)) rows_.KeepNone();
      return outcome;
    } catch (...) {
      rows_.KeepNone();
      throw;
    }
  }

 private:
  CommitOutcome RunToOutcome() {
    try {
      if (std::optional<Lost> lost = LookAtGround()) return std::move(*lost);
      while (true) {
        if (std::optional<CommitOutcome> outcome = Attempt()) return std::move(*outcome);
      }
    } catch (...) {
      if (!in_doubt_) throw;
      return LookOnceMore();
    }
  }

  // The log must still be the one the plan was made on: a commit to a table that was dropped, or
  // made anew with fewer versions, would leave a log with a gap. A table is created only where
  // there is none, its first commit long cleaned up included.
  std::optional<Lost> LookAtGround() {
    if (base_ == nullptr) {
      if (!Table::Exists(table_.store(), table_.root(), call_)) return std::nullopt;
      std::optional<Table::CommitFile> first = table_.ReadCommit(0, call_);
      return Lost{0, first ? CommitInfoOf(first->actions) : CommitInfo{},
                  "Another commit created the table meanwhile."};
    }
    if (table_.HasUnchanged(*base_, call_)) return std::nullopt;
    return Lost{base_->version(), {}, "The table was dropped or made anew meanwhile."};
  }

  // Nothing when another attempt is due.
  std::optional<CommitOutcome> Attempt() {
    io::CheckCall(call_, "committing to " + table_.Location());
    if (bytes_.empty()) {
      actions_ = plan_.actions_on(base_.get(), rebased_);
      bytes_ = WriteCommit(actions_);
    }
    switch (Put(bytes_)) {
      case io::PutOutcome::kCreated:
        return Settle();
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
    WaitForAnswer();
    return std::nullopt;
  }

  io::PutOutcome Put(const std::string& bytes) {
    const std::string key = CommitKey(table_.root(), version_);
    const bool was_in_doubt = std::exchange(in_doubt_, true);
    try {
      return table_.store().PutIfAbsent(key, bytes, call_);
    } catch (const base::Error& error) {
      if (!TurnedDown(error)) return io::PutOutcome::kUnknown;
      if (IsThere(key)) return io::PutOutcome::kExists;
      in_doubt_ = was_in_doubt;
      throw;
    }
  }

  bool IsThere(const std::string& key) { return table_.store().Head(key, LastLook()).has_value(); }

  // The name is taken: by whom, and can we go on behind them?
  std::optional<CommitOutcome> MeetWinners() {
    std::optional<Table::CommitFile> winner = table_.ReadCommit(version_, call_);
    if (winner && IsOurs(winner->actions)) return Settle();
    if (winner) in_doubt_ = false;
    LogReplay replay = base_ == nullptr ? LogReplay() : LogReplay(*base_);
    bool moved = false;
    for (; winner; winner = table_.ReadCommit(version_, call_)) {
      if (std::optional<std::string> reason = check_.Meet(winner->actions)) {
        return Lost{version_, CommitInfoOf(winner->actions), std::move(*reason)};
      }
      if (auto reason = FindVacuumedFile(table_, winner->actions, actions_, call_)) {
        return Lost{version_, CommitInfoOf(winner->actions), std::move(*reason)};
      }
      replay.Apply(version_, winner->object.modified_ms, FingerprintOf(winner->object),
                   std::move(winner->actions));
      ++version_;
      // Others had their turn while we slept: they are met as well, before the next attempt.
      if (!std::exchange(moved, true)) WaitForTurn();
    }
    if (moved) MoveTo(std::move(replay));
    return std::nullopt;
  }

  void MoveTo(LogReplay replay) {
    base_ = std::make_shared<const Snapshot>(replay.Finish(table_.Location()));
    CheckWritable(base_->protocol(), base_->metadata(), table_.Location());
    bytes_.clear();
    const ClaimedRows& claims = check_.claims();
    if (!claims.moved().empty() || !claims.left().empty()) rebased_ = rows_.Rebase(claims, call_);
  }

  [[nodiscard]] bool IsOurs(std::span<const Action> actions) const {
    return CommitInfoOf(actions).txn_id == plan_.txn_id;
  }

  // Our file is in, but perhaps alone: a folder that was moved (RENAME TO, DROP TABLE) since we
  // looked at the ground took the log along, and the commit made its old name anew. One that was
  // moved only now took our file along too. The ground is asked, not the base: winners that were
  // met may stand under the old name as alone as we do.
  CommitOutcome Settle() {
    const SnapshotPtr& ground = plan_.read;
    if (ground == nullptr || table_.HasUnchanged(*ground, call_) || StandsOnBase()) return Finish();
    const std::optional<Table::CommitFile> ours = table_.ReadCommit(version_, call_);
    if (!ours || !IsOurs(ours->actions)) return Finish();
    // One whose commit of this version went along takes ours for it, and leaves its checksum here.
    const std::string keys[] = {ChecksumKey(table_.root(), version_),
                                CommitKey(table_.root(), version_)};
    table_.store().DeleteMany(keys, call_);
    in_doubt_ = false;
    return Lost{ground->version(), {}, "The table was dropped, renamed or made anew meanwhile."};
  }

  // Also where the log before us was cleaned up.
  bool StandsOnBase() {
    try {
      return table_.AtVersion(version_ - 1, call_)->metadata().id == base_->metadata().id;
    } catch (const base::Error& error) {
      // Nothing is taken back for a store that does not answer.
      return error.kind() != base::ErrorKind::kCorrupt &&
             error.kind() != base::ErrorKind::kNotFound;
    }
  }

  // Our file is in. Nothing that fails from here on changes that.
  CommitOutcome Finish() noexcept {
    in_doubt_ = false;
    return Committed{version_, MakeSnapshot()};
  }

  // Null when it cannot be made; the next reader makes it from the log.
  SnapshotPtr MakeSnapshot() noexcept {
    try {
      const io::ObjectInfo object = CommittedObject();
      LogReplay replay = base_ == nullptr ? LogReplay() : LogReplay(*base_);
      replay.Apply(version_, object.modified_ms, FingerprintOf(object), std::move(actions_));
      auto snapshot = std::make_shared<const Snapshot>(replay.Finish(table_.Location()));
      table_.Advance(snapshot);
      return snapshot;
    } catch (...) {
      return nullptr;
    }
  }

  // Without the file's identity the next refresh reads the log anew.
  io::ObjectInfo CommittedObject() {
    io::ObjectInfo unknown;
    unknown.modified_ms = clock_.NowMs();
    unknown.etag = "unknown";
    try {
      return table_.store().Head(CommitKey(table_.root(), version_), call_).value_or(unknown);
    } catch (const base::Error&) {
      return unknown;
    }
  }

  // In doubt, and stopped, cut off or out of means: one last look. Called while the exception that
  // ended the loop is being handled; it goes on when another's file stands in the place of ours.
  CommitOutcome LookOnceMore() {
    std::string reason = CurrentSentence();
    std::optional<Table::CommitFile> file;
    try {
      file = table_.ReadCommit(version_, LastLook());
      if (!file) return Unknown{version_, std::move(reason)};
      if (IsOurs(file->actions)) return Finish();
    } catch (...) {
      return Unknown{version_, CurrentSentence()};
    }
    throw;
  }

  void WaitForTurn() {
    const auto span = std::max(kLostRace.first / (1 << std::min(lost_races_, 16)), kLostRace.last);
    // Most races are lost to somebody who does not come again so soon.
    if (lost_races_++ > 0) Sleep(span);
  }

  void WaitForAnswer() {
    Sleep(std::min(kNoAnswer.first * (1 << std::min(unanswered_, 16)), kNoAnswer.last));
  }

  void Sleep(std::chrono::milliseconds span) {
    clock_.SleepFor(std::chrono::milliseconds(
        static_cast<int64_t>(base::NextUnit(random_) * static_cast<double>(span.count() + 1))));
  }

  Table& table_;
  const CommitPlan& plan_;
  const base::Clock& clock_;
  base::Random& random_;
  const io::Call& call_;
  SnapshotPtr base_;
  int64_t version_;
  ConflictCheck check_;
  RowRebase rows_;
  RebasedFiles rebased_;
  // What is to be put, made once for each base, so that one commit has the same bytes whenever it
  // is put.
  std::vector<Action> actions_;
  std::string bytes_;
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
