// SPDX-License-Identifier: Apache-2.0
// How long work on the control state may wait for other processes: long enough that nobody sees a
// locked database, not for ever.
#pragma once

#include <functional>
#include <string>

namespace laguna::state {

// Calls `action` again while it throws Busy, with growing pauses, for about a minute; then
// Unavailable "state.busy", naming the file. `action` must leave nothing half done when it throws.
void WithPatience(const std::string& path, const std::function<void()>& action);

}  // namespace laguna::state
