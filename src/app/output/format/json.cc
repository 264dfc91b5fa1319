// SPDX-License-Identifier: Apache-2.0
#include "app/output/json_rows.h"

namespace laguna::app {

extern const OutputFormat json_format{
    .name = "json",
    .summary = "a list of objects, one per row",
    .make = [](Output& output, const TableStyle&) -> std::unique_ptr<ResultWriter> {
      return std::make_unique<JsonRows>(output, JsonFraming{.open = "[",
                                                            .before_first = "\n  ",
                                                            .between = ",\n  ",
                                                            .close = "\n]\n",
                                                            .close_empty = "]\n"});
    },
};

}  // namespace laguna::app
