// SPDX-License-Identifier: Apache-2.0
#include "ingest/parquet_read.h"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "base/error.h"
#include "engine/sql_text.h"
#include "ingest/file_function.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;
using engine::QuotedName;
using engine::QuotedText;

std::string ListText(const FileReach& reach, const std::vector<FileRecord>& files) {
  std::string list;
  for (const FileRecord& file : files) {
    list += list.empty() ? "" : ", ";
    list += reach.PatternText(file.path);
  }
  return "[" + list + "]";
}

// Without a column for paths if it has no name.
std::string ReaderText(const FileReach& reach, const std::vector<FileRecord>& files,
                       const std::string& path_column) {
  return fmt::format("read_parquet({}, union_by_name=true, hive_partitioning=false{})",
                     ListText(reach, files),
                     path_column.empty() ? "" : ", filename=" + QuotedText(path_column));
}

std::string PathColumn(const ColumnList& columns) {
  std::vector<std::string> names;
  for (const SourceColumn& column : columns) names.push_back(column.name);
  return FreeName("__laguna_path", names);
}

Error NewColumn(const std::string& column) {
  return Error(
             ErrorKind::kInvalidInput, "read_files.new_column",
             fmt::format("A file has a column '{}' that the files before it did not have.", column))
      .Hint(
          "Leave out rescued_data_column => '' to keep such values as JSON, or read everything "
          "again with --full-refresh to get the column.")
      .With("column", column);
}

ColumnList Describe(const RunText& run, const FileReach& reach,
                    const std::vector<FileRecord>& files) {
  ColumnList columns;
  const std::string sql = fmt::format("DESCRIBE SELECT * FROM {}", ReaderText(reach, files, {}));
  for (const engine::ValueList& row : run(sql)) {
    columns.push_back({row.at(0).ToText(), row.at(1).ToText()});
  }
  return columns;
}

// What tells two schemas apart, by the engine's name of the file.
std::map<std::string, std::string> Signatures(const RunText& run, const FileReach& reach,
                                              const std::vector<FileRecord>& files) {
  std::map<std::string, std::string> signatures;
  const std::string sql = fmt::format(
      "SELECT {} AS path, md5(string_agg(concat_ws('|', name, type, type_length, repetition_type, "
      "num_children, converted_type, scale, precision, logical_type), chr(10) ORDER BY n)) FROM "
      "(SELECT *, row_number() OVER () AS n FROM parquet_schema({})) GROUP BY file_name",
      PathText(reach, "file_name"), ListText(reach, files));
  for (const engine::ValueList& row : run(sql)) {
    signatures[row.at(0).ToText()] = row.at(1).ToText();
  }
  return signatures;
}

// A column whose values have to be cast.
struct Cast {
  // SQL texts.
  std::string value;
  std::string result;
  std::string column;
  std::string type;
  std::string own_type;

  // Whether the value goes into the type and back without a change.
  [[nodiscard]] std::string Fits() const {
    return fmt::format("({0} IS NULL OR TRY_CAST({1} AS {2}) IS NOT DISTINCT FROM {0})", value,
                       result, own_type);
  }
  [[nodiscard]] std::string Reason() const {
    return fmt::format("'The value \"' || CAST({} AS VARCHAR) || '\" is no {}.'", value, type);
  }
};

// One group's part of the query.
class GroupQuery {
 public:
  GroupQuery(const ParquetGroup& group, const FileReach& reach, const PinnedFiles& pinned)
      : reader_(ReaderText(reach, group.files, PathColumn(group.columns))),
        path_(PathText(reach, PathColumn(group.columns))) {
    for (const SourceColumn& column : pinned.columns) AddColumn(group.columns, column);
    for (const SourceColumn& column : group.columns) {
      whole_row_ += fmt::format("{}{}: {}", whole_row_.empty() ? "" : ", ", QuotedText(column.name),
                                QuotedName(column.name));
    }
    if (pinned.filename) select_ += fmt::format(", {} AS filename", path_);
    AddRescue(group.columns, pinned);
  }

  [[nodiscard]] std::string Rows(bool rejects) const {
    std::string where;
    for (const Cast& cast : casts_) {
      where += fmt::format(
          "{}CASE WHEN {} THEN true ELSE {} END", where.empty() ? " WHERE " : " AND ", cast.Fits(),
          rejects ? "false" : fmt::format("error({} || ': ' || {})", path_, cast.Reason()));
    }
    return fmt::format("SELECT {} FROM {}{}", select_, reader_, where);
  }

  // Empty when every row fits.
  [[nodiscard]] std::string BadRows() const {
    if (casts_.empty()) return {};
    std::string all = "true";
    std::string column = "CASE";
    std::string reason = "CASE";
    for (const Cast& cast : casts_) {
      all += " AND " + cast.Fits();
      column += fmt::format(" WHEN NOT {} THEN {}", cast.Fits(), QuotedText(cast.column));
      reason += fmt::format(" WHEN NOT {} THEN {}", cast.Fits(), cast.Reason());
    }
    return fmt::format(
        "SELECT {} AS file, CAST(NULL AS BIGINT) AS line, CAST(NULL AS BIGINT) AS byte_offset, {} "
        "END AS column_name, {} END AS reason, CAST(to_json({{{}}}) AS "
        "VARCHAR) AS content FROM {} WHERE NOT ({})",
        path_, column, reason, whole_row_, reader_, all);
  }

