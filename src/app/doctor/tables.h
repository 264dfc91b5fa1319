// SPDX-License-Identifier: Apache-2.0
// What doctor says of the tables and views of a lake: whether each log can be read, whether the
// data files it names are there, whether each view still binds, and whether SQL can tell the names
// apart. Logs and listings are read, no data file is.
#pragma once

#include <vector>

#include "app/compose.h"
#include "app/doctor/finding.h"

namespace laguna::app {

// One finding for each thing that is wrong; one that all is well when nothing is.
std::vector<Finding> ExamineTables(Composition& composition);

}  // namespace laguna::app
