// SPDX-License-Identifier: Apache-2.0
// What `laguna pipeline` shows: a line a table for people, one document for programs. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/json.h"
#include "pipeline/check.h"
#include "pipeline/pipeline.h"
#include "pipeline/refresh_report.h"

namespace laguna::app {

struct LineStyle {
  // Columns that the widest name takes.
  size_t name_width = 0;
  bool colour = false;
  // How long it took is said.
  bool seconds = false;
};

// "✓ silver.sales  streaming table    12,345 rows in 2 batches, 3 dropped".
std::string RefreshLine(const pipeline::TableReport& report, const LineStyle& style);
// "✓ silver.sales  streaming table    9 columns, reads bronze.sales".
std::string CheckLine(const pipeline::Pipeline& pipeline, const pipeline::CheckReport& report,
                      size_t table, const LineStyle& style);

base::Json RunAsJson(const pipeline::RunReport& report);
// Of the tables with these numbers, in this order.
base::Json CheckAsJson(const pipeline::Pipeline& pipeline, const pipeline::CheckReport& report,
                       const std::vector<size_t>& tables);

}  // namespace laguna::app