 private:
  void AddColumn(const ColumnList& own, const SourceColumn& column) {
    const auto at = FindColumn(own, column.name);
    const std::string value = at ? QuotedName(own[*at].name) : "NULL";
    std::string result = value;
    if (!at) {
      result = fmt::format("CAST(NULL AS {})", column.type);
    } else if (own[*at].type != column.type) {
      result = fmt::format("TRY_CAST({} AS {})", value, column.type);
      casts_.push_back({value, result, column.name, column.type, own[*at].type});
    }
    select_ +=
        fmt::format("{}{} AS {}", select_.empty() ? "" : ", ", result, QuotedName(column.name));
  }

  void AddRescue(const ColumnList& own, const PinnedFiles& pinned) {
    std::vector<std::string> extra;
    for (const SourceColumn& column : own) {
      if (FindColumn(pinned.columns, column.name)) continue;
      if (pinned.rescued_data_column.empty()) throw NewColumn(column.name);
      extra.push_back(column.name);
    }
    if (pinned.rescued_data_column.empty()) return;
    select_ +=
        fmt::format(", {} AS {}", RescueText(extra, path_), QuotedName(pinned.rescued_data_column));
  }

  std::string reader_;
  std::string path_;
  std::string select_;
  // As the fields of a struct.
  std::string whole_row_;
  std::vector<Cast> casts_;
};

// The files whose footers the engine reads.
std::vector<FileRecord> Readable(const RunText& run, const FileReach& reach,
                                 const std::vector<FileRecord>& files,
                                 std::vector<BadLine>& bad_files) {
  const auto problems =
      run(fmt::format("SELECT {}(unnest({}))", kParquetProblemFunction, ListText(reach, files)));
  std::vector<FileRecord> readable;
  for (size_t i = 0; i < files.size(); ++i) {
    const engine::Value& problem = problems.at(i).at(0);
    if (problem.IsNull()) {
      readable.push_back(files[i]);
      continue;
    }
    bad_files.push_back({.file = files[i].path,
                         .reason = fmt::format("The file is no sound Parquet file, so none of it "
                                               "was read: {}",
                                               problem.ToText())});
  }
  return readable;
}

std::string Joined(const std::vector<std::string>& queries) {
  std::string all;
  for (const std::string& query : queries) all += (all.empty() ? "" : " UNION ALL ") + query;
  return all;
}

}  // namespace

std::vector<ParquetGroup> ParquetGroups(const RunText& run, const FileReach& reach,
                                        const std::vector<FileRecord>& files,
                                        std::vector<BadLine>& bad_files) {
  const std::vector<FileRecord> readable = Readable(run, reach, files, bad_files);
  if (readable.empty()) return {};
  const auto signatures = Signatures(run, reach, readable);
  std::vector<ParquetGroup> groups;
  std::map<std::string, size_t> places;
  for (const FileRecord& file : readable) {
    const auto signature = signatures.find(file.path);
    const std::string key = signature == signatures.end() ? file.path : signature->second;
    const auto [place, is_new] = places.emplace(key, groups.size());
    if (is_new) groups.emplace_back();
    groups[place->second].files.push_back(file);
  }
  for (ParquetGroup& group : groups) group.columns = Describe(run, reach, {group.files.front()});
  return groups;
}

ColumnList ParquetColumns(const RunText& run, const FileReach& reach,
                          const std::vector<FileRecord>& files) {
  std::vector<BadLine> bad_files;
  const std::vector<FileRecord> readable = Readable(run, reach, files, bad_files);
  if (!readable.empty()) return Describe(run, reach, readable);
  throw Error(
      ErrorKind::kInvalidInput, "read_files.parquet",
      fmt::format("{} cannot be read: {}", bad_files.front().file, bad_files.front().reason))
      .Hint("Fetch it again, or move it elsewhere.")
      .With("file", bad_files.front().file);
}

std::string ParquetQuery(const std::vector<ParquetGroup>& groups, const FileReach& reach,
                         const PinnedFiles& pinned, const std::optional<RejectTables>& rejects) {
  std::vector<std::string> queries;
  for (const ParquetGroup& group : groups) {
    queries.push_back(GroupQuery(group, reach, pinned).Rows(rejects.has_value()));
  }
  return Joined(queries);
}

std::string ParquetBadRowsQuery(const std::vector<ParquetGroup>& groups, const FileReach& reach,
                                const PinnedFiles& pinned) {
  std::vector<std::string> queries;
  for (const ParquetGroup& group : groups) {
    std::string query = GroupQuery(group, reach, pinned).BadRows();
    if (!query.empty()) queries.push_back(std::move(query));
  }
  return Joined(queries);
}

}  // namespace laguna::ingest
