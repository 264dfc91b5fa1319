// SPDX-License-Identifier: Apache-2.0
#include "pipeline/pipeline_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <system_error>
#include <utility>

#include "base/utf8.h"
#include "pipeline/definition_parser.h"

namespace laguna::pipeline {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;

constexpr uintmax_t kFileBytesMax = 16 * 1024 * 1024;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

Error Unreadable(const std::string& shown_as, const std::error_code& failure) {
  const bool denied = failure == std::errc::permission_denied;
  return Error(denied ? ErrorKind::kPermissionDenied : ErrorKind::kUnavailable, "pipeline.file",
               fmt::format("'{}' cannot be read: {}.", shown_as, failure.message()))
      .Hint("Everything below pipelines/ has to be readable, for its files belong together.")
      .At({.file = shown_as});
}

bool IsHidden(const fs::path& path) {
  return path.filename().string().starts_with('.');
}

bool IsSql(const fs::path& path) {
  return TableKey(path.extension().string()) == ".sql";
}

// Walks the folder; what fails is noted and left out.
class FileSearch {
 public:
  FileSearch(const fs::path& lake_folder, std::vector<Error>& errors)
      : lake_folder_(lake_folder), errors_(errors) {}

  std::vector<fs::path> Run(const fs::path& folder) {
    std::error_code failure;
    if (!fs::exists(folder, failure)) return {};
    Visit(folder);
    std::sort(found_.begin(), found_.end());
    return std::move(found_);
  }

  [[nodiscard]] std::string NameOf(const fs::path& path) const {
    return path.lexically_relative(lake_folder_).generic_string();
  }

 private:
  void Visit(const fs::path& folder) {
    std::error_code failure;
    for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end;
         entry.increment(failure)) {
      if (IsHidden(entry->path())) continue;
      std::error_code unknown;
      if (entry->is_directory(unknown) && !entry->is_symlink(unknown)) {
        Visit(entry->path());
      } else if (IsSql(entry->path())) {
        found_.push_back(entry->path());
      }
    }
    if (failure) errors_.push_back(Unreadable(NameOf(folder), failure));
  }

  const fs::path& lake_folder_;
  std::vector<Error>& errors_;
  std::vector<fs::path> found_;
};

std::string ReadText(const fs::path& path, const std::string& shown_as) {
  std::error_code failure;
  const uintmax_t size = fs::file_size(path, failure);
  if (failure) throw Unreadable(shown_as, failure);
  if (size > kFileBytesMax) {
    throw Error(ErrorKind::kExhausted, "pipeline.file_too_large",
                fmt::format("'{}' is larger than {} MiB.", shown_as, kFileBytesMax >> 20))
        .Hint("Pipeline files hold queries; data belongs in the lake.")
        .At({.file = shown_as});
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (size > 0) text << file.rdbuf();
  if (!file || !text) {
    const int code = errno == 0 ? EIO : errno;
    throw Unreadable(shown_as, std::error_code(code, std::generic_category()));
  }
  std::string content = std::move(text).str();
  if (content.starts_with(kByteOrderMark)) content.erase(0, kByteOrderMark.size());
  return content;
}

std::shared_ptr<const engine::Script> ReadScript(const fs::path& path,
                                                 const std::string& shown_as) {
  auto script = std::make_shared<const engine::Script>(ReadText(path, shown_as), shown_as);
  if (const auto invalid = base::FindInvalidUtf8(script->text())) {
    throw Error(ErrorKind::kInvalidInput, "pipeline.encoding",
                fmt::format("'{}' is not UTF-8.", shown_as))
        .Hint("Save the file as UTF-8.")
        .At(script->PlaceOf(*invalid));
  }
  return script;
}

Error Duplicate(const Definition& second, const Definition& first) {
  const base::Place place = first.place();
  return Error(ErrorKind::kInvalidInput, "pipeline.duplicate_table",
               fmt::format("{} is defined twice: here and at {}:{}:{}.", second.table.table,
                           place.file, place.line, place.column))
      .Hint("Take one of the definitions away, or rename its table.")
      .At(second.place())
      .With("table", second.table.table);
}

}  // namespace

Scripts ReadPipelineFiles(const catalog::Lake& lake, std::vector<Error>& errors) {
  FileSearch search(lake.folder, errors);
  Scripts scripts;
  for (const fs::path& path : search.Run(lake.folder / kPipelineFolder)) {
    try {
      scripts.push_back(ReadScript(path, search.NameOf(path)));
    } catch (const Error& error) {
      errors.push_back(error);
    }
  }
  return scripts;
}

std::vector<Definition> ParsePipelineFiles(const Scripts& scripts, const catalog::Lake& lake,
                                           std::vector<Error>& errors) {
  std::vector<Definition> definitions;
  std::map<std::string, size_t> known;
  for (const auto& script : scripts) {
    for (const engine::ScriptStatement& statement : script->statements()) {
      try {
        Definition definition = ParseDefinition(script, statement, lake);
        const auto [first, added] =
            known.emplace(TableKey(definition.table.table), definitions.size());
        if (!added) throw Duplicate(definition, definitions[first->second]);
        definitions.push_back(std::move(definition));
      } catch (const Error& error) {
        errors.push_back(error);
      }
    }
  }
  return definitions;
}

}  // namespace laguna::pipeline
