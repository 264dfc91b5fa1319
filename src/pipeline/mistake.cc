// SPDX-License-Identifier: Apache-2.0
#include "pipeline/mistake.h"

#include <algorithm>

namespace laguna::pipeline {
namespace {

using base::Error;
using base::ErrorKind;

// What is in a file of a source is not the pipeline's mistake; what is asked of the source is.
bool IsAboutFile(const Error& error) {
  return std::any_of(error.values().begin(), error.values().end(),
                     [](const auto& value) { return value.first == "file"; });
}

// A table that needs more than this program can.
bool IsAboutTable(const Error& error) {
  return error.code().starts_with("delta.");
}

}  // namespace

bool IsMistake(const Error& error) {
  switch (error.kind()) {
    case ErrorKind::kInvalidInput:
    case ErrorKind::kNotFound:
    case ErrorKind::kViolation:
      return !IsAboutFile(error);
    case ErrorKind::kUnsupported:
      return !IsAboutTable(error);
    default:
      return false;
  }
}

bool IsNoFileYet(const Error& error) {
  // The second is what the engine says of read_csv and its like.
  return error.code() == "read_files.no_file" ||
         (error.code() == "io.not_found" && error.sentence().starts_with("No files found"));
}

}  // namespace laguna::pipeline
