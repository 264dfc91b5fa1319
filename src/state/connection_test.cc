// SPDX-License-Identifier: Apache-2.0
#include "state/connection.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "base/error.h"
#include "io/temporary_folder.h"

namespace laguna::state {
namespace {

using base::Error;
using base::ErrorKind;

// While it lives, no file of this process grows beyond the size.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : signal_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, signal_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*signal_)(int);
};

TEST(Connection, AFullDiskIsCalledOne) {
  const io::TemporaryFolder folder("state");
  Connection connection(folder.path() + "/state.db", Connection::Mode::kReadWrite);
  const FileSizeLimit limit(4096);
  try {
    connection.Execute("CREATE TABLE t AS SELECT randomblob(100000) AS b");
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kExhausted) << error.Report();
    EXPECT_NE(error.sentence().find("state.db"), std::string::npos);
  }
}

TEST(Connection, WhatTheSystemRefusesIsToldInItsWords) {
  try {
    const Connection connection("/proc/nowhere/state.db", Connection::Mode::kReadWrite);
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.sentence(),
              "Cannot read and write the control state '/proc/nowhere/state.db': No such file or "
              "directory.");
  }
}

}  // namespace
}  // namespace laguna::state
