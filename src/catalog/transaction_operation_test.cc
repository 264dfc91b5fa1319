// SPDX-License-Identifier: Apache-2.0
#include "catalog/transaction_operation.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "catalog/lake_transaction.h"

namespace laguna::catalog {
namespace {

TEST(TransactionOperation, OneStatementIsItself) {
  TransactionOperation operation;
  operation.Add({"DELETE", {{"predicate", "\"[]\""}}, {{"numDeletedRows", "3"}}});
  const delta::Operation one = operation.Committed({});
  EXPECT_EQ(one.name, "DELETE");
  EXPECT_EQ(one.parameters.at("predicate"), "\"[]\"");
  EXPECT_EQ(one.metrics.at("numDeletedRows"), "3");
}

TEST(TransactionOperation, AVersionOfAnApplicationAloneIsAWrite) {
  PendingTable pending;
  EXPECT_EQ(TransactionOperation().Committed(pending).name, "");
  pending.transaction_versions.push_back({"app", 1, std::nullopt});
  EXPECT_EQ(TransactionOperation().Committed(pending).name, "WRITE");
}

TEST(TransactionOperation, MoreThanSoManyStatementsAreListedByTheirNumber) {
  TransactionOperation operation;
  for (size_t i = 0; i < TransactionOperation::kNamesMax + 2; ++i) {
    operation.Add({"WRITE", {}, {{"numOutputRows", "2"}}});
  }
  const delta::Operation whole = operation.Committed({});
  EXPECT_EQ(whole.name, "TRANSACTION");
  const std::string& names = whole.parameters.at("operations");
  EXPECT_TRUE(names.ends_with(R"(\"WRITE\",\"and 2 more\"]")")) << names;
  EXPECT_EQ(whole.metrics.at("numOutputRows"), "204");
}

TEST(TransactionOperation, RowsThatWentAgainAreNotCounted) {
  TransactionOperation operation;
  operation.Add({"WRITE", {}, {{"numOutputRows", "2"}}});
  operation.ForgetRows();
  operation.Add({"MERGE", {}, {{"numTargetRowsInserted", "1"}, {"numOutputRows", "9"}}});
  EXPECT_EQ(operation.Committed({}).metrics.at("numInsertedRows"), "1");
}

}  // namespace
}  // namespace laguna::catalog
