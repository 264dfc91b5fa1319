// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>

#include "base/assert.h"
#include "base/error_report.h"

namespace laguna::base {
namespace {

constexpr std::array kKinds{
    ErrorKindInfo{ErrorKind::kNotFound, "NotFound", "What was named does not exist.", 404, "42704",
                  2},
    ErrorKindInfo{ErrorKind::kExists, "Exists", "What was to be made is there already.", 409,
                  "42710", 1},
    ErrorKindInfo{ErrorKind::kConflict, "Conflict",
                  "Somebody else changed the same thing meanwhile; trying again may succeed.", 409,
                  "40001", 1},
    ErrorKindInfo{ErrorKind::kInvalidInput, "InvalidInput",
                  "A command, a query, an option or a file of the user is wrong.", 400, "22023", 2},
    ErrorKindInfo{ErrorKind::kViolation, "Violation", "Data breaks a rule it has to meet.", 422,
                  "23000", 1},
    ErrorKindInfo{ErrorKind::kUnavailable, "Unavailable",
                  "Something outside did not answer; trying again may succeed.", 503, "58030", 1},
    ErrorKindInfo{ErrorKind::kExhausted, "Exhausted",
                  "A limit is reached: memory, disk, quota, size.", 507, "53000", 1},
    ErrorKindInfo{ErrorKind::kCancelled, "Cancelled", "Somebody asked to stop.", 499, "57014", 130},
    ErrorKindInfo{ErrorKind::kCorrupt, "Corrupt", "Stored data is damaged or not what it claims.",
                  500, "XX001", 1},
    ErrorKindInfo{ErrorKind::kUnsupported, "Unsupported", "This is known, but cannot be done.", 501,
                  "0A000", 1},
    ErrorKindInfo{ErrorKind::kPermissionDenied, "PermissionDenied",
                  "The user or the process may not do this.", 403, "42501", 1},
    ErrorKindInfo{ErrorKind::kInternal, "Internal", "The program is wrong; please report it.", 500,
                  "XX000", 1},
};

constexpr bool RowsFollowTheEnum() {
  for (size_t i = 0; i < kKinds.size(); ++i) {
    if (static_cast<size_t>(kKinds[i].kind) != i) return false;
  }
  return kKinds.size() == static_cast<size_t>(ErrorKind::kInternal) + 1;
}
static_assert(RowsFollowTheEnum());

}  // namespace

std::span<const ErrorKindInfo> ErrorKinds() {
  return kKinds;
}

const ErrorKindInfo& InfoOf(ErrorKind kind) {
  auto row = static_cast<size_t>(kind);
  LAGUNA_ASSERT(row < kKinds.size());
  return kKinds[row];
}

Error::Error(ErrorKind kind, std::string code, std::string sentence)
    : kind_(kind), code_(std::move(code)), sentence_(std::move(sentence)) {}

Error Error::Hint(std::string hint) && {
  hint_ = std::move(hint);
  return std::move(*this);
}

Error Error::At(Place place) && {
  place_ = std::move(place);
  return std::move(*this);
}

Error Error::With(std::string name, std::string value) && {
  values_.emplace_back(std::move(name), std::move(value));
  return std::move(*this);
}

Error Error::Within(std::string_view context) && {
  sentence_ = fmt::format("{}: {}", context, sentence_);
  return std::move(*this);
}

std::string Error::Report() const {
  return ReportWithin(*this, kReportColumns);
}

}  // namespace laguna::base
