// SPDX-License-Identifier: Apache-2.0
// Which tables of a pipeline a command means. Pure.
//
//   silver.sales    the table
//   silver.sales+   and all that reads it, directly or not
//   +silver.sales   and all it reads, directly or not
//   silver.*        every table of the zone; with + as above
//   *               every table
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "pipeline/graph.h"

namespace laguna::pipeline {

// The chosen ones of `tables` ("zone.name", in the order of the graph); all of them when `patterns`
// is empty. InvalidInput "pipeline.selection" for a pattern that names none, with the nearest name.
std::set<size_t> SelectTables(std::span<const std::string> patterns,
                              const std::vector<std::string>& tables, const Graph& graph);

}  // namespace laguna::pipeline
