// SPDX-License-Identifier: Apache-2.0
#include "connect/yaml_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "base/yaml.h"

namespace laguna::connect {
namespace {

using base::Error;
using base::ErrorKind;

Error CannotRead(const std::string& shown_as, const std::error_code& failure) {
  const bool denied = failure == std::errc::permission_denied;
  return {denied ? ErrorKind::kPermissionDenied : ErrorKind::kUnavailable, "file.unreadable",
          fmt::format("'{}' cannot be read: {}.", shown_as, failure.message())};
}

std::string ReadText(const std::filesystem::path& path, const std::string& shown_as) {
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  // One byte more than a YAML file may have, so that its parser says so.
  std::string text(base::YamlLimits().bytes_max + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!stream.eof() && stream.fail()) {
    throw CannotRead(shown_as, {errno == 0 ? EIO : errno, std::generic_category()});
  }
  text.resize(static_cast<size_t>(stream.gcount()));
  return text;
}

}  // namespace

std::vector<YamlFile> ReadYamlFolder(const std::string& folder, const std::string& shown_as) {
  std::error_code failure;
  std::filesystem::directory_iterator entries(folder, failure);
  if (failure == std::errc::no_such_file_or_directory) return {};
  if (failure) throw CannotRead(shown_as, failure);
  std::vector<YamlFile> files;
  for (const auto& entry : entries) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with('.') || name.starts_with('_')) continue;
    const std::string shown = fmt::format("{}/{}", shown_as, name);
    if (name.ends_with(".yml")) {
      throw Error(ErrorKind::kInvalidInput, "file.extension",
                  fmt::format("'{}' would be overlooked: files here end in .yaml.", shown))
          .Hint("Rename it.");
    }
    if (!name.ends_with(".yaml") || entry.is_directory()) continue;
    files.push_back({entry.path().stem().string(), shown, ReadText(entry.path(), shown)});
  }
  std::ranges::sort(files, {}, &YamlFile::name);
  return files;
}

}  // namespace laguna::connect
