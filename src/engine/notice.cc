// SPDX-License-Identifier: Apache-2.0
#include "engine/notice.h"

#include <algorithm>
#include <utility>

#include "duckdb/main/client_context.hpp"
#include "duckdb/main/client_context_state.hpp"
#include "duckdb/main/connection.hpp"
#include "engine/session.h"

namespace laguna::engine {
namespace {

struct NoticeState final : duckdb::ClientContextState {
  std::vector<std::string> sentences;
};

NoticeState& StateOf(duckdb::ClientContext& context) {
  return *context.registered_state->GetOrCreate<NoticeState>("laguna_notices");
}

}  // namespace

void AddNotice(duckdb::ClientContext& context, std::string sentence) {
  auto& sentences = StateOf(context).sentences;
  if (std::ranges::find(sentences, sentence) != sentences.end()) return;
  if (sentences.size() >= kNoticesMax) sentences.erase(sentences.begin());
  sentences.push_back(std::move(sentence));
}

std::vector<std::string> TakeNotices(Session& session) {
  return std::exchange(StateOf(*session.connection().context).sentences, {});
}

}  // namespace laguna::engine
