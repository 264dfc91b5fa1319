// SPDX-License-Identifier: Apache-2.0
// laguna init: writes the few text files that make a folder a lake.
//
// Existing files are never touched. laguna.yaml is written last, so a folder is a lake only once it
// is complete, and what a failed init made is taken away again. An example is the same with the
// files of a lake that came with the program.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <system_error>
#include <vector>

#include "app/command.h"
#include "app/compose.h"
#include "app/output/json_text.h"
#include "base/nearest_name.h"
#include "catalog/lake.h"

namespace laguna::app {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;

constexpr std::string_view kConfiguration =
    R"(# A lake of laguna. Every key is optional but the name; unknown keys are errors.

name: {}

# Where the data lies: a folder, relative to this file.
# storage:
#   root: lake

# The top folders of the storage, in order. A zone of files holds files as they come; every other
# zone is a SQL schema, and its tables are Delta tables: bronze.sales lies in lake/bronze/sales.
# zones:
#   - landing: files
#   - bronze
#   - silver
#   - gold
#   - platinum

# The time zone of every session and schedule; the machine's own never counts.
# timezone: UTC

# Limits of the engine; by default 80 % of the memory and every core.
# memory_limit: 4GB
# dropped_retention: 7d
# threads: 4
)";

constexpr std::string_view kReadme = R"(# {}

A lake of laguna: `laguna.yaml` says where its data lies and how its zones are called.

| folder | holds |
|---|---|
| `pipelines/` | SQL files that define tables and the queries that make them |
| `flows/` | YAML files: tasks, what needs what, schedules |
| `blocks/` | connections; secrets by reference only |
| `lake/` | the data: files in `landing/`, Delta tables in the other zones |
| `.laguna/` | this machine's state, logs and caches |

`laguna sql` opens a shell on it; `laguna --help` says what else there is.
)";

constexpr std::string_view kIgnored = "/.laguna/\n/lake/\n";

// Files and folders made so far; they go again unless Keep is called.
class Additions {
 public:
  Additions() = default;
  Additions(const Additions&) = delete;
  Additions& operator=(const Additions&) = delete;
  ~Additions() {
    std::error_code ignored;
    for (auto path = made_.rbegin(); path != made_.rend(); ++path) fs::remove(*path, ignored);
  }

  void AddFolder(const fs::path& folder) {
    std::error_code failure;
    if (folder.has_parent_path() && !fs::exists(folder.parent_path(), failure)) {
      AddFolder(folder.parent_path());
    }
    if (fs::create_directory(folder, failure)) made_.push_back(folder);
    if (failure) throw CannotMake(folder, failure);
  }

  // Leaves a file that is there alone.
  void AddFile(const fs::path& path, std::string_view text) {
    if (fs::exists(path)) return;
    std::ofstream file(path, std::ios::binary);
    if (!file) throw CannotMake(path, {errno, std::generic_category()});
    made_.push_back(path);
    file << text;
    file.close();
    if (!file) throw CannotMake(path, {errno, std::generic_category()});
  }

  void Keep() { made_.clear(); }

 private:
  static Error CannotMake(const fs::path& path, std::error_code reason) {
    const bool denied = reason == std::errc::permission_denied ||
                        reason == std::errc::operation_not_permitted ||
                        reason == std::errc::read_only_file_system;
    return Error(denied ? ErrorKind::kPermissionDenied : ErrorKind::kUnavailable, "init.write",
                 fmt::format("'{}' cannot be made: {}.", path.string(), reason.message()))
        .Hint("Choose a folder that you may write to.");
  }

  std::vector<fs::path> made_;
};

struct InitOptions {
  std::string folder;
  std::string name;
  // Behind --example; empty when it was given without a name.
  std::string example;
  const CLI::Option* example_option = nullptr;
};

struct Example {
  std::string name;
  fs::path folder;
  // The first line of its README that is no heading.
  std::string summary;
};

std::string FirstSentence(const fs::path& readme) {
  std::ifstream file(readme);
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && !line.starts_with('#')) return line;
  }
  return {};
}

std::vector<Example> Examples() {
  std::vector<Example> examples;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(ExamplesDirectory(), ignored)) {
    if (!fs::exists(entry.path() / "laguna.yaml", ignored)) continue;
    examples.push_back({entry.path().filename().string(), entry.path(),
                        FirstSentence(entry.path() / "README.md")});
  }
  std::ranges::sort(examples, {}, &Example::name);
  return examples;
}

Error NoExamples() {
  return Error(ErrorKind::kUnavailable, "init.no_examples",
               fmt::format("This installation has no examples: there is none in {}.",
                           ExamplesDirectory().string()))
      .Hint("'make install' brings them.");
}

