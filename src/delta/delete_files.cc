// SPDX-License-Identifier: Apache-2.0
#include "delta/delete_files.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace laguna::delta {
namespace {

constexpr size_t kThreadsMax = 8;
constexpr size_t kKeysAtOnce = 500;

}  // namespace

void DeleteFiles(io::ObjectStore& store, std::span<const std::string> keys, const io::Call& call,
                 const std::function<void(size_t count)>& on_deleted) {
  std::atomic<size_t> next{0};
  std::mutex mutex;
  std::exception_ptr failure;
  const auto run = [&] {
    try {
      for (size_t at = next.fetch_add(kKeysAtOnce); at < keys.size();
           at = next.fetch_add(kKeysAtOnce)) {
        const size_t count = std::min(kKeysAtOnce, keys.size() - at);
        store.DeleteMany(keys.subspan(at, count), call);
        if (on_deleted) on_deleted(count);
      }
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
      next = keys.size();
    }
  };
  {
    std::vector<std::jthread> threads;
    const size_t wanted = std::min(kThreadsMax, (keys.size() + kKeysAtOnce - 1) / kKeysAtOnce);
    try {
      while (threads.size() + 1 < wanted) threads.emplace_back(run);
    } catch (const std::system_error&) {
      // No more threads to be had: those there are, and this one, do the work.
    }
    run();
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace laguna::delta
