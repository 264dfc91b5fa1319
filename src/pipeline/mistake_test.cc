// SPDX-License-Identifier: Apache-2.0
#include "pipeline/mistake.h"

#include <gtest/gtest.h>

namespace laguna::pipeline {
namespace {

using base::Error;
using base::ErrorKind;

TEST(Mistake, WhatTheFilesSayAndWhatTheyStandOnAreTwoThings) {
  EXPECT_TRUE(IsMistake(Error(ErrorKind::kInvalidInput, "sql.syntax", "No.")));
  EXPECT_TRUE(IsMistake(Error(ErrorKind::kNotFound, "sql.catalog", "No.")));
  EXPECT_FALSE(IsMistake(Error(ErrorKind::kCorrupt, "delta.log", "No.")));
  EXPECT_FALSE(IsMistake(Error(ErrorKind::kUnavailable, "io.failed", "No.")));
  EXPECT_FALSE(IsMistake(Error(ErrorKind::kExists, "pipeline.foreign_table", "No.")));
  EXPECT_TRUE(IsMistake(Error(ErrorKind::kUnsupported, "pipeline.not_yet", "No.")));
  EXPECT_FALSE(IsMistake(Error(ErrorKind::kUnsupported, "delta.feature", "No.")));
  EXPECT_FALSE(IsMistake(
      Error(ErrorKind::kInvalidInput, "read_files.csv", "No.").With("file", "landing/a.csv")));
}

TEST(Mistake, AFileThatIsNotThereYetIsNone) {
  EXPECT_TRUE(IsNoFileYet(Error(ErrorKind::kNotFound, "read_files.no_file", "No.")));
  EXPECT_TRUE(
      IsNoFileYet(Error(ErrorKind::kNotFound, "io.not_found", "No files found that match \"x\".")));
  EXPECT_FALSE(IsNoFileYet(Error(ErrorKind::kNotFound, "io.not_found", "Cannot open file.")));
}

}  // namespace
}  // namespace laguna::pipeline
