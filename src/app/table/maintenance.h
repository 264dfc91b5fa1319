// SPDX-License-Identifier: Apache-2.0
// The subcommands of `laguna table` that change a table, each one statement of SQL: optimize,
// vacuum, restore, clone, checkpoint.
#pragma once

#include <CLI/App.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/command.h"

namespace laguna::app {

// What is typed behind them.
struct MaintenanceOptions {
  std::string name;
  // optimize
  std::string where;
  std::vector<std::string> zorder;
  bool purge = false;
  // vacuum
  std::string retain_hours;
  bool lite = false;
  bool dry_run = false;
  // restore, clone
  std::optional<int64_t> version;
  std::string time;
  // clone
  std::string target;
  bool replace = false;
};

// The statements they run. InvalidInput ("usage.*") for names, columns and conditions that are
// none, and for options that exclude one another.
std::string OptimizeStatement(const MaintenanceOptions& options);
std::string VacuumStatement(const MaintenanceOptions& options);
std::string RestoreStatement(const MaintenanceOptions& options);
std::string CloneStatement(const MaintenanceOptions& options);
std::string CheckpointStatement(const MaintenanceOptions& options);

// Adds the subcommands to `laguna table`. The action runs the one that was typed, if one of them
// was; whether it was comes back.
std::function<bool(CommandContext&)> AddMaintenance(CLI::App& table);

}  // namespace laguna::app
