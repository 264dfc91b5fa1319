// SPDX-License-Identifier: Apache-2.0
#include "engine/guard.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace laguna::engine {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::ErrorData;
using duckdb::ExceptionType;

Error Sample(ErrorKind kind) {
  base::Place place;
  place.file = "a.sql";
  place.line = 3;
  place.column = 4;
  place.excerpt = "{\"x\": 1}";
  return Error(kind, "area.what", "It \"failed\" at ñ\n{second line}")
      .Hint("Do that.")
      .At(place)
      .With("table", "bronze.t");
}

void ExpectSample(const Error& error, ErrorKind kind) {
  EXPECT_EQ(error.kind(), kind);
  EXPECT_EQ(error.code(), "area.what");
  EXPECT_EQ(error.sentence(), "It \"failed\" at ñ\n{second line}");
  EXPECT_EQ(error.hint(), "Do that.");
  EXPECT_EQ(error.place()->line, 3);
  EXPECT_EQ(error.place()->excerpt, "{\"x\": 1}");
  EXPECT_EQ(error.values().at(0).second, "bronze.t");
}

TEST(Guard, CarriesEveryKindThroughDuckdb) {
  for (const auto& info : base::ErrorKinds()) {
    try {
      Guarded([&] { throw Sample(info.kind); });
    } catch (const std::exception& exception) {
      const ErrorData data(exception);
      EXPECT_NE(data.Type(), ExceptionType::INTERNAL);
      EXPECT_NE(data.Type(), ExceptionType::FATAL);
      ExpectSample(Translate(data), info.kind);
    }
  }
}

// As DuckDB does with what a failed commit gives it.
TEST(Guard, ComesBackFromAFailedCommit) {
  const ErrorData given = AsErrorData(Sample(ErrorKind::kConflict));
  const ErrorData reported(ExceptionType::TRANSACTION, "Failed to commit: " + given.RawMessage());
  ExpectSample(Translate(reported), ErrorKind::kConflict);
}

TEST(Guard, KeepsThePosition) {
  try {
    ThrowAsDuckdb(Sample(ErrorKind::kNotFound), 17);
  } catch (const std::exception& exception) {
    EXPECT_EQ(PositionOf(ErrorData(exception)), 17);
  }
  EXPECT_EQ(PositionOf(ErrorData(ExceptionType::IO, "x")), std::nullopt);
}

TEST(Guard, SurvivesErrorsAsJson) {
  try {
    ThrowAsDuckdb(Sample(ErrorKind::kNotFound), 17);
  } catch (const std::exception& exception) {
    ErrorData data(exception);
    data.ConvertErrorToJSON();
    ExpectSample(Translate(data), ErrorKind::kNotFound);
    EXPECT_EQ(PositionOf(data), 17);
  }
}

struct MappingCase {
  ExceptionType type;
  const char* text;
  ErrorKind kind;
  const char* code;
  const char* sentence;
  const char* hint;
};

TEST(Guard, MapsDuckdbsOwnErrors) {
  const MappingCase cases[] = {
      {ExceptionType::PARSER, "syntax error at or near \"FORM\"\n\nLINE 1: select\n        ^",
       ErrorKind::kInvalidInput, "sql.syntax", "Syntax error at or near \"FORM\".", ""},
      {ExceptionType::BINDER, "No function matches\n\tCandidate functions:\n\tsum(INTEGER)",
       ErrorKind::kInvalidInput, "sql.binder",
       "No function matches\n\tCandidate functions:\n\tsum(INTEGER).", ""},
      {ExceptionType::CATALOG, "Table with name tea does not exist!\nDid you mean \"bronze.tee\"?",
       ErrorKind::kNotFound, "sql.not_found", "Table with name tea does not exist.",
       "Did you mean \"bronze.tee\"?"},
      {ExceptionType::CATALOG, "Table with name tea does not exist!\nDid you mean \"pg_tea\"?",
       ErrorKind::kNotFound, "sql.not_found", "Table with name tea does not exist.", ""},
      {ExceptionType::CATALOG, "Table with name tea does not exist!\nDid you mean \"coffee\"?",
       ErrorKind::kNotFound, "sql.not_found", "Table with name tea does not exist.", ""},
      {ExceptionType::INVALID, "Failed to execute query \"...\": table bad already exists",
       ErrorKind::kExists, "sql.exists",
       "Failed to execute query \"...\": table bad already exists.", ""},
      {ExceptionType::INVALID, "UNIQUE constraint failed: bad.a", ErrorKind::kViolation,
       "sql.constraint", "UNIQUE constraint failed: bad.a.", ""},
      {ExceptionType::CONSTRAINT, "NOT NULL constraint failed: t.a", ErrorKind::kViolation,
       "sql.constraint", "NOT NULL constraint failed: t.a.", ""},
      {ExceptionType::IO, "No files found that match the pattern \"x\"", ErrorKind::kNotFound,
       "io.not_found", "No files found that match the pattern \"x\".", ""},
      {ExceptionType::IO, "Cannot open file \"x\": Permission denied", ErrorKind::kPermissionDenied,
       "io.permission_denied", "Cannot open file \"x\": Permission denied.", ""},
      {ExceptionType::IO, "Could not write: No space left on device", ErrorKind::kExhausted,
       "io.full", "Could not write: No space left on device.", ""},
      {ExceptionType::IO, "Connection reset", ErrorKind::kUnavailable, "io.unavailable",
       "Connection reset.", ""},
      {ExceptionType::INTERRUPT, "Interrupted!", ErrorKind::kCancelled, "engine.cancelled",
       "The statement was cancelled.", ""},
      {ExceptionType::NOT_IMPLEMENTED, "Not yet", ErrorKind::kUnsupported, "sql.unsupported",
       "Not yet.", ""},
  };
  for (const MappingCase& expected : cases) {
    const Error error = Translate(ErrorData(expected.type, expected.text));
    EXPECT_EQ(error.kind(), expected.kind) << expected.text;
    EXPECT_EQ(error.code(), expected.code) << expected.text;
    EXPECT_EQ(error.sentence(), expected.sentence);
    EXPECT_EQ(error.hint(), expected.hint) << expected.text;
  }
}

TEST(Guard, TellsOfMemoryAndFaults) {
  const Error memory = Translate(ErrorData(
      ExceptionType::OUT_OF_MEMORY, "could not allocate\n\nPossible solutions:\n* Reducing"));
  EXPECT_EQ(memory.kind(), ErrorKind::kExhausted);
  EXPECT_EQ(memory.sentence(), "Could not allocate.");
  EXPECT_FALSE(memory.hint().empty());
  EXPECT_EQ(Translate(ErrorData(ExceptionType::INTERNAL, "x")).kind(), ErrorKind::kInternal);
  EXPECT_EQ(Translate(ErrorData(std::runtime_error("x"))).kind(), ErrorKind::kInternal);
}

}  // namespace
}  // namespace laguna::engine
