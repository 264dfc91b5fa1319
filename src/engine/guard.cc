// SPDX-License-Identifier: Apache-2.0
#include "engine/guard.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>

#include "base/nearest_name.h"
#include "engine/error_json.h"

namespace laguna::engine {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::ErrorData;
using duckdb::ExceptionType;

// The key of DuckDB's extra info under which our Error travels.
constexpr const char* kExtraInfoKey = "laguna_error";
// What a failed commit says keeps only the text, so there the Error hides behind this marker.
constexpr std::string_view kCarriedInText =
    "\n\x1f"
    "laguna_error ";
constexpr std::string_view kFailedCommit = "Failed to commit: ";

struct Mapping {
  ExceptionType type;
  ErrorKind kind;
  const char* code;
};

// DuckDB's exception types; what is missing here is Internal.
constexpr std::array kMappings = {
    Mapping{ExceptionType::PARSER, ErrorKind::kInvalidInput, "sql.syntax"},
    Mapping{ExceptionType::SYNTAX, ErrorKind::kInvalidInput, "sql.syntax"},
    Mapping{ExceptionType::BINDER, ErrorKind::kInvalidInput, "sql.binder"},
    Mapping{ExceptionType::CATALOG, ErrorKind::kInvalidInput, "sql.catalog"},
    Mapping{ExceptionType::DEPENDENCY, ErrorKind::kConflict, "sql.dependency"},
    Mapping{ExceptionType::CONSTRAINT, ErrorKind::kViolation, "sql.constraint"},
    Mapping{ExceptionType::CONVERSION, ErrorKind::kInvalidInput, "sql.conversion"},
    Mapping{ExceptionType::OUT_OF_RANGE, ErrorKind::kInvalidInput, "sql.out_of_range"},
    Mapping{ExceptionType::DECIMAL, ErrorKind::kInvalidInput, "sql.out_of_range"},
    Mapping{ExceptionType::DIVIDE_BY_ZERO, ErrorKind::kInvalidInput, "sql.out_of_range"},
    Mapping{ExceptionType::MISMATCH_TYPE, ErrorKind::kInvalidInput, "sql.type"},
    Mapping{ExceptionType::INVALID_TYPE, ErrorKind::kInvalidInput, "sql.type"},
    Mapping{ExceptionType::UNKNOWN_TYPE, ErrorKind::kInvalidInput, "sql.type"},
    Mapping{ExceptionType::INVALID_INPUT, ErrorKind::kInvalidInput, "sql.invalid_input"},
    Mapping{ExceptionType::EXPRESSION, ErrorKind::kInvalidInput, "sql.invalid_input"},
    Mapping{ExceptionType::SEQUENCE, ErrorKind::kInvalidInput, "sql.invalid_input"},
    Mapping{ExceptionType::OBJECT_SIZE, ErrorKind::kExhausted, "sql.object_size"},
    Mapping{ExceptionType::PARAMETER_NOT_RESOLVED, ErrorKind::kInvalidInput, "sql.parameter"},
    Mapping{ExceptionType::PARAMETER_NOT_ALLOWED, ErrorKind::kInvalidInput, "sql.parameter"},
    Mapping{ExceptionType::SETTINGS, ErrorKind::kInvalidInput, "sql.setting"},
    Mapping{ExceptionType::INVALID_CONFIGURATION, ErrorKind::kInvalidInput, "sql.setting"},
    Mapping{ExceptionType::NOT_IMPLEMENTED, ErrorKind::kUnsupported, "sql.unsupported"},
    Mapping{ExceptionType::MISSING_EXTENSION, ErrorKind::kUnsupported, "sql.extension"},
    Mapping{ExceptionType::AUTOLOAD, ErrorKind::kUnsupported, "sql.extension"},
    Mapping{ExceptionType::TRANSACTION, ErrorKind::kInvalidInput, "sql.transaction"},
    Mapping{ExceptionType::PERMISSION, ErrorKind::kPermissionDenied, "sql.permission"},
    Mapping{ExceptionType::OUT_OF_MEMORY, ErrorKind::kExhausted, "engine.memory"},
    Mapping{ExceptionType::INTERRUPT, ErrorKind::kCancelled, "engine.cancelled"},
    Mapping{ExceptionType::CONNECTION, ErrorKind::kUnavailable, "engine.connection"},
    Mapping{ExceptionType::NETWORK, ErrorKind::kUnavailable, "io.unavailable"},
    Mapping{ExceptionType::HTTP, ErrorKind::kUnavailable, "io.unavailable"},
    Mapping{ExceptionType::SERIALIZATION, ErrorKind::kCorrupt, "io.corrupt"},
    Mapping{ExceptionType::IO, ErrorKind::kUnavailable, "io.unavailable"},
};

struct TextMapping {
  std::string_view contains;
  ErrorKind kind;
  const char* code;
};

// DuckDB has one type for all that can happen to a file; the text tells them apart.
constexpr std::array kIoTexts = {
    TextMapping{"No such file", ErrorKind::kNotFound, "io.not_found"},
    TextMapping{"No files found", ErrorKind::kNotFound, "io.not_found"},
    TextMapping{"does not exist", ErrorKind::kNotFound, "io.not_found"},
    TextMapping{"ermission denied", ErrorKind::kPermissionDenied, "io.permission_denied"},
    TextMapping{"No space left", ErrorKind::kExhausted, "io.full"},
    TextMapping{"Disk quota", ErrorKind::kExhausted, "io.full"},
    TextMapping{"Is a directory", ErrorKind::kInvalidInput, "io.is_folder"},
};

// Where DuckDB gives no subtype.
constexpr std::array kCatalogTexts = {
    TextMapping{"does not exist", ErrorKind::kNotFound, "sql.not_found"},
    TextMapping{"already exists", ErrorKind::kExists, "sql.exists"},
};

// Texts of other types that deserve a kind of their own.
constexpr std::array kOtherTexts = {
    TextMapping{"Current transaction is aborted", ErrorKind::kConflict, "sql.transaction_aborted"},
    TextMapping{"onflict", ErrorKind::kConflict, "sql.conflict"},
};

// What SQLite says of its databases comes without a type.
constexpr std::array kForeignTexts = {
    TextMapping{"already exists", ErrorKind::kExists, "sql.exists"},
    TextMapping{"constraint failed", ErrorKind::kViolation, "sql.constraint"},
    TextMapping{"no such table", ErrorKind::kNotFound, "sql.not_found"},
    TextMapping{"no such column", ErrorKind::kNotFound, "sql.column_not_found"},
    TextMapping{"readonly database", ErrorKind::kPermissionDenied, "io.permission_denied"},
    TextMapping{"database is locked", ErrorKind::kUnavailable, "io.busy"},
    TextMapping{"is not a database", ErrorKind::kCorrupt, "io.corrupt"},
    TextMapping{"disk image is malformed", ErrorKind::kCorrupt, "io.corrupt"},
    TextMapping{"unable to open database file", ErrorKind::kUnavailable, "io.unavailable"},
};

// Words that begin DuckDB's advice; what follows is our hint.
constexpr std::string_view kInstallAdvice = "Please try installing";
constexpr std::array<std::string_view, 8> kAdvice = {
    "\n\nPlease try installing",
    "\nDid you mean",
    "\nCandidate ",
    "\nCandidates",
    "\n\nPossible ",
    "\nPossible ",
    "\nTo ",
    "\nEither ",
};

// Binding may fail without spoiling the transaction; everything else aborts it, because the
// statement may have begun to write. A position is known only while binding.
ExceptionType TypeOf(ErrorKind kind, bool binding) {
  if (binding) {
    return ExceptionType::BINDER;
  }
  switch (kind) {
    case ErrorKind::kInvalidInput:
    case ErrorKind::kExists:
      return ExceptionType::INVALID_INPUT;
    case ErrorKind::kConflict:
      return ExceptionType::TRANSACTION;
    case ErrorKind::kViolation:
      return ExceptionType::CONSTRAINT;
    case ErrorKind::kExhausted:
      return ExceptionType::OUT_OF_MEMORY;
    case ErrorKind::kCancelled:
      return ExceptionType::INTERRUPT;
    case ErrorKind::kUnsupported:
      return ExceptionType::NOT_IMPLEMENTED;
    case ErrorKind::kInternal:
      return ExceptionType::EXECUTOR;
    case ErrorKind::kNotFound:
    case ErrorKind::kUnavailable:
    case ErrorKind::kCorrupt:
    case ErrorKind::kPermissionDenied:
      return ExceptionType::IO;
  }
  return ExceptionType::EXECUTOR;
}

// With errors_as_json the message is the whole error once more.
ErrorData Unwrapped(const ErrorData& error) {
  const std::string& raw = error.RawMessage();
  if (raw.starts_with("{") && raw.find("\"exception_type\"") != std::string::npos) {
    return ErrorData(raw);
  }
  return error;
}

std::optional<std::string> ExtraInfo(const ErrorData& error, const std::string& key) {
  const auto found = error.ExtraInfo().find(key);
  if (found == error.ExtraInfo().end()) {
    return std::nullopt;
  }
  return found->second;
}

std::optional<Error> CarriedError(const ErrorData& error) {
  if (const auto carried = ExtraInfo(error, kExtraInfoKey)) {
    return ErrorFromJson(*carried);
  }
  const std::string& raw = error.RawMessage();
  const size_t marker = raw.find(kCarriedInText);
  if (marker == std::string::npos) {
    return std::nullopt;
  }
  // Whoever wrapped the message may have added to it after our JSON, which is one line.
  const size_t begin = marker + kCarriedInText.size();
  return ErrorFromJson(raw.substr(begin, raw.find('\n', begin) - begin));
}

const Mapping* MappingOf(ExceptionType type) {
  const auto found = std::find_if(kMappings.begin(), kMappings.end(),
                                  [&](const Mapping& mapping) { return mapping.type == type; });
  return found == kMappings.end() ? nullptr : &*found;
}

template <class Table>
const TextMapping* MappingByText(const Table& table, std::string_view text) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const TextMapping& mapping) {
    return text.find(mapping.contains) != std::string_view::npos;
  });
  return found == table.end() ? nullptr : &*found;
}

