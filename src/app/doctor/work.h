// SPDX-License-Identifier: Apache-2.0
// What doctor says of what a lake works with: blocks, flows and pipelines. Each function gives one
// finding for each thing that is wrong, and one that all is well when nothing is; nothing is run
// and no database is connected to.
#pragma once

#include <vector>

#include "app/compose.h"
#include "app/doctor/finding.h"

namespace laguna::app {

// Files of SQLite blocks, and whether secrets are set.
std::vector<Finding> ExamineBlocks(Composition& composition);
// Flow files, and the files and secrets their tasks name.
std::vector<Finding> ExamineFlows(Composition& composition);
// What 'laguna pipeline check' finds.
std::vector<Finding> ExaminePipelines(Composition& composition);

}  // namespace laguna::app
