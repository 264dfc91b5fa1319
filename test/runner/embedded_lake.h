// SPDX-License-Identifier: Apache-2.0
// The lake a .test file runs in: a fresh folder, opened in this process as `laguna sql` opens it,
// with one session per name. Used by one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace laguna::engine {
class Session;
}

namespace laguna::test {

class EmbeddedLake {
 public:
  // Makes a folder with a laguna.yaml that says no more than a name.
  EmbeddedLake();
  // Closes the lake; the folder goes unless Keep was called.
  ~EmbeddedLake();
  EmbeddedLake(const EmbeddedLake&) = delete;
  EmbeddedLake& operator=(const EmbeddedLake&) = delete;

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  // Writes a file below the folder and makes the folders above it.
  void WriteFile(const std::filesystem::path& path, const std::string& content) const;
  // Random file names come from this seed, from the next opening on.
  void SetSeed(uint64_t seed) { seed_ = seed; }
  // The session, made on first use; opens the lake if it is closed. The empty name is a session
  // too. Valid until Close.
  engine::Session& SessionNamed(const std::string& name);
  // Ends all sessions with their transactions; the next SessionNamed opens the lake anew.
  void Close();
  void Keep() { kept_ = true; }

 private:
  struct Opened;
  std::filesystem::path folder_;
  std::optional<uint64_t> seed_;
  bool kept_ = false;
  std::unique_ptr<Opened> opened_;
};

// Plain DuckDB with schemas of a default lake's names in a database `lake`: says what the same SQL
// gives elsewhere. Used by one thread.
class Referee {
 public:
  Referee();
  ~Referee();
  engine::Session& SessionNamed(const std::string& name);

 private:
  struct Opened;
  std::unique_ptr<Opened> opened_;
};

// The file of a loadable DuckDB extension; it need not exist.
std::filesystem::path ExtensionFile(const std::string& name);

}  // namespace laguna::test
