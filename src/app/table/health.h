// SPDX-License-Identifier: Apache-2.0
// `laguna table doctor`: what is wrong with tables, the statement that mends each thing, and on
// request those statements.
#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <optional>

#include "app/command.h"

namespace laguna::app {

// Adds the subcommand to `laguna table`. The action runs it if it was typed, and gives its exit
// code: 1 when a table has a problem.
std::function<std::optional<int>(CommandContext&)> AddTableDoctor(CLI::App& table);

}  // namespace laguna::app
