// SPDX-License-Identifier: Apache-2.0
#include "pipeline/definition_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "base/nearest_name.h"
#include "delta/properties.h"

namespace laguna::pipeline {
namespace {

using base::Error;
using base::ErrorKind;
using engine::ScriptStatement;
using engine::Token;
using engine::TokenKind;
using engine::TokenReader;

constexpr std::string_view kStreamingTableSyntax =
    "CREATE [OR REFRESH] STREAMING TABLE zone.name [(CONSTRAINT name EXPECT (condition) [ON "
    "VIOLATION DROP ROW | FAIL UPDATE | QUARANTINE], ...)] [PARTITIONED BY (column, ...)] [COMMENT "
    "'text'] [TBLPROPERTIES ('name' = 'value', ...)] AS query";
constexpr std::string_view kMaterializedViewSyntax =
    "CREATE [OR REFRESH] MATERIALIZED VIEW zone.name [(CONSTRAINT name EXPECT (condition) [ON "
    "VIOLATION DROP ROW | FAIL UPDATE | QUARANTINE], ...)] [PARTITIONED BY (column, ...)] [COMMENT "
    "'text'] [TBLPROPERTIES ('name' = 'value', ...)] AS query";

// Properties that this program writes.

constexpr std::array<std::string_view, 8> kQueryWords{"SELECT", "FROM",  "WITH",    "VALUES",
                                                      "TABLE",  "PIVOT", "UNPIVOT", "SUMMARIZE"};

// What stands behind CREATE and is no table of ours.
struct OtherObject {
  std::string_view words;
  ErrorKind kind;
  std::string_view hint;
};

constexpr std::string_view kViewHint =
    "Define a materialized view, or put the query into the queries that use it as WITH name AS "
    "(...).";

constexpr std::array<OtherObject, 14> kOtherObjects{{
    {"TEMPORARY VIEW", ErrorKind::kUnsupported, kViewHint},
    {"TEMPORARY STREAMING TABLE", ErrorKind::kUnsupported,
     "Leave TEMPORARY out; every table of a pipeline lies in a zone."},
    {"TEMPORARY MATERIALIZED VIEW", ErrorKind::kUnsupported,
     "Leave TEMPORARY out; every table of a pipeline lies in a zone."},
    {"PRIVATE STREAMING TABLE", ErrorKind::kUnsupported,
     "Leave PRIVATE out; every table of a pipeline lies in a zone."},
    {"PRIVATE MATERIALIZED VIEW", ErrorKind::kUnsupported,
     "Leave PRIVATE out; every table of a pipeline lies in a zone."},
    {"FLOW", ErrorKind::kUnsupported,
     "Write the query of the flow into the table itself: CREATE STREAMING TABLE zone.name AS "
     "SELECT ... FROM STREAM ..."},
    {"SINK", ErrorKind::kUnsupported, "Write into a table of a zone, and copy from there."},
    {"STREAMING LIVE TABLE", ErrorKind::kInvalidInput, "Write CREATE STREAMING TABLE zone.name."},
    {"LIVE TABLE", ErrorKind::kInvalidInput, "Write CREATE MATERIALIZED VIEW zone.name."},
    {"LIVE VIEW", ErrorKind::kUnsupported, kViewHint},
    {"STREAMING VIEW", ErrorKind::kUnsupported, kViewHint},
    {"VIEW", ErrorKind::kInvalidInput,
     "Write CREATE MATERIALIZED VIEW; a plain view is made once, with 'laguna sql'."},
    {"TABLE", ErrorKind::kInvalidInput,
     "Write CREATE STREAMING TABLE or CREATE MATERIALIZED VIEW; a plain table is made once, with "
     "'laguna sql'."},
    {"SCHEMA", ErrorKind::kInvalidInput, "Zones stand in laguna.yaml."},
}};

std::vector<std::string_view> WordsOf(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

// Whether the words stand at `tokens[from]`; TEMP is TEMPORARY.
bool Comes(std::span<const Token> tokens, size_t from, std::string_view text) {
  const std::vector<std::string_view> words = WordsOf(text);
  if (from + words.size() > tokens.size()) return false;
  for (size_t i = 0; i < words.size(); ++i) {
    const Token& token = tokens[from + i];
    if (!token.Is(words[i]) && !(words[i] == "TEMPORARY" && token.Is("TEMP"))) return false;
  }
  return true;
}

// Reads one statement from its first word to its last.
class Parser {
 public:
  Parser(std::shared_ptr<const engine::Script> script, const ScriptStatement& statement,
         const catalog::Lake& lake)
      : script_(std::move(script)), statement_(statement), lake_(lake) {
    result_.table.script = script_;
    result_.text = statement.text;
  }

  // Its name, once it was read.
  [[nodiscard]] const std::string& table() const { return result_.table.table; }

  Definition Run() {
    const size_t body = FindKind();
    TokenReader reader(
        *script_,
        {statement_.tokens.begin() + static_cast<ptrdiff_t>(body), statement_.tokens.end()},
        result_.kind == TableKind::kStreamingTable ? kStreamingTableSyntax
                                                   : kMaterializedViewSyntax);
    ReadName(reader);
    if (reader.AcceptOperator("(")) ReadItems(reader);
    ReadClauses(reader);
    ReadQuery(reader);
    return std::move(result_);
  }

 private:
  // Sets the kind; the number of the token behind it.
  size_t FindKind() {
    const std::span<const Token> tokens = statement_.tokens;
    if (!tokens[0].Is("CREATE")) throw NoDefinition();
    size_t next = 1;
    const bool refresh = Comes(tokens, next, "OR REFRESH");
    const bool replace = Comes(tokens, next, "OR REPLACE");
    if (refresh || replace) next += 2;
    if (Comes(tokens, next, "MATERIALIZED VIEW")) {
      result_.kind = TableKind::kMaterializedView;
      return next + 2;
    }
    if (!Comes(tokens, next, "STREAMING TABLE")) throw OtherCreate(next);
    if (replace) {
      throw At(tokens[1], "pipeline.replace",
               "A streaming table is not replaced: it would lose what it has read.")
          .Hint(
              "Write CREATE OR REFRESH STREAMING TABLE; 'laguna pipeline run --full-refresh "
              "NAME' reads everything anew.");
    }
    return next + 2;
  }

  void ReadName(TokenReader& reader) {
    if (reader.Peek().Is("IF")) {
      throw At(reader.Peek(), "pipeline.if_not_exists",
               "A pipeline says how its tables are to be; IF NOT EXISTS has no meaning here.")
          .Hint("Leave IF NOT EXISTS out.");
    }
    const engine::QualifiedName name = reader.TakeQualifiedName();
    result_.name = {name.offset, NameLength(name.offset)};
    std::vector<std::string> parts = name.parts;
    if (parts.size() == 3 && TableKey(parts[0]) == "lake") parts.erase(parts.begin());
    if (parts.size() != 2) {
      throw AtName("pipeline.zone_missing",
                   fmt::format("'{}' does not say its zone.", name.ToString()))
          .Hint(fmt::format("Write zone.name, such as {}.{}.", AnyTableZone(), parts.back()));
    }
    result_.table.table = fmt::format("{}.{}", ZoneNamed(parts[0]), parts[1]);
    CheckTableName(parts[1]);
  }

  // Bytes from `begin` to the end of the dotted name there.
  [[nodiscard]] size_t NameLength(size_t begin) const {
    size_t end = begin;
    for (const Token& token : statement_.tokens) {
      if (token.offset < begin) continue;
      if (token.offset != end) break;
      if (token.offset > begin && token.IsOperator("(")) break;
      end = token.end();
    }
    return std::max<size_t>(end - begin, 1);
  }

  [[nodiscard]] std::string AnyTableZone() const {
    for (const catalog::Zone& zone : lake_.zones) {
      if (!zone.files) return zone.name;
    }
    return "zone";
  }

  std::string ZoneNamed(const std::string& name) {
    const catalog::Zone* zone = lake_.FindZone(name);
    if (zone != nullptr && !zone->files) return zone->name;
    std::vector<std::string> known;
    for (const catalog::Zone& other : lake_.zones) {
      if (!other.files) known.push_back(other.name);
    }
    if (zone != nullptr) {
      throw AtName("pipeline.file_zone",
                   fmt::format("'{}' is a zone of files; no table can lie there.", zone->name))
          .Hint(fmt::format("Zones of tables are: {}.", fmt::join(known, ", ")));
    }
    throw AtName("pipeline.unknown_zone", fmt::format("The lake has no zone '{}'.", name))
        .Hint(base::SuggestName(name, known) + " Zones stand in laguna.yaml.");
  }

  void CheckTableName(const std::string& name) {
    if (catalog::IsHiddenName(name) || name.find_first_of("./") != std::string::npos) {
      throw AtName("pipeline.table_name", fmt::format("'{}' cannot be a table's name.", name))
          .Hint("A name begins with neither '_' nor '.', and has no '.' or '/' in it.");
    }
    if (const auto owner = OwnerOfSideTable(name)) {
      throw AtName("pipeline.table_name",
                   fmt::format("Names that end in '{}' are those of side tables.",
                               name.substr(owner->size())))
          .Hint("Give the table another name.");
    }
  }

  void ReadItems(TokenReader& reader) {
    do {
      if (!reader.Peek().Is("CONSTRAINT")) throw ColumnItem(reader);
      ReadExpectation(reader);
    } while (reader.AcceptOperator(","));
    if (!reader.AcceptOperator(")")) throw reader.Expected("',' or ')'");
  }

  [[nodiscard]] Error ColumnItem(TokenReader& reader) {
    const Token token = reader.Peek();
    if (token.kind != TokenKind::kWord && token.kind != TokenKind::kQuotedIdentifier) {
      return reader.Expected("CONSTRAINT");
    }
    if (token.Is("PRIMARY") || token.Is("UNIQUE") || token.Is("CHECK") || token.Is("FOREIGN")) {
      return NotYet(token, fmt::format("{} constraints of pipeline tables are", token.text))
          .Hint("Write CONSTRAINT name EXPECT (condition); it is checked for every row.");
    }
    return NotYet(token, "Column lists of pipeline tables are")
        .Hint(
            "A table has the columns of its query: write CAST(column AS type) AS name there. "
            "Only CONSTRAINT name EXPECT (...) may stand in the list.");
  }

  void ReadExpectation(TokenReader& reader) {
    reader.Take("CONSTRAINT");
    const Token token = reader.Peek();
    ingest::RowCheck check;
    check.name = reader.TakeIdentifier();
    const auto& checks = result_.table.checks;
    if (std::any_of(checks.begin(), checks.end(), [&](const ingest::RowCheck& other) {
          return TableKey(other.name) == TableKey(check.name);
        })) {
      throw At(token, "pipeline.duplicate_expectation",
               fmt::format("Two expectations are called '{}'.", check.name))
          .Hint("Rename one of them.");
    }
    if (!reader.Peek().Is("EXPECT")) throw OtherConstraint(reader);
    reader.Take("EXPECT");
    if (!reader.AcceptOperator("(")) throw reader.Expected("'('");
    check.condition = reader.TakeSource();
    check.offset = static_cast<size_t>(check.condition.data() - script_->text().data());
    if (!reader.AcceptOperator(")")) throw reader.Expected("')'");
    check.on_violation = ReadViolation(reader);
    result_.table.checks.push_back(std::move(check));
  }

  [[nodiscard]] Error OtherConstraint(TokenReader& reader) {
    const Token token = reader.Peek();
    if (!token.Is("CHECK") && !token.Is("PRIMARY") && !token.Is("FOREIGN") && !token.Is("UNIQUE")) {
      return reader.Expected("EXPECT");
    }
    return NotYet(token, fmt::format("{} constraints of pipeline tables are", token.text))
        .Hint("Write EXPECT (condition); it is checked for every row.");
  }

  static ingest::OnViolation ReadViolation(TokenReader& reader) {
    if (!reader.Accept("ON")) return ingest::OnViolation::kKeep;
    reader.Take("VIOLATION");
    if (reader.Accept("DROP")) {
      reader.Take("ROW");
      return ingest::OnViolation::kDropRow;
    }
    if (reader.Accept("FAIL")) {
      reader.Take("UPDATE");
      return ingest::OnViolation::kFail;
    }
    if (reader.Accept("QUARANTINE")) return ingest::OnViolation::kQuarantine;
    throw reader.Expected("DROP ROW, FAIL UPDATE or QUARANTINE");
  }

  void ReadClauses(TokenReader& reader) {
    std::set<std::string_view> seen;
    while (!reader.Peek().Is("AS")) {
      const Token token = reader.Peek();
      const std::string_view clause = ReadClause(reader);
      if (!seen.insert(clause).second) {
        throw At(token, "sql.syntax", fmt::format("{} stands here twice.", clause))
            .Hint("Leave one of them out.");
      }
    }
    reader.Take("AS");
  }

  // The clause's name.
  std::string_view ReadClause(TokenReader& reader) {
    if (reader.Accept("PARTITIONED")) {
      reader.Take("BY");
      ReadPartitions(reader);
      return "PARTITIONED BY";
    }
    if (reader.Accept("COMMENT")) {
      result_.table.comment = reader.TakeString();
      return "COMMENT";
    }
    if (reader.Accept("TBLPROPERTIES") || reader.Accept("WITH")) {
      ReadProperties(reader);
      return "TBLPROPERTIES or WITH";
    }
    if (reader.Accept("USING")) {
      reader.Take("DELTA");
      return "USING";
    }
    throw OtherClause(reader);
  }

  [[nodiscard]] Error OtherClause(TokenReader& reader) {
    static constexpr std::array<std::string_view, 7> kKnown{
        "CLUSTER", "LOCATION", "SCHEDULE", "TRIGGER", "ROW", "REFRESH", "FLOW"};
    const Token token = reader.Peek();
    for (const std::string_view word : kKnown) {
      if (!token.Is(word)) continue;
      return NotYet(token, fmt::format("{} clauses of pipeline tables are", word))
          .Hint("Leave the clause out. Schedules stand in flows/*.yaml.");
    }
    return reader.Expected("PARTITIONED BY, COMMENT, TBLPROPERTIES or AS");
  }

  void ReadPartitions(TokenReader& reader) {
    if (!reader.AcceptOperator("(")) throw reader.Expected("'('");
    do {
      const Token token = reader.Peek();
      std::string column = reader.TakeIdentifier();
      for (const std::string& other : result_.table.partition_by) {
        if (TableKey(other) != TableKey(column)) continue;
        throw At(token, "pipeline.partition",
                 fmt::format("The column '{}' stands in PARTITIONED BY twice.", column))
            .Hint("Name it once.");
      }
      result_.table.partition_by.push_back(std::move(column));
      result_.partition_places.push_back({token.offset, token.text.size()});
    } while (reader.AcceptOperator(","));
    if (!reader.AcceptOperator(")")) throw reader.Expected("',' or ')'");
  }

  void ReadProperties(TokenReader& reader) {
    if (!reader.AcceptOperator("(")) throw reader.Expected("'('");
    do {
      const Token token = reader.Peek();
      std::string name = ReadPropertyName(reader);
      if (!reader.AcceptOperator("=")) throw reader.Expected("'='");
      if (!TakeProperty(token, name, ReadPropertyValue(reader))) {
        throw At(token, "pipeline.property", fmt::format("The property '{}' is set twice.", name))
            .Hint("Set it once.");
      }
    } while (reader.AcceptOperator(","));
    if (!reader.AcceptOperator(")")) throw reader.Expected("',' or ')'");
  }

  // In the spelling the table will have, so that the two can be compared. False: it is there
  // already.
  bool TakeProperty(const Token& token, const std::string& name, const std::string& value) try {
    for (const auto& property : delta::GivenProperties({{name, value}}, result_.table.table)) {
      if (!result_.table.properties.insert(property).second) return false;
    }
    return true;
  } catch (const Error& error) {
    throw Error(error).At(script_->PlaceOf(token.offset, token.text.size()));
  }

  // 'delta.appendOnly', or delta.appendOnly without the quotes.
  static std::string ReadPropertyName(TokenReader& reader) {
    if (reader.Peek().kind == TokenKind::kString) return reader.TakeString();
    std::string name = reader.TakeIdentifier();
    while (reader.AcceptOperator(".")) name += "." + reader.TakeIdentifier();
    return name;
  }

  static std::string ReadPropertyValue(TokenReader& reader) {
    if (reader.Peek().kind == TokenKind::kString) return reader.TakeString();
    if (reader.Accept("TRUE")) return "true";
    if (reader.Accept("FALSE")) return "false";
    if (reader.Peek().kind != TokenKind::kNumber && !reader.Peek().IsOperator("-")) {
      throw reader.Expected("a string in single quotes, a whole number, TRUE or FALSE");
    }
    return fmt::format("{}", reader.TakeInteger());
  }

  void ReadQuery(TokenReader& reader) {
    const Token first = reader.Peek();
    const bool query = std::any_of(kQueryWords.begin(), kQueryWords.end(),
                                   [&](std::string_view word) { return first.Is(word); });
    if (!query && !first.IsOperator("(")) {
      throw reader.Expected("a query (SELECT, FROM, WITH or VALUES)");
    }
    ScriptStatement& slice = result_.table.query;
    slice.offset = first.offset;
    slice.text = statement_.text.substr(first.offset - statement_.offset);
    for (const Token& token : statement_.tokens) {
      if (token.offset >= first.offset) slice.tokens.push_back(token);
    }
  }

  [[nodiscard]] Error NoDefinition() const {
    const Token& first = statement_.tokens[0];
    const bool changes = first.Is("APPLY") || first.Is("AUTO");
    if (changes) {
      return NotYet(first, "Change data flows (AUTO CDC, APPLY CHANGES) are");
    }
    return At(first, "pipeline.statement",
              fmt::format("A pipeline file defines tables; it cannot run {}.", first.text))
        .Hint(
            "Write CREATE STREAMING TABLE or CREATE MATERIALIZED VIEW; other statements run with "
            "'laguna sql', or as a sql task of a flow.");
  }

  [[nodiscard]] Error OtherCreate(size_t next) const {
    const std::span<const Token> tokens = statement_.tokens;
    for (const OtherObject& other : kOtherObjects) {
      if (!Comes(tokens, next, other.words)) continue;
      const Token& token = tokens[next];
      Error error = other.kind == ErrorKind::kUnsupported
                        ? NotYet(token, fmt::format("CREATE {} is", other.words))
                        : At(token, "pipeline.statement",
                             fmt::format("CREATE {} does not belong in a pipeline.", other.words));
      return std::move(error).Hint(std::string(other.hint));
    }
    TokenReader reader(
        *script_,
        {statement_.tokens.begin() + static_cast<ptrdiff_t>(next), statement_.tokens.end()}, "");
    return reader.Expected("STREAMING TABLE or MATERIALIZED VIEW");
  }

  [[nodiscard]] Error At(const Token& token, std::string code, std::string sentence) const {
    return Error(ErrorKind::kInvalidInput, std::move(code), std::move(sentence))
        .At(script_->PlaceOf(token.offset, token.text.size()));
  }
  [[nodiscard]] Error AtName(std::string code, std::string sentence) const {
    return Error(ErrorKind::kInvalidInput, std::move(code), std::move(sentence))
        .At(result_.place());
  }
  // `what` ends with its verb.
  [[nodiscard]] Error NotYet(const Token& token, std::string_view what) const {
    return Error(ErrorKind::kUnsupported, "pipeline.not_yet",
                 fmt::format("{} not there yet.", what))
        .At(script_->PlaceOf(token.offset, token.text.size()));
  }

  const std::shared_ptr<const engine::Script> script_;
  const ScriptStatement& statement_;
  const catalog::Lake& lake_;
  Definition result_;
};

}  // namespace

Definition ParseDefinition(const std::shared_ptr<const engine::Script>& script,
                           const ScriptStatement& statement, const catalog::Lake& lake) {
  script->CheckText(statement);
  Parser parser(script, statement, lake);
  try {
    return parser.Run();
  } catch (const Error& error) {
    if (parser.table().empty()) throw;
    throw Error(error).With("table", parser.table());
  }
}

}  // namespace laguna::pipeline
