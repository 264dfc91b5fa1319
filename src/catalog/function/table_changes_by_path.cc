// SPDX-License-Identifier: Apache-2.0
// table_changes_by_path('folder', from [, to]): table_changes for any Delta table by its folder.
#include "catalog/changes/changes_function.h"
#include "catalog/sql_function.h"

namespace laguna::catalog {
namespace {

OpenedTable Open(duckdb::ClientContext& context, const LakeEnvironment& environment,
                 const std::string& path, duckdb::QueryErrorContext) {
  return OpenTableFolder(context, environment, path);
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment& environment) {
  RegisterChangesFunction(loader, "table_changes_by_path", environment, Open);
}

}  // namespace

extern const SqlFunction table_changes_by_path_function{
    .name = "table_changes_by_path",
    .syntax =
        "table_changes_by_path(path VARCHAR, from BIGINT | TIMESTAMPTZ [, to BIGINT | "
        "TIMESTAMPTZ])",
    .documentation =
        "The rows that versions of a Delta table, given by its folder, inserted, updated and "
        "deleted.\n\nAs `table_changes`; the path as `delta_scan` takes it.",
    .example = "SELECT count(*) FROM table_changes_by_path('bronze/sales', 0)",
    .add = Add,
};

}  // namespace laguna::catalog
