// SPDX-License-Identifier: Apache-2.0
#include "engine/scoped_connection.h"

#include <exception>

namespace laguna::engine {

ScopedConnection::~ScopedConnection() {
  // Otherwise the client's end does it, which may be later: results hold it too.
  if (std::uncaught_exceptions() == 0) return;
  try {
    context->Destroy();
  } catch (...) {  // NOLINT(bugprone-empty-catch): there is an exception on its way already
  }
}

}  // namespace laguna::engine
