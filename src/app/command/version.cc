// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "app/build_info.h"
#include "app/command.h"
#include "engine/database.h"

namespace laguna::app {
namespace {

int PrintVersion(CommandContext& context) {
  const std::string engine = engine::Database::LibraryVersion();
  const char* format = context.options.json ? "{{\"laguna\": \"{}\", \"duckdb\": \"{}\"}}\n"
                                            : "laguna {} (DuckDB {})\n";
  context.console.out().Write(fmt::format(fmt::runtime(format), kVersion, engine));
  return 0;
}

}  // namespace

extern const Command version_command{
    .name = "version",
    .group = CommandGroup::kLook,
    .summary = "Says which version this is, and which DuckDB it runs on.",
    .documentation = "",
    .examples = "",
    .add_options = [](CLI::App&) -> CommandAction { return PrintVersion; },
    .logged = false,
};

}  // namespace laguna::app
