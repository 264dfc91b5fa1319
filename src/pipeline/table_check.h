// SPDX-License-Identifier: Apache-2.0
// What a check found out about one table of a pipeline. A value.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/result.h"

namespace laguna::pipeline {

enum class CheckState { kFine, kWrong, kNotChecked };

struct TableCheck {
  CheckState state = CheckState::kNotChecked;
  // Why it is not checked: "no file yet: read_files('landing/x/*.csv')", "bronze.x has errors".
  std::string reason;
  // Nothing is there that it could read yet; no mistake.
  bool waits_for_source = false;
  // What the table will have; for kFine.
  std::vector<engine::ResultColumn> columns;
  // Not the pipeline's mistake, but of what it stands on: a source whose log cannot be read, a
  // store that does not answer.
  std::optional<base::Error> failure;
};

}  // namespace laguna::pipeline