std::string Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) {
    return {};
  }
  return std::string(text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1));
}

// "LINE 1: SELECT ..." and the caret below it: the place says that better.
void CutExcerpt(std::string& text) {
  const size_t line = text.find("\nLINE ");
  if (line != std::string::npos) {
    text.resize(line);
  }
}

// Takes DuckDB's advice off the sentence.
std::string CutAdvice(std::string& text) {
  size_t cut = std::string::npos;
  for (const std::string_view advice : kAdvice) {
    cut = std::min(cut, text.find(advice));
  }
  if (cut == std::string::npos) {
    return {};
  }
  std::string hint = Trimmed(std::string_view(text).substr(cut));
  text.resize(cut);
  return hint;
}

struct Verdict {
  ErrorKind kind = ErrorKind::kInternal;
  std::string code = "engine.internal";
};

Verdict VerdictBySubtype(const ErrorData& error, Verdict verdict) {
  const auto subtype = ExtraInfo(error, "error_subtype");
  if (subtype == "MISSING_ENTRY") {
    return {ErrorKind::kNotFound, "sql.not_found"};
  }
  if (subtype == "COLUMN_NOT_FOUND") {
    return {ErrorKind::kNotFound, "sql.column_not_found"};
  }
  if (subtype == "ENTRY_ALREADY_EXISTS") {
    return {ErrorKind::kExists, "sql.exists"};
  }
  return verdict;
}

