// SPDX-License-Identifier: Apache-2.0
#include "engine/scoped_connection.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "engine/database.h"
#include "engine/instance.h"
#include "engine/session.h"

namespace laguna::engine {
namespace {

constexpr int kRounds = 200;
constexpr const char* kLongQuery = "SELECT i, repeat('x', 100) FROM range(3000000) AS r(i)";

// Threads are still at work on the query when the exception leaves.
TEST(ScopedConnection, TakesItsQueryWithItWhileAnExceptionPasses) {
  DatabaseConfig config;
  config.threads = 4;
  Database database(config);
  const auto instance = database.Acquire();
  for (int round = 0; round < kRounds; ++round) {
    duckdb::shared_ptr<duckdb::ClientContext> context;
    try {
      ScopedConnection connection(instance->duckdb());
      context = connection.context;
      const auto result = connection.SendQuery(kLongQuery);
      ASSERT_NE(result->Fetch(), nullptr);
      throw std::runtime_error("enough");
    } catch (const std::runtime_error&) {  // as it should be
    }
    ASSERT_FALSE(context->transaction.HasActiveTransaction());
  }
}

TEST(ScopedConnection, SessionsEndSoToo) {
  DatabaseConfig config;
  config.threads = 4;
  Database database(config);
  for (int round = 0; round < kRounds; ++round) {
    try {
      Session session(database);
      Result result = session.Run(kLongQuery);
      ASSERT_NE(result.Next(), nullptr);
      throw std::runtime_error("enough");
    } catch (const std::runtime_error&) {  // as it should be
    }
  }
  EXPECT_EQ(Session(database).Run("SELECT 1").Drain().size(), 1);
}

}  // namespace
}  // namespace laguna::engine
