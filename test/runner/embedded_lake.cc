// SPDX-License-Identifier: Apache-2.0
#include "runner/embedded_lake.h"

#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>

#include "app/lake_services.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "catalog/lake.h"
#include "catalog/lake_environment.h"
#include "catalog/link/linked_store.h"
#include "engine/database.h"
#include "engine/session.h"
#include "io/store/fault.h"
#include "io/store/local.h"

namespace laguna::test {
namespace {

constexpr const char* kExtensionFolder = LAGUNA_TEST_EXTENSION_FOLDER;
constexpr int kThreads = 2;

using Sessions = std::map<std::string, std::unique_ptr<engine::Session>>;

std::filesystem::path MakeFolder() {
  const auto parent = std::filesystem::canonical(std::filesystem::temp_directory_path());
  std::string pattern = (parent / "laguna_test_XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) {
    throw base::Error(base::ErrorKind::kUnavailable, "test.folder",
                      "No folder can be made at " + pattern + ": " + std::strerror(errno) + ".");
  }
  return pattern;
}

std::unique_ptr<base::Random> MakeRandom(std::optional<uint64_t> seed) {
  if (seed) return std::make_unique<base::SeededRandom>(*seed);
  return std::make_unique<base::SystemRandom>();
}

catalog::Lake LakeIn(const std::filesystem::path& folder) {
  catalog::Lake lake = catalog::LoadLake(folder);
  if (!lake.threads) lake.threads = kThreads;
  return lake;
}

catalog::LakeOpening OpeningOf(const catalog::Lake& lake) {
  // The engine makes the last folder when it first spills, but not the one above it.
  const auto own = lake.folder / ".laguna";
  std::filesystem::create_directories(own);
  return {.temp_directory = (own / "spill").string(), .extension_directory = kExtensionFolder};
}

// `env LAGUNA_FAULT ...` holds from the next opening on, as it does for the program.
io::FaultPlan FaultsOfEnvironment() {
  const char* plan = getenv("LAGUNA_FAULT");
  return plan == nullptr ? io::FaultPlan{} : io::ParseFaultPlan(plan);
}

engine::DatabaseConfig PlainConfig() {
  engine::DatabaseConfig config;
  config.threads = kThreads;
  config.extension_directory = kExtensionFolder;
  return config;
}

}  // namespace

// In the order of construction: what is below needs what is above.
struct EmbeddedLake::Opened {
  Opened(const std::filesystem::path& folder, std::optional<uint64_t> seed)
      : lake(LakeIn(folder)),
        folder_store(lake.storage_root.string()),
        fault_store(folder_store, FaultsOfEnvironment()),
        random(MakeRandom(seed)),
        store(fault_store, lake),
        environment{lake, store, clock, *random},
        services(environment, app::ProcessEnvironment()),
        database(services.ConfigFor(OpeningOf(lake))) {}

  catalog::Lake lake;
  io::LocalObjectStore folder_store;
  io::FaultObjectStore fault_store;
  base::SystemClock clock;
  std::unique_ptr<base::Random> random;
  catalog::LinkedStore store;
  catalog::LakeEnvironment environment;
  app::LakeServices services;
  engine::Database database;
  Sessions sessions;
};

EmbeddedLake::EmbeddedLake() : folder_(MakeFolder()) {
  WriteFile("laguna.yaml", "name: test\n");
}

EmbeddedLake::~EmbeddedLake() {
  Close();
  std::error_code ignored;
  if (!kept_) std::filesystem::remove_all(folder_, ignored);
}

void EmbeddedLake::WriteFile(const std::filesystem::path& path, const std::string& content) const {
  const std::filesystem::path file = folder_ / path;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream stream(file, std::ios::binary);
  stream << content;
  stream.close();
  if (stream.fail()) {
    throw base::Error(base::ErrorKind::kUnavailable, "test.file",
                      "The file " + file.string() + " cannot be written.");
  }
}

engine::Session& EmbeddedLake::SessionNamed(const std::string& name) {
  if (!opened_) opened_ = std::make_unique<Opened>(folder_, seed_);
  std::unique_ptr<engine::Session>& session = opened_->sessions[name];
  if (!session) session = std::make_unique<engine::Session>(opened_->database);
  return *session;
}

void EmbeddedLake::Close() {
  opened_.reset();
}

struct Referee::Opened {
  engine::Database database{PlainConfig()};
  Sessions sessions;
};

Referee::Referee() : opened_(std::make_unique<Opened>()) {
  auto first = std::make_unique<engine::Session>(opened_->database);
  first->Run("ATTACH ':memory:' AS lake");
  for (const char* zone : {"bronze", "silver", "gold", "platinum"}) {
    first->Run(std::string("CREATE SCHEMA lake.") + zone);
  }
}

Referee::~Referee() = default;

engine::Session& Referee::SessionNamed(const std::string& name) {
  std::unique_ptr<engine::Session>& session = opened_->sessions[name];
  if (!session) {
    session = std::make_unique<engine::Session>(opened_->database);
    session->Run("USE lake");
  }
  return *session;
}

std::filesystem::path ExtensionFile(const std::string& name) {
  return std::filesystem::path(kExtensionFolder) / (name + ".duckdb_extension");
}

}  // namespace laguna::test