Verdict VerdictOn(const ErrorData& error) {
  const Mapping* mapping = MappingOf(error.Type());
  if (mapping == nullptr) {
    const TextMapping* foreign = MappingByText(kForeignTexts, error.RawMessage());
    return foreign == nullptr ? Verdict() : Verdict{foreign->kind, foreign->code};
  }
  const bool is_io = mapping->type == ExceptionType::IO;
  const TextMapping* by_text = nullptr;
  if (is_io) {
    by_text = MappingByText(kIoTexts, error.RawMessage());
  } else if (mapping->type == ExceptionType::CATALOG) {
    by_text = MappingByText(kCatalogTexts, error.RawMessage());
  } else if (mapping->type == ExceptionType::TRANSACTION) {
    by_text = MappingByText(kOtherTexts, error.RawMessage());
  }
  if (by_text != nullptr) {
    return {by_text->kind, by_text->code};
  }
  return VerdictBySubtype(error, {mapping->kind, mapping->code});
}

// "syntax error at ..." becomes a sentence; a name at the front stays as it is.
void Capitalise(std::string& text) {
  const size_t end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz");
  if (end != 0 && end != std::string::npos && text[end] == ' ') {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
}

std::string Sentence(std::string text, ErrorKind kind) {
  if (text.starts_with(kFailedCommit)) {
    text.erase(0, kFailedCommit.size());
  }
  text = Trimmed(text);
  if (text.empty()) {
    text = kind == ErrorKind::kCancelled ? "The statement was cancelled" : "The statement failed";
  }
  if (text == "Interrupted!") {
    text = "The statement was cancelled";
  }
  Capitalise(text);
  const char last = text.back();
  if (last == '!') {
    text.back() = '.';
  } else if (last != '.' && last != '?') {
    text += '.';
  }
  return text;
}

// DuckDB proposes its own tables too, which no user of a lake was looking for.
bool ProposesInternals(std::string_view advice) {
  static constexpr std::array<std::string_view, 7> kInternal = {
      "\"pg_",     "\"sqlite_", "\"duckdb_",          "\"pragma_",
      "\"system.", "\"main.",   "information_schema."};
  return advice.starts_with("Did you mean") &&
         std::any_of(kInternal.begin(), kInternal.end(), [&](std::string_view name) {
           return advice.find(name) != std::string_view::npos;
         });
}

// 'Table with name sale does not exist.' and 'Did you mean "bronze.sales"?': DuckDB proposes the
// nearest of all names, however far it is.
bool ProposesTheFar(std::string_view sentence, std::string_view advice) {
  constexpr std::string_view kBegin = "Table with name ";
  constexpr std::string_view kQuoted = "Did you mean \"";
  if (!sentence.starts_with(kBegin) || !advice.starts_with(kQuoted)) return false;
  sentence.remove_prefix(kBegin.size());
  advice.remove_prefix(kQuoted.size());
  std::string proposed(advice.substr(0, advice.find('"')));
  proposed.erase(0, proposed.rfind('.') + 1);
  return !base::NearestName(sentence.substr(0, sentence.find(' ')), std::array{proposed});
}

// "... LOAD httpfs; ... SET autoinstall_known_extensions=1;": nothing is installed at run time.
std::string LoadHint(std::string_view advice) {
  constexpr std::string_view kLoad = "LOAD ";
  const size_t begin = advice.find(kLoad);
  const size_t end = advice.find(';', begin);
  if (begin == std::string_view::npos || end == std::string_view::npos) return {};
  return fmt::format("{}; before it loads the extension for the session.",
                     advice.substr(begin, end - begin));
}

std::string HintFor(const Verdict& verdict, std::string_view sentence, std::string advice) {
  const bool unknown = verdict.code == "sql.not_found";
  if (unknown && (ProposesInternals(advice) || ProposesTheFar(sentence, advice))) return {};
  if (advice.starts_with(kInstallAdvice)) return LoadHint(advice);
  if (verdict.code == "engine.memory") {
    return "Give the engine more memory or fewer threads, or let the query touch less at once.";
  }
  if (verdict.kind == ErrorKind::kInternal) {
    return "This is a fault of the engine, not of the statement; please report it.";
  }
  if (verdict.code == "sql.transaction_aborted" && advice.empty()) {
    return "ROLLBACK ends it; then begin anew.";
  }
  return advice;
}

Error MadeFrom(const ErrorData& error) {
  const Verdict verdict = VerdictOn(error);
  std::string text = error.RawMessage();
  CutExcerpt(text);
  std::string advice = CutAdvice(text);
  Error result(verdict.kind, verdict.code, Sentence(std::move(text), verdict.kind));
  std::string hint = HintFor(verdict, result.sentence(), std::move(advice));
  if (!hint.empty()) {
    result = std::move(result).Hint(std::move(hint));
  }
  return result;
}

}  // namespace

