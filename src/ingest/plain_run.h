// SPDX-License-Identifier: Apache-2.0
// Running SQL that this program wrote: errors bear no place in it, for the user never saw it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/session.h"

namespace laguna::ingest {

// The error without place and excerpt.
base::Error WithoutPlace(const base::Error& error);

// Runs the statements to their end.
void RunPlain(engine::Session& session, const std::string& sql,
              const engine::NamedValues& parameters = {});
// The first row as text; nothing for NULL.
std::vector<std::optional<std::string>> FirstRow(engine::Session& session, const std::string& sql,
                                                 const engine::NamedValues& parameters = {});
// Whole numbers of the first row; 0 for NULL.
std::vector<int64_t> FirstNumbers(engine::Session& session, const std::string& sql);
// The columns of a query, which is not run.
std::vector<engine::ResultColumn> ColumnsOf(engine::Session& session, const std::string& relation);

}  // namespace laguna::ingest
