// SPDX-License-Identifier: Apache-2.0
#include "fuzz/fuzzing.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <optional>

#include "base/error.h"
#include "base/random.h"
#include "fuzz/corpus.h"
#include "fuzz/coverage.h"

namespace laguna::test {
namespace {

using Clock = std::chrono::steady_clock;

// Far more of the processor than any input needs, sanitizers included. A busy machine makes all of
// them wait.
constexpr std::chrono::seconds kOneInputMax(5);
// One that never answers ends the process.
constexpr unsigned kHangSeconds = 60;

uint64_t NumberFrom(const char* variable, uint64_t otherwise) {
  const char* value = std::getenv(variable);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

class Mutator {
 public:
  // `corpus` may grow.
  Mutator(const FuzzTarget& target, const Corpus& corpus, uint64_t seed)
      : target_(target), corpus_(corpus), random_(seed) {}

  std::string Next() {
    std::string text = PickSeed();
    for (size_t changes = 1 + Below(6); changes > 0; --changes) {
      Change(text);
    }
    text.resize(std::min(text.size(), Corpus::kBytesMax));
    return text;
  }

 private:
  size_t Below(size_t bound) { return bound == 0 ? 0 : random_.NextUint64() % bound; }
  const std::string& Pick(const std::vector<std::string>& texts) {
    return texts[Below(texts.size())];
  }
  // Those of the target as often as those of the corpus, which may be many.
  const std::string& PickSeed() {
    const auto& kept = corpus_.inputs();
    const bool own = kept.empty() || (!target_.seeds.empty() && Below(2) == 0);
    return Pick(own ? target_.seeds : kept);
  }
  size_t Position(const std::string& text) { return Below(text.size() + 1); }

  void Change(std::string& text) {
    switch (Below(7)) {
      case 0:  // another byte
        if (!text.empty()) text[Below(text.size())] = static_cast<char>(Below(256));
        return;
      case 1:  // something goes
        if (!text.empty()) text.erase(Below(text.size()), 1 + Below(8));
        return;
      case 2:  // a byte comes
        text.insert(Position(text), 1, static_cast<char>(Below(256)));
        return;
      case 3:  // a word comes
        if (!target_.words.empty()) text.insert(Position(text), Pick(target_.words));
        return;
      case 4:  // a part comes twice, or many times: nesting
        return Repeat(text);
      case 5:  // the end is missing
        text.resize(Position(text));
        return;
      default:  // a part of another seed comes
        return Splice(text);
    }
  }

  void Repeat(std::string& text) {
    if (text.empty()) return;
    const size_t begin = Below(text.size());
    const std::string part = text.substr(begin, 1 + Below(12));
    for (size_t times = 1 + Below(Below(4) == 0 ? 300 : 3); times > 0; --times) {
      text.insert(begin, part);
    }
  }

  void Splice(std::string& text) {
    const std::string& other = PickSeed();
    const size_t begin = Below(other.size());
    text.insert(Position(text), other.substr(begin, 1 + Below(64)));
  }

  const FuzzTarget& target_;
  const Corpus& corpus_;
  base::SeededRandom random_;
};

std::chrono::nanoseconds ProcessorTime() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

// What is wrong with the answer to `text`; nothing when it is fine.
std::optional<std::string> Problem(const FuzzTarget& target, const std::string& text) {
  const auto begin = ProcessorTime();
  try {
    target.parse(text);
  } catch (const base::Error& error) {
    if (error.kind() == base::ErrorKind::kInternal) {
      return fmt::format("an internal error: {}", error.sentence());
    }
  } catch (const std::exception& exception) {
    return fmt::format("an exception that is no Error: {}", exception.what());
  }
  if (ProcessorTime() - begin > kOneInputMax) return "no answer in good time";
  return std::nullopt;
}

// Tries one input after the other; those that reach new code are kept.
class Run {
 public:
  explicit Run(const FuzzTarget& target) : target_(target), corpus_(target.name) {}

  [[nodiscard]] bool HasSeeds() const {
    return !target_.seeds.empty() || !corpus_.inputs().empty();
  }

  // False when the test has failed.
  bool Seeds() {
    std::vector<std::string> inputs = corpus_.inputs();
    inputs.insert(inputs.end(), target_.seeds.begin(), target_.seeds.end());
    for (const std::string& input : inputs) {
      if (!Try(input)) return false;
      ReachedNewCode();
    }
    return true;
  }

  void Mutants() {
    Mutator mutator(target_, corpus_, NumberFrom("LAGUNA_FUZZ_SEED", 1));
    const uint64_t seconds = NumberFrom("LAGUNA_FUZZ_SECONDS", 0);
    const Clock::time_point end = Clock::now() + std::chrono::seconds(seconds);
    for (int inputs = 0; seconds > 0 ? Clock::now() < end : inputs < target_.inputs; ++inputs) {
      const std::string input = mutator.Next();
      if (!Try(input)) return;
      if (ReachedNewCode()) corpus_.Keep(input);
    }
  }

 private:
  bool Try(const std::string& input) {
    corpus_.Running(input);
    BeginCoverage();
    alarm(kHangSeconds);
    auto problem = Problem(target_, input);
    alarm(0);
    if (!problem && testing::Test::HasFailure()) problem = "an expectation of the test";
    if (!problem) return true;
    ADD_FAILURE() << target_.name << ": " << *problem << " (" << corpus_.KeepFailed(input) << ")\n"
                  << testing::PrintToString(input);
    return false;
  }

  const FuzzTarget& target_;
  Corpus corpus_;
};

}  // namespace

void Fuzz(const FuzzTarget& target) {
  for (const std::string& seed : target.seeds) {
    ASSERT_NO_THROW(target.parse(seed)) << "the seed itself: " << seed;
  }
  Run run(target);
  ASSERT_TRUE(run.HasSeeds()) << target.name << " has neither seeds nor a corpus";
  if (run.Seeds()) run.Mutants();
}

}  // namespace laguna::test
