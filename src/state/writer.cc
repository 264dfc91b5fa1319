// SPDX-License-Identifier: Apache-2.0
#include "state/writer.h"

#include <algorithm>

#include "state/migration.h"
#include "state/patience.h"

namespace laguna::state {
namespace {

// Bounds one transaction, so that other processes get their turn.
constexpr size_t kJobsPerCommitMax = 256;

std::unique_ptr<Connection> OpenMigrated(const std::string& path) {
  std::unique_ptr<Connection> connection;
  WithPatience(path, [&] {
    connection = std::make_unique<Connection>(path, Connection::Mode::kReadWrite);
    connection->Execute("PRAGMA journal_mode = WAL");
    connection->Execute("PRAGMA synchronous = FULL");
    Migrate(*connection);
  });
  return connection;
}

// Undoes what may be open; the connection is good for the next transaction.
void RollBack(Connection& connection) noexcept {
  try {
    connection.Execute("ROLLBACK");
  } catch (...) {
    // Nothing was open: SQLite has rolled back by itself.
  }
}

}  // namespace

Writer::Writer(const std::string& path)
    : connection_(OpenMigrated(path)), thread_([this] { Loop(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Writer::Write(Change change) {
  std::future<void> done;
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back({std::move(change), {}, nullptr});
    done = queue_.back().done.get_future();
  }
  wake_.notify_one();
  done.get();
}

void Writer::Loop() {
  for (;;) {
    std::deque<Job> jobs = TakeJobs();
    if (jobs.empty()) return;
    Commit(jobs);
  }
}

std::deque<Writer::Job> Writer::TakeJobs() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
  std::deque<Job> jobs;
  while (!queue_.empty() && jobs.size() < kJobsPerCommitMax) {
    jobs.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return jobs;
}

void Writer::Commit(std::deque<Job>& jobs) {
  std::exception_ptr failure;
  try {
    WithPatience(connection_->path(), [&] { TryCommit(jobs); });
  } catch (...) {
    failure = std::current_exception();
  }
  for (Job& job : jobs) {
    const auto& reason = failure ? failure : job.failure;
    if (reason) {
      job.done.set_exception(reason);
    } else {
      job.done.set_value();
    }
  }
}

void Writer::TryCommit(std::deque<Job>& jobs) {
  try {
    connection_->Execute("BEGIN IMMEDIATE");
    for (Job& job : jobs) Apply(job);
    connection_->Execute("COMMIT");
  } catch (...) {
    RollBack(*connection_);
    throw;
  }
}

// One job that fails must not take the others with it.
void Writer::Apply(Job& job) {
  job.failure = nullptr;
  connection_->Execute("SAVEPOINT job");
  try {
    job.change(*connection_);
  } catch (const Busy&) {
    throw;
  } catch (...) {
    job.failure = std::current_exception();
    connection_->Execute("ROLLBACK TO job");
  }
  connection_->Execute("RELEASE job");
}

}  // namespace laguna::state
