// SPDX-License-Identifier: Apache-2.0
#include "catalog/log/log_upkeeper.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "catalog/sql_name.h"

namespace laguna::catalog {
namespace {

bool IsBelow(std::string_view root, std::string_view folder) {
  return root.starts_with(folder) && (root.size() == folder.size() || root[folder.size()] == '/');
}

}  // namespace

LogUpkeeper::LogUpkeeper(base::Logger log) : log_(std::move(log)) {}

LogUpkeeper::~LogUpkeeper() {
  Stop();
}

void LogUpkeeper::Add(Job job) {
  std::unique_lock lock(mutex_);
  const auto same = [&] {
    return std::ranges::find_if(waiting_,
                                [&](const Job& waiting) { return waiting.root == job.root; });
  };
  changed_.wait(
      lock, [&] { return stopping_ || waiting_.size() < kWaitingMax || same() != waiting_.end(); });
  if (IsKeptOff(job.root)) return;
  if (stopping_) {
    lock.unlock();
    return Do(job, {});
  }
  if (const auto waiting = same(); waiting != waiting_.end()) {
    // What it holds goes without the lock.
    std::swap(*waiting, job);
    lock.unlock();
    return;
  }
  if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
  waiting_.push_back(std::move(job));
  changed_.notify_all();
}

void LogUpkeeper::Tell(std::string_view root, const delta::UpkeepReport& report) const {
  for (const std::string& warning : report.warnings) {
    log_.Warning("the log of a table was not kept up",
                 {{"table", SqlNameOf(root)}, {"warning", warning}});
  }
}

void LogUpkeeper::TellFailure(std::string_view message, std::string_view root,
                              const base::Error& error) const {
  log_.Warning(message,
               {{"table", SqlNameOf(root)}, {"reason", error.sentence()}, {"code", error.code()}});
}

void LogUpkeeper::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void LogUpkeeper::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    Job job = std::move(waiting_.front());
    waiting_.pop_front();
    running_ = job.root;
    stop_running_ = {};
    const std::stop_token stop = stop_running_.get_token();
    changed_.notify_all();
    lock.unlock();
    Do(job, stop);
    lock.lock();
    running_.clear();
    changed_.notify_all();
    lock.unlock();
    // It may hold the last of a database.
    job = {};
    lock.lock();
  }
}

void LogUpkeeper::Do(const Job& job, const std::stop_token& stop) const noexcept {
  try {
    const delta::UpkeepReport report = job.work({.stop = stop});
    // Nobody misses the checkpoint of a table that goes.
    if (!stop.stop_requested()) Tell(job.root, report);
  } catch (...) {
    // No memory for the words.
  }
}

void LogUpkeeper::Forget(const std::string& folder) {
  // What they hold goes without the lock.
  std::vector<Job> forgotten;
  std::unique_lock lock(mutex_);
  for (Job& job : waiting_) {
    if (IsBelow(job.root, folder)) forgotten.push_back(std::move(job));
  }
  std::erase_if(waiting_, [](const Job& job) { return job.work == nullptr; });
  if (IsBelow(running_, folder)) stop_running_.request_stop();
  changed_.notify_all();
  changed_.wait(lock, [&] { return !IsBelow(running_, folder); });
}

bool LogUpkeeper::IsKeptOff(const std::string& root) const {
  return std::ranges::any_of(kept_off_,
                             [&](const std::string& folder) { return IsBelow(root, folder); });
}

LogUpkeeper::KeptOff::KeptOff(LogUpkeeper& upkeeper, std::string folder)
    : upkeeper_(upkeeper), folder_(std::move(folder)) {
  {
    const std::lock_guard lock(upkeeper_.mutex_);
    upkeeper_.kept_off_.insert(folder_);
  }
  upkeeper_.Forget(folder_);
}

LogUpkeeper::KeptOff::~KeptOff() {
  const std::lock_guard lock(upkeeper_.mutex_);
  upkeeper_.kept_off_.erase(upkeeper_.kept_off_.find(folder_));
}

}  // namespace laguna::catalog
