// SPDX-License-Identifier: Apache-2.0
// The border of a Session: whatever leaves it is an Error with its place.
#pragma once

#include <exception>
#include <utility>

#include "engine/guard.h"
#include "engine/session_state.h"

namespace laguna::engine {

template <class Body>
auto Session::State::Placing(const StatementSource& source, Body&& body) {
  try {
    return body();
  } catch (const base::Error& error) {
    throw Failed(error, source, std::nullopt);
  } catch (const std::exception& exception) {
    const duckdb::ErrorData data(exception);
    throw Failed(Translate(data), source, PositionOf(data));
  }
}

}  // namespace laguna::engine
