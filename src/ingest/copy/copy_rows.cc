// SPDX-License-Identifier: Apache-2.0
#include "ingest/copy/copy_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/error.h"
#include "base/nearest_name.h"
#include "engine/sql_text.h"
#include "ingest/copy/cursor.h"
#include "ingest/plain_run.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;
using engine::QuotedName;
using engine::QuotedText;

// Columns of ours in temporary tables.
constexpr std::string_view kOwnPrefix = "__laguna_";
constexpr std::string_view kCursor = "__laguna_cursor";
constexpr int kRowsLookedAt = 1000;
constexpr std::string_view kWindowEnd = ".window.parquet";

bool SameName(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

class RowsCopy {
 public:
  RowsCopy(const CopyEnvironment& environment, engine::Session& session, const CopyRequest& request,
           const RowsToCopy& rows, const CopyTarget& target, CopyLog& log, CopyReport& report)
      : environment_(environment),
        store_(environment.lake.store),
        session_(session),
        request_(request),
        rows_(rows),
        target_(target),
        log_(log),
        report_(report),
        tables_(session),
        now_ms_(environment.lake.clock.NowMs()) {}

  void Run() {
    last_ = log_.ReadLast();
    if (last_) {
      state_ = last_->intent.cursor.value_or(CursorState{});
      CheckWindow();
    }
    try {
      FindColumn();
      FindType();
      FindBound();
      ReadCandidates();
    } catch (const Error& error) {
      throw error.code().starts_with("copy.") ? error : rows_.failure(error);
    }
    rows_.check();
    WithWindow([&] { KeepNewRows(); });
    CountNewRows();
    if (new_count_ == 0) {
      ++report_.files_unchanged;
      report_.cursor_to = state_.to;
    } else {
      Publish();
    }
  }

 private:
  // Looking at text files costs as much as reading them. The first time they are read as they are,
  // and looked at afterwards; later nothing has to be known before.
  void FindColumn() {
    relation_ = rows_.relation;
    const bool known = !state_.type.empty() || !request_.cursor_format.empty();
    if (rows_.text && last_ && known) {
      column_ = request_.cursor;
      column_type_ = "VARCHAR";
      return;
    }
    if (rows_.text && !last_) {
      relation_ = tables_.Make("laguna_copy_read", "SELECT * FROM " + rows_.relation);
    }
    FindColumnIn(relation_);
  }

  void FindColumnIn(const std::string& relation) {
    for (const engine::ResultColumn& column : ColumnsOf(session_, relation)) {
      const bool better = column.name == request_.cursor || column_.empty();
      if (SameName(column.name, request_.cursor) && better) {
        column_ = column.name;
        column_type_ = column.type;
      }
      names_.push_back(column.name);
    }
    if (column_.empty()) throw NoColumn();
  }

  Error NoColumn() const {
    std::string hint = base::SuggestName(request_.cursor, names_);
    if (names_.size() == 1 && rows_.text) {
      hint = fmt::format(
          "The only column is '{}': say what stands between values (delimiter, "
          "--delimiter).",
          names_.front());
    }
    return Error(ErrorKind::kInvalidInput, "copy.cursor",
                 fmt::format("'{}' has no column '{}', which is to say what rows are new.",
                             log_.identity().from, request_.cursor))
        .Hint(hint + " Another column is named by cursor (--cursor).");
  }

  [[nodiscard]] bool IsText() const { return column_type_ == "VARCHAR"; }

  void FindType() {
    if (!request_.cursor_format.empty() && !IsText()) throw FormatOfNoText();
    if (!IsText()) {
      const auto type = CursorTypeOf(column_type_);
      if (!type) throw NoOrder();
      type_ = *type;
    } else if (!request_.cursor_format.empty()) {
      type_ = CursorTypeOfFormat(request_.cursor_format);
    } else {
      type_ = state_.type.empty() ? TypeOfTexts() : CursorTypeNamed(state_.type);
    }
    const bool zoned = type_.sql.ends_with("ZONE");
    const bool changed =
        !state_.type.empty() && (CursorTypeNamed(state_.type).time != type_.time ||
                                 (type_.time && state_.type.ends_with("ZONE") != zoned));
    if (changed) throw TypeChanged();
    cursor_ = CursorExpression();
  }

  std::string CursorExpression() const {
    const std::string column = QuotedName(column_);
    if (!IsText()) return fmt::format("CAST({} AS {})", column, type_.sql);
    if (request_.cursor_format.empty()) return CursorOfText(column, type_);
    return CursorOfFormattedText(column, request_.cursor_format, type_);
  }

  // A few rows rule most types out; what is left is asked of all rows.
  CursorType TypeOfTexts() {
    const std::string few = fmt::format("(SELECT * FROM {} LIMIT {})", relation_, kRowsLookedAt);
    const std::string column = QuotedName(column_);
    std::string bad;
    std::string never;  // a condition: the text is of none of the types
    for (const CursorType& type : CursorTypesOfText()) {
      never += fmt::format("{}({})", never.empty() ? "" : " AND ",
                           IsBadText(column, CursorOfText(column, type)));
      auto value = TextThatIsNo(type, few);
      if (!value) value = TextThatIsNo(type, relation_);
      if (!value) return type;
      bad = *value;
    }
    const auto row = FirstRow(session_, fmt::format("SELECT any_value({}) FILTER ({}) FROM {}",
                                                    column, never, relation_));
    throw BadValue(row.front().value_or(bad));
  }

  std::optional<std::string> TextThatIsNo(const CursorType& type, const std::string& relation) {
    const std::string column = QuotedName(column_);
    return FirstRow(session_, fmt::format("SELECT any_value({}) FILTER ({}) FROM {}", column,
                                          IsBadText(column, CursorOfText(column, type)), relation))
        .front();
  }

  Error BadValue(const std::string& value) const {
    const std::string expected =
        request_.cursor_format.empty()
            ? (state_.type.empty() ? std::string("a number or an ISO 8601 time")
                                   : fmt::format("a {}", type_.sql))
            : fmt::format("a time as '{}' says", request_.cursor_format);
    Error error(ErrorKind::kInvalidInput, "copy.cursor_value",
                fmt::format("Column '{}' of '{}' holds '{}', which is not {}, so what is new "
                            "cannot be told.",
                            column_, log_.identity().from, value, expected));
    return std::move(error).Hint(
        "Say how times are written: cursor_format: '%d/%m/%Y' (--cursor-format), or name another "
        "cursor. Nothing was copied.");
  }

  Error NoOrder() const {
    return Error(ErrorKind::kInvalidInput, "copy.cursor",
                 fmt::format("Column '{}' of '{}' is of type {}, in which nothing is newer.",
                             column_, log_.identity().from, column_type_))
        .Hint(
            "A cursor is a time, a date or a number that grows; name another one by cursor "
            "(--cursor).");
  }

  Error FormatOfNoText() const {
    return Error(ErrorKind::kInvalidInput, "copy.cursor",
                 fmt::format("Column '{}' is of type {}, so it needs no cursor_format.", column_,
                             column_type_));
  }

  Error TypeChanged() const {
    return Error(ErrorKind::kInvalidInput, "copy.cursor_type",
                 fmt::format("Column '{}' of '{}' was a {} and is a {} now.", column_,
                             log_.identity().from, state_.type, type_.sql))
        .Hint("Copy to another folder, or by another cursor, to begin anew.");
  }

  // Of histories that began before such times were left out.
  void SayStuck() const {
    const std::string ahead = IsAhead(Constant(*state_.to), type_, now_ms_);
    const bool stuck = FirstRow(session_, "SELECT " + ahead).front() == "true";
    if (!stuck || !request_.on_notice) return;
    request_.on_notice(
        fmt::format("The highest '{}' copied so far is {}, which is to come: rows below it are not "
                    "seen. Copy to another folder to begin anew.",
                    column_, *state_.to));
  }

  // Nothing on the first run, and while no row has had a cursor.
  void FindBound() {
    if (!state_.to) return;
    SayStuck();
    const std::string lower = LowerBound(*state_.to, request_.lag, type_);
    bound_ = Later(lower, state_.window_from);
    const auto wider =
        FirstRow(session_, fmt::format("SELECT {} < {}", lower, Constant(*bound_))).front();
    if (wider == "true" && request_.on_notice) {
      request_.on_notice(
          fmt::format("The lag was shorter before: rows from {} on are looked at again.", *bound_));
    }
  }

  std::string Constant(const std::string& value) const {
    return fmt::format("CAST({} AS {})", QuotedText(value), type_.sql);
  }

  // The later of an expression and a value, as text.
  std::string Later(const std::string& expression, const std::optional<std::string>& value) {
    const std::string both =
        value ? fmt::format("greatest({}, {})", expression, Constant(*value)) : expression;
    const auto row =
        FirstRow(session_, fmt::format("SELECT CAST(CAST({} AS {}) AS VARCHAR)", both, type_.sql));
    return row.front().value_or("");
  }

  void ReadCandidates() {
    const std::string query = CandidatesQuery();
    // What is in a temporary table already is not copied to another.
    if (relation_ != rows_.relation) {
      candidates_ = tables_.MakeView("laguna_copy_rows", query);
    } else {
      candidates_ = ReadOrSayNoColumn(query);
    }
    FindNames();
  }

  std::string CandidatesQuery() const {
    const bool from_bound = bound_ && rows_.relation_from && !IsText();
    const std::string relation = from_bound ? rows_.relation_from(column_, *bound_) : relation_;
    std::string query = fmt::format("SELECT *, {} AS {} FROM {}", cursor_, kCursor, relation);
    if (bound_) {
      query += fmt::format(" WHERE {0} >= {1} OR {0} IS NULL", kCursor, Constant(*bound_));
    }
    return query;
  }

  std::string ReadOrSayNoColumn(const std::string& query) {
    try {
      return tables_.Make("laguna_copy_rows", query);
    } catch (const Error& error) {
      const bool unknown =
          error.kind() == ErrorKind::kInvalidInput || error.kind() == ErrorKind::kNotFound;
      if (!names_.empty() || !unknown) throw;
      column_.clear();
      FindColumnIn(rows_.relation);  // says so when it is missing
      throw;
    }
  }

  void FindNames() {
    names_.clear();
    columns_.clear();
    for (const engine::ResultColumn& column : ColumnsOf(session_, candidates_)) {
      if (column.name == kCursor) continue;
      if (column.name.starts_with(kOwnPrefix)) {
        throw Error(
            ErrorKind::kUnsupported, "copy.column",
            fmt::format("Column '{}' bears a name this program keeps for itself.", column.name));
      }
      names_.push_back(column.name);
      columns_.push_back({.name = column.name, .type = column.type});
    }
  }

  void CheckWindow() {
    if (!store_.Head(log_.folder() + state_.window, request_.call)) throw WindowGone();
  }

  // A process on another machine takes it away when it has made a newer one.
  Error WindowGone() {
    if (log_.IsOvertaken()) return log_.Conflict();
    const std::string key = log_.folder() + state_.window;
    return Error(ErrorKind::kCorrupt, "copy.window_gone",
                 fmt::format("'{}' is gone, which says what rows the copy from '{}' to '{}' took "
                             "last.",
                             store_.Locate(key), log_.identity().from, log_.identity().to))
        .Hint(
            "Bring it back from a backup, or copy to another folder, which begins anew. Nothing "
            "was copied.");
  }

  std::string WindowRelation() const {
    return fmt::format("read_parquet({})",
                       QuotedText(store_.Locate(log_.folder() + state_.window)));
  }

  template <typename Work>
  void WithWindow(const Work& work) {
    try {
      work();
    } catch (const Error& error) {
      const bool missing = error.kind() == ErrorKind::kNotFound && last_ &&
                           !store_.Head(log_.folder() + state_.window, request_.call);
      throw missing ? WindowGone() : error;
    }
  }

  // Of equal rows, as many as were not copied yet.
  void KeepNewRows() {
    if (!last_) {
      new_rows_ = candidates_;
      return;
    }
    new_rows_ = tables_.Make(
        "laguna_copy_new",
        fmt::format("SELECT candidate.* EXCLUDE (__laguna_hash, __laguna_row, __laguna_nth) FROM ("
                    "SELECT *, row_number() OVER (PARTITION BY __laguna_hash ORDER BY "
                    "__laguna_row) AS __laguna_nth FROM (SELECT *, rowid AS __laguna_row, {} AS "
                    "__laguna_hash FROM {})) candidate LEFT JOIN (SELECT hash, sum(copies) AS "
                    "copies FROM {} GROUP BY hash) known ON __laguna_hash = known.hash WHERE "
                    "__laguna_nth > coalesce(known.copies, 0) ORDER BY __laguna_row",
                    RowHash(columns_), candidates_, WindowRelation()));
  }

  void CountNewRows() {
    const std::string column = QuotedName(column_);
    const std::string bad =
        IsText() ? fmt::format("any_value({}) FILTER ({})", column, IsBadText(column, kCursor))
                 : std::string("NULL");
    const auto row = FirstRow(
        session_, fmt::format("SELECT count(*), count(*) FILTER ({0} IS NULL), CAST({1} AS "
                              "VARCHAR), {2}, count(*) FILTER ({3}), CAST(any_value({0}) FILTER "
                              "({3}) AS VARCHAR) FROM {4}",
                              kCursor, HighestOf(kCursor, type_, now_ms_), bad,
                              IsAhead(kCursor, type_, now_ms_), new_rows_));
    if (row.at(3)) throw BadValue(*row.at(3));
    new_count_ = std::stoll(row.at(0).value_or("0"));
    next_.type = row.at(2) || !state_.type.empty() ? type_.sql : "";
    if (row.at(5)) SayAhead(row.at(4).value_or(""), *row.at(5));
    next_.from = state_.to;
    next_.rows_without_cursor = std::stoll(row.at(1).value_or("0"));
    next_.to = row.at(2) ? std::optional(Later(Constant(*row.at(2)), state_.to)) : state_.to;
    if (next_.to) next_.window_from = Later(LowerBound(*next_.to, request_.lag, type_), bound_);
  }

  void SayAhead(const std::string& count, const std::string& value) const {
    if (!request_.on_notice) return;
    request_.on_notice(fmt::format(
        "In the column '{}', {} new row{} a time that is to come ('{}'): copied, but not taken for "
        "the highest so far.",
        column_, count, count == "1" ? " has" : "s have", value));
  }

  void Publish() {
    CopyIntent intent;
    intent.started_ms = environment_.lake.clock.NowMs();
    const std::string key = FreeKey(intent.started_ms);
    WithWindow([&] { WriteWindow(); });
    intent.files.push_back({.key = key,
                            .from = log_.identity().from,
                            .source = {},
                            .replaced = {},
                            .rows = new_count_,
                            .fingerprint = {}});
    intent.cursor = next_;
    const CopyRecord record = log_.Begin(std::move(intent));
    const io::ObjectInfo written = WriteRowFile(
        environment_, session_, fmt::format("SELECT * EXCLUDE ({}) FROM {}", kCursor, new_rows_),
        key, rows_.format);
    log_.Finish(record, {{.key = key, .target = StampOf(written)}});
    ForgetOldWindows();
    report_.files.push_back({.key = key, .rows = new_count_, .bytes = written.size_bytes});
    report_.rows_without_cursor = next_.rows_without_cursor;
    report_.cursor_to = next_.to;
  }

  // Of a file that never was, whatever else lies in the folder.
  std::string FreeKey(int64_t started_ms) {
    std::string stem = rows_.stem;
    while (true) {
      std::string key = target_.folder +
                        RunFileName(stem, started_ms, log_.next_number(), log_.id(), rows_.format);
      if (!store_.Head(key, request_.call)) return key;
      stem += "_";
    }
  }

  // Rows of the old window that still lie in the new one, and those that are copied now.
  void WriteWindow() {
    next_.window = fmt::format("{:020}-{}{}", log_.next_number(),
                               base::MakeUuid(environment_.lake.random).substr(0, 8), kWindowEnd);
    const auto within = [&](const std::string& cursor) {
      if (!next_.window_from) return std::string("true");
      return fmt::format("({} IS NULL OR {} >= {})", cursor, cursor, Constant(*next_.window_from));
    };
    std::string query = fmt::format(
        "SELECT {} AS hash, CAST({} AS VARCHAR) AS cursor, count(*) AS copies FROM {} WHERE {} "
        "GROUP BY ALL",
        RowHash(columns_), kCursor, new_rows_, within(std::string(kCursor)));
    if (last_) {
      query += fmt::format(" UNION ALL SELECT hash, cursor, copies FROM {} WHERE {}",
                           WindowRelation(), within(fmt::format("CAST(cursor AS {})", type_.sql)));
    }
    const std::string key = log_.folder() + next_.window;
    WriteRowFile(environment_, session_,
                 fmt::format("SELECT hash, cursor, CAST(sum(copies) AS BIGINT) AS copies FROM ({}) "
                             "GROUP BY hash, cursor",
                             query),
                 key, "parquet");
    store_.Sync(std::vector<std::string>{key}, request_.call);
  }

  // Of the runs before this one.
  void ForgetOldWindows() {
    std::vector<std::string> old;
    for (io::ObjectInfo& object : io::ListAll(store_, log_.folder(), {}, request_.call)) {
      const std::string name = object.key.substr(log_.folder().size());
      // Those of this number and later may be another machine's, which is at work.
      if (name.ends_with(kWindowEnd) && name < next_.window.substr(0, next_.window.find('-'))) {
        old.push_back(std::move(object.key));
      }
    }
    store_.DeleteMany(old, request_.call);
  }

  const CopyEnvironment& environment_;
  io::ObjectStore& store_;
  engine::Session& session_;
  const CopyRequest& request_;
  const RowsToCopy& rows_;
  const CopyTarget& target_;
  CopyLog& log_;
  CopyReport& report_;
  TemporaryTables tables_;

  const int64_t now_ms_;
  // The last run that published something, and what it left.
  std::optional<CopyRecord> last_;
  CursorState state_;
  CursorState next_;

  // Where the rows are read from: the source, or what was read of it.
  std::string relation_;
  // Its columns; the cursor among them.
  std::vector<std::string> names_;
  std::vector<HashedColumn> columns_;
  std::string column_;
  std::string column_type_;
  CursorType type_;
  // The value to compare, as an expression.
  std::string cursor_;
  // Rows below are not looked at.
  std::optional<std::string> bound_;

  // Temporary tables.
  std::string candidates_;
  std::string new_rows_;
  int64_t new_count_ = 0;
};

}  // namespace

void CopyNewRows(const CopyEnvironment& environment, engine::Session& session,
                 const CopyRequest& request, const RowsToCopy& rows, const CopyTarget& target,
                 CopyLog& log, CopyReport& report) {
  RowsCopy(environment, session, request, rows, target, log, report).Run();
}

}  // namespace laguna::ingest
