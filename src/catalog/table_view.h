// SPDX-License-Identifier: Apache-2.0
// A Delta table as one statement sees it: a snapshot with the transaction's own changes on top, or
// a fixed old version. Immutable, shared between the plan and its scans.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "delta/action.h"
#include "delta/file_table.h"
#include "delta/snapshot.h"

namespace laguna::catalog {

struct TableView {
  // The table's folder, a key of the store ("bronze/t").
  std::string root;
  // The version read; -1 for a table this transaction creates.
  int64_t version = -1;
  delta::Protocol protocol;
  delta::Metadata metadata;
  delta::FileTable files;
};

using TableViewPtr = std::shared_ptr<const TableView>;

TableViewPtr ViewOf(std::string root, const delta::Snapshot& snapshot);

// The same files under another definition of the table, such as a wider one that a statement is
// about to give it. The view itself where only marks of identity columns differ: its own are newer.
TableViewPtr WithDefinition(TableViewPtr view, const delta::Metadata& definition);

}  // namespace laguna::catalog