void ThrowAsDuckdb(const Error& error, duckdb::optional_idx position) {
  auto extra_info = duckdb::Exception::InitializeExtraInfo(position);
  extra_info[kExtraInfoKey] = ErrorToJson(error);
  throw duckdb::Exception(extra_info, TypeOf(error.kind(), position.IsValid()), error.sentence());
}

ErrorData AsErrorData(const Error& error) {
  std::string text = error.sentence();
  text += kCarriedInText;
  text += ErrorToJson(error);
  return ErrorData(TypeOf(error.kind(), false), text);
}

Error Translate(const ErrorData& error) {
  try {
    const ErrorData plain = Unwrapped(error);
    if (const auto carried = CarriedError(plain)) {
      return *carried;
    }
    return MadeFrom(plain);
  } catch (const std::exception& exception) {
    return Error(ErrorKind::kInternal, "engine.internal", exception.what());
  }
}

std::optional<size_t> PositionOf(const ErrorData& error) {
  const auto text = ExtraInfo(Unwrapped(error), "position");
  if (!text) {
    return std::nullopt;
  }
  size_t position = 0;
  const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), position);
  if (problem != std::errc{} || end != text->data() + text->size()) {
    return std::nullopt;
  }
  return position;
}

Error CurrentError() {
  try {
    throw;
  } catch (const Error& error) {
    return error;
  } catch (const std::exception& exception) {
    return Translate(ErrorData(exception));
  } catch (...) {
    return Error(ErrorKind::kInternal, "engine.internal", "Something unknown was thrown.");
  }
}

}  // namespace laguna::engine
