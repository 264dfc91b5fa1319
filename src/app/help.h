// SPDX-License-Identifier: Apache-2.0
// The pages of `laguna --help` and `laguna <command> --help`, made from the command table and the
// options that the commands declare. Pure.
#pragma once

#include <CLI/App.hpp>
#include <span>
#include <string>

#include "app/command.h"

namespace laguna::app {

// "laguna table list".
std::string FullCommandName(const CLI::App& parser);

std::string ProgramHelp(std::span<const Command* const> commands, const CLI::App& parser);

// `command` is null for a command below a command ("table list").
std::string CommandHelp(const CLI::App& parser, const Command* command);

}  // namespace laguna::app