Example ExampleNamed(const std::string& name) {
  std::vector<std::string> names;
  for (Example& example : Examples()) {
    if (example.name == name) return std::move(example);
    names.push_back(example.name);
  }
  if (names.empty()) throw NoExamples();
  throw Error(ErrorKind::kNotFound, "init.example", fmt::format("There is no example '{}'.", name))
      .Hint(base::SuggestName(name, names));
}

// What an example gives to a new lake, but its laguna.yaml: relative paths, in order. Data and
// state that somebody made by running it in place stay out.
std::vector<fs::path> FilesOf(const Example& example) {
  std::vector<fs::path> files;
  for (auto entry = fs::recursive_directory_iterator(example.folder);
       entry != fs::recursive_directory_iterator(); ++entry) {
    const fs::path path = entry->path().lexically_relative(example.folder);
    if (path == "lake" || path == ".laguna" || path.filename() == "__pycache__") {
      entry.disable_recursion_pending();
    } else if (entry->is_regular_file() && path != "laguna.yaml") {
      files.push_back(path);
    }
  }
  std::ranges::sort(files);
  return files;
}

std::string ContentOf(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (file.is_open() && !file.bad()) return text;
  throw Error(ErrorKind::kUnavailable, "init.read",
              fmt::format("'{}' cannot be read.", path.string()))
      .Hint("Install laguna again.");
}

void RefuseExistingLake(const fs::path& folder) {
  if (fs::exists(folder / "laguna.yaml")) {
    throw Error(ErrorKind::kExists, "init.exists",
                fmt::format("'{}' is a lake already.", folder.string()))
        .Hint("Its laguna.yaml is left as it was; edit it, or name another folder.");
  }
  if (fs::exists(folder) && !fs::is_directory(folder)) {
    throw Error(ErrorKind::kInvalidInput, "init.not_a_folder",
                fmt::format("'{}' is not a folder.", folder.string()))
        .Hint("Name a folder; it is made when it does not exist.");
  }
  const fs::path storage = folder / "lake";
  if (fs::exists(storage) && !fs::is_empty(storage)) {
    throw Error(
        ErrorKind::kExists, "init.storage_not_empty",
        fmt::format("'{}' holds files, but no laguna.yaml says what they are.", storage.string()))
        .Hint("Move them away, or write the laguna.yaml by hand (its only key is 'name').");
  }
}

std::string NameFor(const fs::path& folder, const InitOptions& options) {
  if (!options.name.empty()) return options.name;
  const std::string name = folder.filename().string();
  return name.empty() ? "lake" : name;
}

void WriteLake(const fs::path& folder, const std::string& name) {
  Additions additions;
  additions.AddFolder(folder);
  for (const char* part : {"pipelines", "flows", "blocks", "lake", "lake/landing"}) {
    additions.AddFolder(folder / part);
  }
  additions.AddFile(folder / "README.md", fmt::format(fmt::runtime(kReadme), name));
  additions.AddFile(folder / ".gitignore", kIgnored);
  additions.AddFile(folder / "laguna.yaml",
                    fmt::format(fmt::runtime(kConfiguration), JsonString(name)));
  catalog::LoadLake(folder);
  additions.Keep();
}

// Gives the files that were there already.
std::vector<fs::path> WriteExample(const fs::path& folder, const Example& example) {
  Additions additions;
  std::vector<fs::path> left;
  for (const char* part : {"pipelines", "flows", "blocks", "lake"}) {
    additions.AddFolder(folder / part);
  }
  for (const fs::path& file : FilesOf(example)) {
    additions.AddFolder((folder / file).parent_path());
    if (fs::exists(folder / file)) left.push_back(file);
    additions.AddFile(folder / file, ContentOf(example.folder / file));
  }
  additions.AddFile(folder / ".gitignore", kIgnored);
  additions.AddFile(folder / "laguna.yaml", ContentOf(example.folder / "laguna.yaml"));
  catalog::LoadLake(folder);
  additions.Keep();
  return left;
}

int ListExamples(CommandContext& context) {
  const std::vector<Example> examples = Examples();
  if (examples.empty()) throw NoExamples();
  std::string text;
  for (const Example& example : examples) {
    text += context.options.json
                ? fmt::format("{}  {{\"name\": {}, \"summary\": {}}}", text.empty() ? "\n" : ",\n",
                              JsonString(example.name), JsonString(example.summary))
                : fmt::format("{:<10} {}\n", example.name, example.summary);
  }
  if (context.options.json) text = fmt::format("[{}\n]\n", text);
  context.console.out().Write(text);
  context.console.Note("'laguna init DIR --example NAME' makes a lake of one.");
  return 0;
}

void TellLake(const fs::path& folder, const std::string& name,
              const std::optional<fs::path>& around, CommandContext& context) {
  context.console.out().Write(fmt::format("{{\"name\": {}, \"folder\": {}, \"inside\": {}}}\n",
                                          JsonString(name), JsonString(folder.string()),
                                          around ? JsonString(around->string()) : "null"));
}

