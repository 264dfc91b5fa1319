// SPDX-License-Identifier: Apache-2.0
#include "engine/extension_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/error.h"
#include "duckdb/main/extension_helper.hpp"
#include "engine/guard.h"

namespace laguna::engine {

std::string ExtensionFile(const std::string& folder, std::string_view name) {
  const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_';
  });
  if (!plain) {
    throw base::Error(base::ErrorKind::kInvalidInput, "engine.extension_name",
                      fmt::format("\"{}\" is no name of an extension.", name));
  }
  const auto file = std::filesystem::path(folder) / fmt::format("{}.duckdb_extension", name);
  std::error_code ignored;
  if (folder.empty() || !std::filesystem::is_regular_file(file, ignored)) {
    throw base::Error(base::ErrorKind::kNotFound, "engine.extension_missing",
                      fmt::format("The engine's extension {} is not installed.", name))
        .Hint(fmt::format("It belongs at {}; setting up Laguna again puts it there.",
                          folder.empty() ? file.filename().string() : file.string()));
  }
  return std::filesystem::absolute(file).string();
}

void LoadExtensionFile(duckdb::DatabaseInstance& instance, const std::string& folder,
                       std::string_view name) {
  if (instance.ExtensionIsLoaded(std::string(name))) {
    return;
  }
  const std::string file = ExtensionFile(folder, name);
  try {
    duckdb::ExtensionHelper::LoadExternalExtension(
        instance, duckdb::FileSystem::GetFileSystem(instance), file);
  } catch (const std::exception& exception) {
    throw Translate(duckdb::ErrorData(exception))
        .Within(fmt::format("The engine's extension {} cannot be loaded", name));
  }
}

}  // namespace laguna::engine
