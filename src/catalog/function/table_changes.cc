// SPDX-License-Identifier: Apache-2.0
// table_changes('bronze.t', from [, to]): the rows that versions of a table inserted, updated and
// deleted.

#include "catalog/changes/changes_function.h"
#include "catalog/sql_function.h"

namespace laguna::catalog {
namespace {

OpenedTable Open(duckdb::ClientContext& context, const LakeEnvironment&, const std::string& name,
                 duckdb::QueryErrorContext place) {
  return OpenNamedTable(context, name, "so it has no changes", place);
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment& environment) {
  RegisterChangesFunction(loader, "table_changes", environment, Open);
}

}  // namespace

extern const SqlFunction table_changes_function{
    .name = "table_changes",
    .syntax = "table_changes(table VARCHAR, from BIGINT | TIMESTAMPTZ [, to BIGINT | TIMESTAMPTZ])",
    .documentation =
        "The rows that the versions of a table inserted, updated and deleted, from one version or "
        "time to another, both included.\n\n"
        "The columns are those of the last version, then `_change_type` (insert, update_preimage, "
        "update_postimage, delete), `_commit_version` and `_commit_timestamp`. Without `to` it is "
        "all up to now. Where a version has change data files they are the answer, else its rows "
        "are inserted by the files it adds and deleted by those it removes. A version that wrote "
        "files anew without a change data feed (`delta.enableChangeDataFeed`) is an error, as are "
        "columns that went or turned into another type within the range.",
    .example = "SELECT _change_type, count(*) FROM table_changes('bronze.sales', 1) GROUP BY ALL",
    .add = Add,
};

}  // namespace laguna::catalog
