// SPDX-License-Identifier: Apache-2.0
#include "app/output/json_rows.h"

namespace laguna::app {

extern const OutputFormat jsonl_format{
    .name = "jsonl",
    .summary = "one object per line",
    .make = [](Output& output, const TableStyle&) -> std::unique_ptr<ResultWriter> {
      return std::make_unique<JsonRows>(
          output,
          JsonFraming{
              .open = "", .before_first = "", .between = "\n", .close = "\n", .close_empty = ""});
    },
};

}  // namespace laguna::app
