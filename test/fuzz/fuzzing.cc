// SPDX-License-Identifier: Apache-2.0
#include "fuzz/fuzzing.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <optional>

#include "base/error.h"
#include "base/random.h"

namespace laguna::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kBytesMax = 16 * 1024;
// Far more than any input of this size needs, sanitizers and a busy machine included.
constexpr std::chrono::seconds kOneInputMax(5);

uint64_t NumberFrom(const char* variable, uint64_t otherwise) {
  const char* value = std::getenv(variable);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

class Mutator {
 public:
  Mutator(const FuzzTarget& target, uint64_t seed) : target_(target), random_(seed) {}

  std::string Next() {
    std::string text = Pick(target_.seeds);
    for (size_t changes = 1 + Below(6); changes > 0; --changes) {
      Change(text);
    }
    text.resize(std::min(text.size(), kBytesMax));
    return text;
  }

 private:
  size_t Below(size_t bound) { return bound == 0 ? 0 : random_.NextUint64() % bound; }
  const std::string& Pick(const std::vector<std::string>& texts) {
    return texts[Below(texts.size())];
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
    const std::string& other = Pick(target_.seeds);
    const size_t begin = Below(other.size());
    text.insert(Position(text), other.substr(begin, 1 + Below(64)));
  }

  const FuzzTarget& target_;
  base::SeededRandom random_;
};

// What is wrong with the answer to `text`; nothing when it is fine.
std::optional<std::string> Problem(const FuzzTarget& target, const std::string& text) {
  const Clock::time_point begin = Clock::now();
  try {
    target.parse(text);
  } catch (const base::Error& error) {
    if (error.kind() == base::ErrorKind::kInternal) {
      return fmt::format("an internal error: {}", error.sentence());
    }
  } catch (const std::exception& exception) {
    return fmt::format("an exception that is no Error: {}", exception.what());
  }
  if (Clock::now() - begin > kOneInputMax) return "no answer in good time";
  return std::nullopt;
}

}  // namespace

void Fuzz(const FuzzTarget& target) {
  for (const std::string& seed : target.seeds) {
    ASSERT_NO_THROW(target.parse(seed)) << "the seed itself: " << seed;
  }
  Mutator mutator(target, NumberFrom("LAGUNA_FUZZ_SEED", 1));
  const uint64_t seconds = NumberFrom("LAGUNA_FUZZ_SECONDS", 0);
  const Clock::time_point end = Clock::now() + std::chrono::seconds(seconds);
  for (int inputs = 0; seconds > 0 ? Clock::now() < end : inputs < target.inputs; ++inputs) {
    const std::string text = mutator.Next();
    const auto problem = Problem(target, text);
    ASSERT_FALSE(problem) << target.name << ": " << *problem << "\n"
                          << testing::PrintToString(text);
  }
}

}  // namespace laguna::test
