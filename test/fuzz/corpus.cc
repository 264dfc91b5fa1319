// SPDX-License-Identifier: Apache-2.0
#include "fuzz/corpus.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <sstream>

#include "base/unique_fd.h"

namespace laguna::test {
namespace {

namespace fs = std::filesystem;

// Tests run in the root of the clone.
constexpr char kSeeds[] = "test/fuzz/corpus";
constexpr size_t kRunningBytes = sizeof(uint64_t) + Corpus::kBytesMax;

std::string ReadBytes(const fs::path& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

std::string WriteBytes(const fs::path& folder, std::string_view kind, std::string_view bytes) {
  const fs::path path =
      folder / fmt::format("{}{:016x}", kind, std::hash<std::string_view>()(bytes));
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  return path.string();
}

bool HasFailed(const fs::path& path) {
  return path.filename().string().starts_with("failed-");
}

}  // namespace

Corpus::Corpus(const std::string& parser) {
  if (const char* folder = std::getenv("LAGUNA_FUZZ_CORPUS")) {
    kept_ = fs::path(folder) / parser;
    fs::create_directories(kept_);
    RescueRunning();
    ReadFolder(kept_, true);
  }
  ReadFolder(fs::path(kSeeds) / parser, false);
  if (!IsKept()) return;
  ReadFolder(kept_, false);
  MapRunning();
}

// A normal end: the last input was answered.
Corpus::~Corpus() {
  if (running_ == nullptr) return;
  munmap(running_, kRunningBytes);
  fs::remove(kept_ / "running");
}

void Corpus::Running(std::string_view input) {
  if (running_ == nullptr) return;
  const uint64_t size = std::min(input.size(), kBytesMax);
  std::memcpy(running_ + sizeof(size), input.data(), size);
  std::memcpy(running_, &size, sizeof(size));
}

void Corpus::Keep(std::string_view input) {
  if (IsKept()) WriteBytes(kept_, "", input);
  inputs_.emplace_back(input);
}

std::string Corpus::KeepFailed(std::string_view input) {
  return IsKept() ? WriteBytes(kept_, "failed-", input) : "not kept";
}

void Corpus::ReadFolder(const fs::path& folder, bool failed) {
  if (!fs::is_directory(folder)) return;
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename() == "running" || HasFailed(entry.path()) != failed) continue;
    paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  for (const fs::path& path : paths) inputs_.push_back(ReadBytes(path));
}

void Corpus::RescueRunning() {
  const fs::path path = kept_ / "running";
  if (!fs::exists(path)) return;
  const std::string bytes = ReadBytes(path);
  uint64_t size = 0;
  if (bytes.size() == kRunningBytes) std::memcpy(&size, bytes.data(), sizeof(size));
  if (size > 0 && size <= kBytesMax) {
    WriteBytes(kept_, "failed-", std::string_view(bytes).substr(sizeof(size), size));
  }
  fs::remove(path);
}

void Corpus::MapRunning() {
  const base::UniqueFd file(
      open((kept_ / "running").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (file.get() < 0 || ftruncate(file.get(), kRunningBytes) != 0) return;
  void* mapped = mmap(nullptr, kRunningBytes, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (mapped != MAP_FAILED) running_ = static_cast<char*>(mapped);
}

}  // namespace laguna::test
