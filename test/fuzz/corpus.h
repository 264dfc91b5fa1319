// SPDX-License-Identifier: Apache-2.0
// The inputs of one parser that are kept: a few in the repository (test/fuzz/corpus/<parser>, one
// file each, whatever the parser says of them), and those a long run found worth keeping, in the
// folder LAGUNA_FUZZ_CORPUS names, below <parser> too. Nothing is kept without it.
//
// The input being tried lies in a mapped file, <parser>/running, which outlives the process: if the
// parser ends or hangs it, the next run finds the input there. Failing inputs are <parser>/failed-*
// and are tried first. Used by one thread.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace laguna::test {

class Corpus {
 public:
  // No input is longer.
  static constexpr size_t kBytesMax = 64 * 1024;

  explicit Corpus(const std::string& parser);
  ~Corpus();
  Corpus(const Corpus&) = delete;
  Corpus& operator=(const Corpus&) = delete;

  // Those that failed first.
  [[nodiscard]] const std::vector<std::string>& inputs() const { return inputs_; }
  [[nodiscard]] bool IsKept() const { return !kept_.empty(); }

  // To be called with each input before it is tried.
  void Running(std::string_view input);
  // It reached something no other did.
  void Keep(std::string_view input);
  // It failed; says where it lies now.
  std::string KeepFailed(std::string_view input);

 private:
  void ReadFolder(const std::filesystem::path& folder, bool failed);
  // What ended the last process, if anything did.
  void RescueRunning();
  void MapRunning();

  std::filesystem::path kept_;
  std::vector<std::string> inputs_;
  // A length of eight bytes and then the input.
  char* running_ = nullptr;
};

}  // namespace laguna::test
