// SPDX-License-Identifier: Apache-2.0
#include "catalog/table_view.h"

#include <utility>

#include "delta/identity_column.h"

namespace laguna::catalog {

TableViewPtr ViewOf(std::string root, const delta::Snapshot& snapshot) {
  TableView view;
  view.root = std::move(root);
  view.version = snapshot.version();
  view.protocol = snapshot.protocol();
  view.metadata = snapshot.metadata();
  view.files = snapshot.files();
  return std::make_shared<const TableView>(std::move(view));
}

TableViewPtr WithDefinition(TableViewPtr view, const delta::Metadata& definition) {
  if (delta::IsSameButMarks(view->metadata, definition)) return view;
  TableView defined = *view;
  defined.metadata = definition;
  return std::make_shared<const TableView>(std::move(defined));
}

}  // namespace laguna::catalog
