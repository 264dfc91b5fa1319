// SPDX-License-Identifier: Apache-2.0
// The one exception type of the program.
//
// An Error is for what a person has to know of: it carries a kind (what sort of thing went wrong,
// which decides the exit code, the HTTP status and the SQLSTATE), a stable code
// ("merge.duplicate_match") that documentation and programs refer to, a sentence that says what is
// wrong, a hint that says what to do, and where known a place. Expected outcomes (a lost commit
// race, nothing found) are values, not Errors; a broken invariant is LAGUNA_ASSERT (base/assert.h).
// Errors are values: copyable, no shared state, usable from any thread.
#pragma once

#include <exception>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace laguna::base {

enum class ErrorKind {
  kNotFound,
  kExists,
  kConflict,
  kInvalidInput,
  kViolation,
  kUnavailable,
  kExhausted,
  kCancelled,
  kCorrupt,
  kUnsupported,
  kPermissionDenied,
  kInternal,
};

// What each door of the program makes of a kind. `name` is the spelling in JSON output and
// documentation.
struct ErrorKindInfo {
  ErrorKind kind;
  std::string_view name;
  std::string_view meaning;
  int http_status;
  std::string_view sqlstate;
  int exit_code;
};

// One row per kind, in the order of the enum.
std::span<const ErrorKindInfo> ErrorKinds();
const ErrorKindInfo& InfoOf(ErrorKind kind);

// Where in a text file the error is. Lines and columns count from 1, columns in UTF-8 code points;
// 0 means unknown. `excerpt`, when set, is the offending source line without its line end; the
// caret is drawn from column and `length`.
struct Place {
  std::string file = {};
  int line = 0;
  int column = 0;
  int length = 1;
  std::string excerpt = {};
};

class Error final : public std::exception {
 public:
  // `code` is "<area>.<what>" in snake_case; `sentence` is one or more full sentences without a
  // trailing newline.
  Error(ErrorKind kind, std::string code, std::string sentence);

  // Builders return the error itself, so that `throw Error(...).Hint(...).At(...)` reads as a
  // sentence.
  Error Hint(std::string hint) &&;
  Error At(Place place) &&;
  // Names the offending value: ("table", "bronze.sales"), ("column", "price"). Never a secret.
  Error With(std::string name, std::string value) &&;
  // Puts "<context>: " before the sentence; for a caller that knows more than the thrower.
  Error Within(std::string_view context) &&;

  [[nodiscard]] ErrorKind kind() const { return kind_; }
  [[nodiscard]] const std::string& code() const { return code_; }
  [[nodiscard]] const std::string& sentence() const { return sentence_; }
  [[nodiscard]] const std::string& hint() const { return hint_; }
  [[nodiscard]] const std::optional<Place>& place() const { return place_; }
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& values() const {
    return values_;
  }

  // The sentence alone.
  [[nodiscard]] const char* what() const noexcept override { return sentence_.c_str(); }
  // Everything a person at a terminal should see, over several lines: place, sentence, excerpt with
  // caret, hint.
  [[nodiscard]] std::string Report() const;

 private:
  ErrorKind kind_;
  std::string code_;
  std::string sentence_;
  std::string hint_;
  std::optional<Place> place_;
  std::vector<std::pair<std::string, std::string>> values_;
};

}  // namespace laguna::base
