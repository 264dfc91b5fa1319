// SPDX-License-Identifier: Apache-2.0
// The scans whose rows, taken together, are the changes of some versions of a table.
//
// A file of changed rows is scanned as a file of a table that is partitioned by the three columns
// which say what happened: _change_type, _commit_version, _commit_timestamp. So they cost nothing
// per row, and filters on them leave files out. Change data files bring _change_type themselves and
// so need a scan of their own. Rows by which two deletion vectors differ are a file in which all
// others are deleted.
#pragma once

#include <vector>

#include "catalog/changes/change_range.h"
#include "catalog/opened_table.h"
#include "catalog/scan/table_scan.h"

namespace laguna::catalog {

// One or two, with the same columns: those of the range's last version, then the three. Errors:
// Unsupported "changes.schema" for a definition within the range whose rows cannot be read under
// the last one, "changes.rewritten" for a version that wrote rows anew without a change data feed,
// "changes.column" for a table that uses one of the three names itself; those of reading the log
// and deletion vectors.
std::vector<TableScanSource> ChangeScans(const OpenedTable& table, const ChangeRange& range);

}  // namespace laguna::catalog
