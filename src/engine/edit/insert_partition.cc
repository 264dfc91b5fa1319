// SPDX-License-Identifier: Apache-2.0
// INSERT INTO | OVERWRITE t PARTITION (name = value, name) query.
#include "engine/edit/edits.h"
#include "engine/edit/statement_verb.h"

namespace laguna::engine {
namespace {

constexpr const char* kSyntax =
    "The syntax is: INSERT OVERWRITE table PARTITION (column = value, column) SELECT ...";

bool IsName(const Token& token) {
  return token.kind == TokenKind::kWord || token.kind == TokenKind::kQuotedIdentifier;
}

// The index behind INTO name; the size for other statements.
size_t BehindTable(const EditedStatement& statement) {
  const size_t insert = FindVerb(statement, "INSERT");
  // EditInsertOverwrite has put INTO over OVERWRITE.
  const Token& next = statement[insert + 1];
  if (insert >= statement.size() || !(next.Is("INTO") || next.Is("OVERWRITE"))) {
    return statement.size();
  }
  size_t at = insert + 3;
  while (statement[at].IsOperator(".")) {
    at += 2;
  }
  return at;
}

// One item; moves `at` to the comma or bracket behind it.
StatementOptions::PartitionItem TakeItem(const EditedStatement& statement, size_t& at,
                                         size_t close) {
  if (!IsName(statement[at])) {
    throw statement.ErrorAt(at, "Expected the name of a partition column here.").Hint(kSyntax);
  }
  StatementOptions::PartitionItem item;
  item.name = statement.Unquoted(at);
  item.offset = statement.OffsetOf(at);
  ++at;
  if (!statement[at].IsOperator("=")) {
    return item;
  }
  const size_t begin = ++at;
  while (at < close && !statement[at].IsOperator(",")) {
    at = BehindGroup(statement, at);
  }
  if (at == begin) {
    throw statement.ErrorAt(at, "Expected the partition's value after =.").Hint(kSyntax);
  }
  item.value = statement.TextOf(begin, at);
  item.offset = statement.OffsetOf(begin);
  return item;
}

}  // namespace

void EditInsertPartition(EditedStatement& statement) {
  const size_t partition = BehindTable(statement);
  if (!statement[partition].Is("PARTITION") || !statement[partition + 1].IsOperator("(")) {
    return;
  }
  const size_t close = statement.ClosingOf(partition + 1);
  if (close >= statement.size()) {
    throw statement.ErrorAt(partition + 1, "This bracket is not closed.").Hint(kSyntax);
  }
  for (size_t at = partition + 2;;) {
    statement.options.partition.push_back(TakeItem(statement, at, close));
    if (at == close) {
      break;
    }
    if (!statement[at].IsOperator(",")) {
      throw statement.ErrorAt(at, "Expected a comma or ) here.").Hint(kSyntax);
    }
    ++at;
  }
  statement.Blank(partition, close + 1);
}

}  // namespace laguna::engine
