// SPDX-License-Identifier: Apache-2.0
#include "engine/view_position.h"

#include <map>
#include <utility>

#include "duckdb/main/client_context_state.hpp"

namespace laguna::engine {
namespace {

constexpr const char* kStateName = "laguna_views";
// No statement is that long.
constexpr size_t kFirstPosition = size_t{1} << 40;

class ViewsState final : public duckdb::ClientContextState {
 public:
  std::map<size_t, std::string> views_;
};

ViewsState& StateOf(duckdb::ClientContext& context) {
  return *context.registered_state->GetOrCreate<ViewsState>(kStateName);
}

}  // namespace

size_t PositionOfView(const std::string& view) {
  return kFirstPosition + std::hash<std::string>()(view) % kFirstPosition;
}

void NoteView(duckdb::ClientContext& context, const std::string& view) {
  StateOf(context).views_.insert_or_assign(PositionOfView(view), view);
}

base::Error NamingView(duckdb::ClientContext& context, base::Error error,
                       std::optional<size_t> position) {
  if (!position || *position < kFirstPosition) return error;
  const auto& views = StateOf(context).views_;
  const auto view = views.find(*position);
  if (view == views.end()) return error;
  if (error.sentence().find(view->second) != std::string::npos) return error;
  return std::move(error).Within("In view " + view->second);
}

}  // namespace laguna::engine
