// SPDX-License-Identifier: Apache-2.0
// Tables that are there only to be bound: what stands in for a table that does not exist yet, and
// what a table would be if it did. Used on the session's thread, outside of transactions.
#pragma once

#include <string>
#include <vector>

#include "engine/result.h"
#include "engine/session.h"
#include "pipeline/definition.h"

namespace laguna::pipeline {

// "a" BIGINT, "b" VARCHAR
std::string ColumnList(const std::vector<engine::ResultColumn>& columns);

// An empty temporary table of the session; one that is there is replaced.
void MakeStandIn(engine::Session& session, const std::string& name,
                 const std::vector<engine::ResultColumn>& columns);

// The columns of the definition's table, when its query gives `columns`: in the types the lake
// stores. The table is made in a transaction that is rolled back. Throws what CREATE TABLE throws.
std::vector<engine::ResultColumn> StoredColumns(engine::Session& session,
                                                const Definition& definition,
                                                const std::vector<engine::ResultColumn>& columns);

}  // namespace laguna::pipeline
