// SPDX-License-Identifier: Apache-2.0
// The columns of MERGE INTO's source, found by binding a copy of it: what `*` stands for, and what
// the table may gain.
#pragma once

#include <string>
#include <vector>

#include "catalog/merge/struct_expression.h"
#include "duckdb/parser/statement/merge_into_statement.hpp"
#include "duckdb/planner/table_binding.hpp"
#include "engine/duckdb.h"
#include "engine/tree_rewriter.h"

namespace laguna::catalog {

struct SourceColumn {
  duckdb::BindingAlias relation;
  std::string name;
  duckdb::LogicalType type;

  [[nodiscard]] ParsedPointer Reference() const;
  bool operator==(const SourceColumn& other) const;
};

class MergeSource {
 public:
  // Throws what binding the source throws.
  static MergeSource Bind(const engine::Rewriting& rewriting,
                          const duckdb::MergeIntoStatement& merge);

  [[nodiscard]] const std::vector<SourceColumn>& columns() const { return columns_; }
  // Without regard to case; null when there is none. InvalidInput "merge.ambiguous_source" at
  // `position` when two columns have the name.
  [[nodiscard]] const SourceColumn* Find(const std::string& name, size_t position) const;

 private:
  std::vector<SourceColumn> columns_;
};

}  // namespace laguna::catalog
