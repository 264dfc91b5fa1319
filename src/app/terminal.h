// SPDX-License-Identifier: Apache-2.0
// What stands at the other end of the program's standard streams.
#pragma once

#include <cstddef>

#include "base/error_report.h"

namespace laguna::app {

struct Terminal {
  bool in = false;
  bool out = false;
  bool err = false;
  bool colour_out = false;
  bool colour_err = false;
  // What reports on stderr are fitted into.
  size_t report_columns = base::kReportColumns;
};

// Colour: on a terminal, unless `no_color`, NO_COLOR is set to something, or TERM is "dumb" or
// unset.
Terminal DetectTerminal(bool no_color);

// Columns of the terminal behind stdout, asked anew each time (windows are resized); else COLUMNS,
// else 80.
size_t TerminalWidth();

}  // namespace laguna::app
