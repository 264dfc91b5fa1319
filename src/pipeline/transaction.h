// SPDX-License-Identifier: Apache-2.0
// A session's transaction that is rolled back unless it was committed. Used on the session's
// thread.
#pragma once

#include "base/error.h"
#include "engine/session.h"

namespace laguna::pipeline {

class Transaction final {
 public:
  explicit Transaction(engine::Session& session) : session_(session) { session_.Run("BEGIN"); }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction() {
    if (!session_.in_transaction()) return;
    try {
      session_.Run("ROLLBACK");
    } catch (const base::Error&) {  // an interrupt came in between: nothing was committed anyway
    }
  }

  void Commit() { session_.Run("COMMIT"); }

 private:
  engine::Session& session_;
};

}  // namespace laguna::pipeline
