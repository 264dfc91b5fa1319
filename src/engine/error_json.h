// SPDX-License-Identifier: Apache-2.0
// An Error as one line of JSON, so that it can travel through DuckDB, which carries only text.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"

namespace laguna::engine {

std::string ErrorToJson(const base::Error& error);
// Nothing when `json` is not what ErrorToJson made.
std::optional<base::Error> ErrorFromJson(const std::string& json);

}  // namespace laguna::engine
