// SPDX-License-Identifier: Apache-2.0
#include "app/log_lines.h"

#include "state/task_log.h"

namespace laguna::app {
namespace {

constexpr size_t kChunkBytes = size_t{256} * 1024;

}  // namespace

void LogLines::EachNew(const Action& action) {
  for (;;) {
    const std::string chunk = state::ReadTaskLog(path_, offset_, kChunkBytes);
    if (chunk.empty()) return;
    offset_ += chunk.size();
    pending_ += chunk;
    size_t begin = 0;
    for (size_t end = pending_.find('\n'); end != std::string::npos;
         end = pending_.find('\n', begin)) {
      action(std::string_view(pending_).substr(begin, end - begin));
      begin = end + 1;
    }
    pending_.erase(0, begin);
  }
}

void LogLines::Rest(const Action& action) {
  if (!pending_.empty()) action(pending_);
  pending_.clear();
}

}  // namespace laguna::app
