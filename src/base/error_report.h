// SPDX-License-Identifier: Apache-2.0
// What a person at a terminal sees of an Error: place, sentence, the source line with a caret under
// the place, values, hint. Pure.
#pragma once

#include <cstddef>
#include <string>

#include "base/error.h"

namespace laguna::base {

// Where nobody knows the terminal: a file, a log.
constexpr size_t kReportColumns = 168;

// Several lines without a trailing line end. Of a source line that is longer than `columns`, a part
// around the place is shown, so that the caret always stands under it. Sentences are not broken.
std::string ReportWithin(const Error& error, size_t columns);

}  // namespace laguna::base
