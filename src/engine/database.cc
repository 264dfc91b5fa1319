// SPDX-License-Identifier: Apache-2.0
#include "engine/database.h"

#include <fmt/format.h>

#include <filesystem>
#include <mutex>
#include <set>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "duckdb/common/file_system.hpp"
#include "duckdb/main/attached_database.hpp"
#include "duckdb/main/database_manager.hpp"
#include "duckdb/main/extension_helper.hpp"
#include "duckdb/main/settings.hpp"
#include "duckdb/main/valid_checker.hpp"
#include "duckdb/storage/block_allocator.hpp"
#include "duckdb/storage/buffer_manager.hpp"
#include "duckdb/storage/storage_info.hpp"
#include "engine/extension_file.h"
#include "engine/guard.h"
#include "engine/instance.h"
#include "engine/open_database.h"
#include "engine/spark_types.h"

namespace laguna::engine {
namespace {

// A library of another release has other object layouts: nothing would fail, everything would be
// wrong.
void CheckLibraryVersion() {
  const std::string expected = "v" LAGUNA_DUCKDB_VERSION;
  const std::string found = Database::LibraryVersion();
  if (found != expected) {
    throw base::Error(base::ErrorKind::kInternal, "engine.library_version",
                      fmt::format("The DuckDB library is {}, but this program was built for {}.",
                                  found, expected))
        .Hint("Install the library that belongs to this program.");
  }
}

// What DuckDB would find out by itself while it opens. It reads the files of the machine's control
// groups for that, several times over, and an opening that fails there ends the process: what is
// half opened wants to flush a block allocator that it does not have yet.
void FillLimits(duckdb::DBConfig& result, const DatabaseConfig& config) {
  const auto files = duckdb::FileSystem::CreateLocal();
  const duckdb::idx_t memory = duckdb::DBConfig::GetSystemAvailableMemory(*files) / 10 * 8;
  result.options.maximum_memory = config.memory_limit_bytes.value_or(memory);
  result.options.maximum_threads = config.threads ? static_cast<duckdb::idx_t>(*config.threads)
                                                  : duckdb::DBConfig::GetSystemMaxThreads(*files);
  result.allocator = duckdb::make_uniq<duckdb::Allocator>();
  result.block_allocator = duckdb::make_uniq<duckdb::BlockAllocator>(
      *result.allocator, DEFAULT_BLOCK_ALLOC_SIZE, memory, result.options.block_allocator_size);
}

void FillConfig(duckdb::DBConfig& result, const DatabaseConfig& config) {
  FillLimits(result, config);
  result.options.temporary_directory = config.temp_directory;
  result.options.use_temporary_directory = !config.temp_directory.empty();
  // Nothing is fetched or loaded behind the user's back.
  result.SetOptionByName("autoinstall_known_extensions", duckdb::Value::BOOLEAN(false));
  result.SetOptionByName("autoload_known_extensions", duckdb::Value::BOOLEAN(false));
  // Variants of writers that do not annotate them are known by their two parts.
  result.options.variant_legacy_encoding = true;
  // Positions of errors come apart from their text.
  result.SetOptionByName("errors_as_json", duckdb::Value::BOOLEAN(true));
}

// TimeZone is icu's option, known only once the instance is open; its own check needs a client.
void SetTimeZone(duckdb::DuckDB& database, const std::string& time_zone) {
  auto& config = duckdb::DBConfig::GetConfig(*database.instance);
  duckdb::ExtensionOption option;
  if (!config.TryGetExtensionOption("TimeZone", option)) {
    throw base::Error(base::ErrorKind::kInternal, "engine.time_zone",
                      "The DuckDB library knows no time zones.");
  }
  duckdb::Value value(time_zone);
  if (time_zone != "UTC" && option.set_function != nullptr) {
    duckdb::Connection connection(database);
    option.set_function(*connection.context, duckdb::SetScope::GLOBAL, value);
  }
  config.SetOption(option.setting_index.GetIndex(), value);
}

// By number: a name may be another database's by now.
std::set<duckdb::idx_t> AttachedTo(duckdb::DatabaseInstance& instance) {
  std::set<duckdb::idx_t> numbers;
  for (const auto& database : duckdb::DatabaseManager::Get(instance).GetDatabases()) {
    numbers.insert(database->oid);
  }
  return numbers;
}

}  // namespace

Database::Instance::Instance(const DatabaseConfig& config) : config_(config) {
  try {
    duckdb::DBConfig duckdb_config;
    FillConfig(duckdb_config, config);
    duckdb_ = std::make_unique<duckdb::DuckDB>(nullptr, &duckdb_config);
    SetTimeZone(*duckdb_, config.time_zone);
    AddSparkTypes(*duckdb_->instance);
    OpenDatabase open(*duckdb_, config.extension_directory);
    for (const DatabaseSetup& setup : config.setups) {
      setup(open);
    }
    attached_ = AttachedTo(*duckdb_->instance);
  } catch (...) {
    throw CurrentError().Within("The engine cannot be opened");
  }
}

bool Database::Instance::IsSpoilt() {
  return duckdb::ValidChecker::IsInvalidated(*duckdb_->instance);
}

// A file that somebody attached is checkpointed when it is closed. The folder of what was spilled
// is removed with the buffers; SET may have moved it.
bool Database::Instance::HoldsMemoryOnly() {
  duckdb::DatabaseInstance& instance = *duckdb_->instance;
  const std::string& spills =
      duckdb::BufferManager::GetBufferManager(instance).GetTemporaryDirectory();
  std::error_code failure;
  const bool spilled = !spills.empty() && (std::filesystem::exists(spills, failure) || failure);
  return !spilled && AttachedTo(instance) == attached_;
}

void OpenDatabase::LoadExtension(const std::string& name) {
  LoadExtensionFile(instance(), extension_directory_, name);
}

struct Database::State {
  explicit State(DatabaseConfig database_config) : config(std::move(database_config)) {}

  const DatabaseConfig config;
  std::mutex mutex;
  std::shared_ptr<Instance> current;
};

Database::Database(DatabaseConfig config) : state_(std::make_unique<State>(std::move(config))) {
  CheckLibraryVersion();
  state_->current = std::make_shared<Instance>(state_->config);
}

Database::~Database() = default;

const DatabaseConfig& Database::config() const {
  return state_->config;
}

std::string Database::LibraryVersion() {
  return duckdb::DuckDB::LibraryVersion();
}

bool Database::HoldsMemoryOnly() const {
  const std::lock_guard lock(state_->mutex);
  return state_->current.use_count() == 1 && state_->current->HoldsMemoryOnly();
}

std::shared_ptr<Database::Instance> Database::Acquire() {
  const std::lock_guard lock(state_->mutex);
  if (state_->current == nullptr || state_->current->IsSpoilt()) {
    state_->current = std::make_shared<Instance>(state_->config);
  }
  return state_->current;
}

}  // namespace laguna::engine
