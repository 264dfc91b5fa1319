// SPDX-License-Identifier: Apache-2.0
#include "fuzz/corpus.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "io/temporary_folder.h"

namespace laguna::test {
namespace {

// Keeps what the scope does in a folder of its own.
class KeptHere {
 public:
  KeptHere() {
    if (const char* folder = std::getenv(kVariable)) before_ = folder;
    setenv(kVariable, folder_.path().c_str(), 1);
  }
  ~KeptHere() {
    if (before_.empty()) {
      unsetenv(kVariable);
    } else {
      setenv(kVariable, before_.c_str(), 1);
    }
  }
  KeptHere(const KeptHere&) = delete;
  KeptHere& operator=(const KeptHere&) = delete;

 private:
  static constexpr char kVariable[] = "LAGUNA_FUZZ_CORPUS";
  io::TemporaryFolder folder_{"corpus"};
  std::string before_;
};

using Inputs = std::vector<std::string>;

TEST(Corpus, KeepsInputsForTheNextRunAndFailedOnesFirst) {
  const KeptHere here;
  Corpus("none").Keep("new code");
  Corpus("none").KeepFailed("wrong");
  EXPECT_EQ(Corpus("none").inputs(), (Inputs{"wrong", "new code"}));
}

TEST(Corpus, FindsTheInputThatEndedTheProcess) {
  const KeptHere here;
  if (const pid_t child = fork(); child == 0) {
    Corpus corpus("none");
    corpus.Running("an earlier and longer one");
    corpus.Running("the last");
    _exit(1);
  } else {
    waitpid(child, nullptr, 0);
  }
  EXPECT_EQ(Corpus("none").inputs(), Inputs{"the last"});
  // An end in good order leaves none behind.
  Corpus("none").Running("answered");
  EXPECT_EQ(Corpus("none").inputs(), Inputs{"the last"});
}

TEST(Corpus, ReadsTheRepository) {
  EXPECT_FALSE(Corpus("schema").inputs().empty());
}

}  // namespace
}  // namespace laguna::test
