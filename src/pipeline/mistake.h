// SPDX-License-Identifier: Apache-2.0
// Whose fault an error is: of the pipeline's files, of what they stand on, or nobody's yet. Pure.
#pragma once

#include "base/error.h"

namespace laguna::pipeline {

// Wrong is what the pipeline's files say. Else it is what they stand on: a source whose log cannot
// be read, a file that is damaged, a table of somebody else's under the name, a store that does not
// answer.
bool IsMistake(const base::Error& error);

// A file function found no file: nothing is wrong, nothing is there yet.
bool IsNoFileYet(const base::Error& error);

}  // namespace laguna::pipeline