// The lake that a new one in `folder` would lie in.
std::optional<fs::path> LakeAround(const fs::path& folder) {
  return folder.has_parent_path() ? catalog::FindLakeFolder(folder.parent_path()) : std::nullopt;
}

// Commands take the nearest lake, so one inside another hides it.
void WarnOfLakeAround(const fs::path& folder, const std::optional<fs::path>& around,
                      Console& console) {
  if (!around) return;
  console.Note(fmt::format(
      "{0} lies inside the lake {1}. Commands given in it mean the new lake from now on, not the "
      "one around it; if that is not wanted, remove {0}/laguna.yaml.",
      folder.string(), around->string()));
}

// "  cd shop\n"; nothing for the folder one stands in.
std::string ChangeFolderLine(const InitOptions& options, const fs::path& folder) {
  std::error_code ignored;
  if (fs::equivalent(folder, fs::current_path(ignored), ignored)) return {};
  return fmt::format("  cd {}\n", options.folder);
}

int RunExample(const InitOptions& options, const fs::path& folder, CommandContext& context) {
  if (!options.name.empty()) {
    throw Error(ErrorKind::kInvalidInput, "usage.option",
                "An example has its own name; --name and --example do not go together.")
        .Hint("Edit 'name' in its laguna.yaml afterwards.");
  }
  const Example example = ExampleNamed(options.example);
  const std::optional<fs::path> around = LakeAround(folder);
  const std::vector<fs::path> left = WriteExample(folder, example);
  if (context.options.json) {
    TellLake(folder, example.name, around, context);
    return 0;
  }
  WarnOfLakeAround(folder, around, context.console);
  for (const fs::path& file : left) {
    context.console.Note(fmt::format("'{}' was there already and stays as it is.", file.string()));
  }
  context.console.Note(
      fmt::format("Made the example '{}' in {}\n\n"
                  "Next:\n"
                  "{}"
                  "  cat README.md         what it is about, and what to run\n"
                  "  laguna flow list      what it can do",
                  example.name, folder.string(), ChangeFolderLine(options, folder)));
  return 0;
}

Error NoFolder() {
  return Error(ErrorKind::kInvalidInput, "usage.invalid", "'laguna init' needs an argument: DIR.")
      .Hint("'laguna init --help' shows how to use it.");
}

int RunInit(const InitOptions& options, CommandContext& context) {
  const bool wants_example = options.example_option->count() > 0;
  if (wants_example && options.example.empty()) return ListExamples(context);
  if (options.folder.empty()) throw NoFolder();
  fs::path folder = fs::absolute(options.folder).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();
  RefuseExistingLake(folder);
  if (wants_example) return RunExample(options, folder, context);
  const std::string name = NameFor(folder, options);
  const std::optional<fs::path> around = LakeAround(folder);
  WriteLake(folder, name);
  if (context.options.json) {
    TellLake(folder, name, around, context);
    return 0;
  }
  WarnOfLakeAround(folder, around, context.console);
  context.console.Note(
      fmt::format("Made the lake '{}' in {}\n\n"
                  "Next:\n"
                  "{}"
                  "  cp FILES lake/landing/                        bring some files\n"
                  "  laguna sql -c \"CREATE TABLE bronze.t AS FROM 'landing/FILE.csv'\"\n"
                  "  laguna sql                                    look around",
                  name, folder.string(), ChangeFolderLine(options, folder)));
  return 0;
}

}  // namespace

extern const Command init_command{
    .name = "init",
    .group = CommandGroup::kStart,
    .summary = "Makes a new lake in a folder.",
    .documentation =
        "Writes a laguna.yaml with every setting as a comment, folders for pipelines, flows\n"
        "and blocks, and an empty storage. The folder is made when it does not exist; files\n"
        "that are there stay as they are. A folder that is a lake already is refused; one that\n"
        "lies inside a lake is said.\n"
        "\n"
        "With --example it is one of the lakes that come with laguna: pipelines, flows and a\n"
        "README that says what to run. --example without a name lists them.",
    .examples = R"(
  laguna init shop                  a lake named shop in the folder shop
  laguna init . --name "My shop"    make this folder a lake
  laguna init --example             which examples there are
  laguna init demo --example pqrs   one of them, in the folder demo
)",
    .add_options = [](CLI::App& parser) -> CommandAction {
      const auto options = std::make_shared<InitOptions>();
      parser.add_option("DIR", options->folder, "the lake's folder");
      parser.add_option("--name", options->name, "its label; default: the folder's name")
          ->type_name("NAME");
      options->example_option =
          parser.add_option("--example", options->example, "an example; without a name: the list")
              ->type_name("[NAME]")
              ->expected(0, 1);
      return [options](CommandContext& context) { return RunInit(*options, context); };
    },
    .logged = false,
};

}  // namespace laguna::app
