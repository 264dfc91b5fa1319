// SPDX-License-Identifier: Apache-2.0
#include "catalog/health/table_finding.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>

#include "base/count_text.h"
#include "duckdb/parser/keyword_helper.hpp"
#include "engine/sql_text.h"

namespace laguna::catalog {
namespace {

using base::BytesText;
using base::Counted;
using base::Grouped;

// Fewer files than these are left alone: what they cost nobody notices.
constexpr size_t kFilesSavedMin = 10;
constexpr size_t kUnneededFilesMin = 10;
constexpr size_t kVectorsMin = 50;
constexpr size_t kExpiredLogFilesMin = 50;
constexpr size_t kFilesWithGapMin = 10;
constexpr size_t kLargeFilesMin = 2;
// A log without a checkpoint since so many commits, and so many intervals, takes long to read.
constexpr size_t kCommitsMin = 20;
constexpr int64_t kIntervalsMax = 2;
// Where the table wants no checkpoints at all.
constexpr size_t kCommitsWithoutIntervalMin = 100;
// A file so many times as large as the others are on average, and half of what files should have at
// the least: who reads the table in parallel waits for it.
constexpr size_t kSkewFilesMin = 4;
constexpr uint64_t kSkewFileTimes = 8;
// A partition with more than half of a table of so many partitions and bytes.
constexpr size_t kSkewPartitionsMin = 4;
constexpr uint64_t kSkewBytesMin = uint64_t{1} << 30;

constexpr std::string_view kSmallFiles = "small_files";
constexpr std::string_view kDeletedRows = "deleted_rows";
constexpr std::string_view kNoStatistics = "no_statistics";
constexpr std::string_view kNoCheckpoint = "no_checkpoint";
constexpr std::string_view kLongLog = "long_log";
constexpr std::string_view kUnneededFiles = "unneeded_files";
constexpr std::string_view kSkewedFiles = "skewed_files";
constexpr std::array<std::string_view, 7> kRoutine{kNoCheckpoint, kLongLog,    kDeletedRows,
                                                   kNoStatistics, kSmallFiles, kSkewedFiles,
                                                   kUnneededFiles};

using Found = std::optional<TableFinding>;

// A name as SQL has it: plain where it can be, a dot between the fields of a struct.
std::string ColumnName(const std::string& name) {
  const bool plain = std::ranges::all_of(name, [](char c) {
    return c == '_' || c == '.' || std::isalnum(static_cast<unsigned char>(c)) != 0;
  });
  if (plain && std::isdigit(static_cast<unsigned char>(name.front())) == 0) return name;
  std::string quoted = "\"";
  for (const char c : name) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

std::string ZorderStatement(const std::string& table, const std::string& column) {
  if (column.empty()) return "";
  return fmt::format("OPTIMIZE {} ZORDER BY ({})", table, ColumnName(column));
}

Found LostFilesFinding(const TableFacts& facts, const std::string& /*table*/) {
  if (facts.lost.count == 0) return std::nullopt;
  return TableFinding{
      .name = "lost_files",
      .severity = Severity::kProblem,
      .sentence = fmt::format("{} of the {} the table names are not there or cut short, such as "
                              "{}.",
                              Grouped(facts.lost.count), Counted(facts.files.files, "data file"),
                              facts.lost.example),
      .advice = "Bring them back from a backup. What a query needs of them fails until then."};
}

Found NoCheckpoint(const TableFacts& facts, const std::string& table) {
  const LogFacts& log = facts.log;
  const bool due =
      log.checkpoint_interval > 0
          ? log.commits_since_checkpoint >=
                std::max(kCommitsMin, static_cast<size_t>(kIntervalsMax * log.checkpoint_interval))
          : log.commits_since_checkpoint >= kCommitsWithoutIntervalMin;
  if (!due && log.torn_checkpoint.empty()) return std::nullopt;
  const std::string since =
      log.checkpoint_version
          ? fmt::format("since the checkpoint at version {}", *log.checkpoint_version)
          : std::string("and no checkpoint");
  std::string sentence =
      fmt::format("The log has {} {}, which whoever opens the table reads one by one.",
                  Counted(log.commits_since_checkpoint, "commit"), since);
  if (!log.torn_checkpoint.empty()) {
    sentence += fmt::format(" A newer one cannot be used: {}.", log.torn_checkpoint);
  }
  return TableFinding{.name = std::string(kNoCheckpoint),
                      .sentence = std::move(sentence),
                      .statement = fmt::format("CHECKPOINT TABLE {}", table),
                      .routine = true};
}

// Without a checkpoint that is old enough there is nothing expired; making one comes first.
Found LongLog(const TableFacts& facts, const std::string& table) {
  if (facts.log.expired_files < kExpiredLogFilesMin) return std::nullopt;
  return TableFinding{.name = std::string(kLongLog),
                      .sentence = fmt::format("{} of the log are older than the table keeps it "
                                              "(delta.logRetentionDuration) and not needed.",
                                              Counted(facts.log.expired_files, "file")),
                      .statement = fmt::format("CHECKPOINT TABLE {}", table),
                      .routine = true};
}

Found DeletedRows(const TableFacts& facts, const std::string& table) {
  const FileFacts& files = facts.files;
  if (files.worn_files == 0 && files.files_with_vector < kVectorsMin) return std::nullopt;
  return TableFinding{
      .name = std::string(kDeletedRows),
      .sentence =
          fmt::format("{} have deletion vectors; every query reads the {} they delete and "
                      "leaves them out.",
                      Counted(files.files_with_vector, "file"), Counted(files.deleted_rows, "row")),
      .statement = fmt::format("REORG TABLE {} APPLY (PURGE)", table),
      .routine = true};
}

Found NoStatistics(const TableFacts& facts, const std::string& table) {
  if (facts.files.files_without_statistics == 0) return std::nullopt;
  return TableFinding{
      .name = std::string(kNoStatistics),
      .sentence = fmt::format("{} of {} have no statistics, so every query reads them.",
                              Grouped(facts.files.files_without_statistics),
                              Counted(facts.files.files, "file")),
      .statement = fmt::format("OPTIMIZE {}", table),
      .routine = true};
}

// Files that an older program wrote, or an older definition of the table.
Found StaleStatistics(const TableFacts& facts, const std::string& table) {
  const auto worst = std::ranges::max_element(facts.files.gaps, {}, &StatisticsGap::files);
  if (worst == facts.files.gaps.end() || worst->files < kFilesWithGapMin) return std::nullopt;
  const std::string others =
      facts.files.gaps.size() == 1
          ? ""
          : fmt::format(" (and of {} more)", Counted(facts.files.gaps.size() - 1, "column"));
  return TableFinding{
      .name = "stale_statistics",
      .severity = Severity::kAdvice,
      .sentence = fmt::format("{} have no statistics of column {}{}, so a filter on it reads them "
                              "all.",
                              Counted(worst->files, "file"), worst->column, others),
      .statement = ZorderStatement(table, worst->column),
      .advice = "Worth it if queries filter by that column. It writes every file anew."};
}

Found SmallFiles(const TableFacts& facts, const std::string& table) {
  const FileFacts& files = facts.files;
  if (files.small_files < files.small_files_needed + kFilesSavedMin) return std::nullopt;
  return TableFinding{
      .name = std::string(kSmallFiles),
      .sentence = fmt::format("{} are small; their rows fit in {} of {}.",
                              Counted(files.small_files, "file"), Grouped(files.small_files_needed),
                              BytesText(files.target_bytes)),
      .statement = fmt::format("OPTIMIZE {}", table),
      .routine = true};
}

uint64_t BytesOfOthers(const FileFacts& files) {
  return (files.bytes - files.largest_bytes) / (files.files - 1);
}

bool IsSkewed(const FileFacts& files) {
  if (files.files < kSkewFilesMin || files.largest_bytes > files.bytes) return false;
  return files.largest_bytes >= files.target_bytes / 2 &&
         files.largest_bytes / kSkewFileTimes >= BytesOfOthers(files);
}

// Where OPTIMIZE can make the others larger. That it does not see to a file that is too large is
// what LargeFiles tells.
Found SkewedFiles(const TableFacts& facts, const std::string& table) {
  const FileFacts& files = facts.files;
  const bool mends = files.small_files > files.small_files_needed;
  if (!mends || !IsSkewed(files) || SmallFiles(facts, table)) return std::nullopt;
  return TableFinding{
      .name = std::string(kSkewedFiles),
      .sentence = fmt::format("The largest of {} has {}, the others {} on average: what reads them "
                              "side by side waits for it.",
                              Counted(files.files, "file"), BytesText(files.largest_bytes),
                              BytesText(BytesOfOthers(files))),
      .statement = fmt::format("OPTIMIZE {}", table),
      .routine = true};
}

Found LargeFiles(const TableFacts& facts, const std::string& table) {
  const FileFacts& files = facts.files;
  const bool is_worth_it =
      files.large_files >= kLargeFilesMin || (files.large_files > 0 && IsSkewed(files));
  if (!is_worth_it || files.first_column.empty()) return std::nullopt;
  return TableFinding{
      .name = "large_files",
      .severity = Severity::kAdvice,
      .sentence =
          fmt::format("{} {} far larger than {}, one of {}: filters leave little of them "
                      "out.",
                      Counted(files.large_files, "file"), files.large_files == 1 ? "is" : "are",
                      BytesText(files.target_bytes), BytesText(files.largest_bytes)),
      .statement = ZorderStatement(table, files.first_column),
      .advice = "Name the columns that queries filter by. It writes every file anew."};
}

// `columns`: those that the table is to be partitioned by; a table that is named by its folder is
// no name for ALTER TABLE.
std::string PartitionStatement(const std::string& table, const std::vector<std::string>& columns) {
  std::vector<std::string> names;
  for (const std::string& column : columns) {
    names.push_back(duckdb::KeywordHelper::WriteOptionallyQuoted(column));
  }
  if (!table.starts_with('\'')) {
    return names.empty() ? fmt::format("ALTER TABLE {} RESET PARTITIONED BY", table)
                         : fmt::format("ALTER TABLE {} SET PARTITIONED BY ({})", table,
                                       fmt::join(names, ", "));
  }
  names.clear();
  for (const std::string& column : columns) names.push_back(engine::QuotedText(column));
  return fmt::format("FROM laguna_partition_table(path => {}, columns => [{}])", table,
                     fmt::join(names, ", "));
}

constexpr const char* kWritesAnew =
    "It writes every file anew; comments, constraints, properties and history stay.";

Found SkewedPartitions(const TableFacts& facts, const std::string& table) {
  const FileFacts& files = facts.files;
  if (files.partitions < kSkewPartitionsMin || files.bytes < kSkewBytesMin) return std::nullopt;
  if (files.largest_partition_bytes * 2 <= files.bytes) return std::nullopt;
  return TableFinding{
      .name = "skewed_partitions",
      .severity = Severity::kAdvice,
      .sentence = fmt::format("One of {}, {}, holds {} of {}: the partitions leave little out of "
                              "its queries.",
                              Counted(files.partitions, "partition"), files.largest_partition,
                              BytesText(files.largest_partition_bytes), BytesText(files.bytes)),
      .statement = PartitionStatement(table, {}),
      .advice = std::string(kWritesAnew) +
                " Or name columns that share the rows out better, or keep the partitions and order "
                "the rows in them with OPTIMIZE ... ZORDER BY."};
}

Found ManyPartitions(const TableFacts& facts, const std::string& table) {
  const FileFacts& files = facts.files;
  if (!AreTooManyPartitions(files.partitions, files.bytes)) return std::nullopt;
  return TableFinding{
      .name = "many_partitions",
      .severity = Severity::kAdvice,
      .sentence = fmt::format("{} hold {} each on average: more files than the rows need.",
                              Grouped(files.partitions) + " partitions",
                              BytesText(files.bytes / files.partitions)),
      .statement = PartitionStatement(table, files.coarser_partitioning),
      .advice = kWritesAnew};
}

Found Unneeded(const TableFacts& facts, const std::string& table) {
  const UnneededFiles& unneeded = facts.unneeded;
  if (unneeded.count < kUnneededFilesMin) return std::nullopt;
  return TableFinding{
      .name = std::string(kUnneededFiles),
      .sentence = fmt::format("{} ({}) belong to versions older than the table keeps "
                              "(delta.deletedFileRetentionDuration), or to none.",
                              Counted(unneeded.count, "file"), BytesText(unneeded.bytes)),
      .statement = fmt::format("VACUUM {}", table),
      .routine = true};
}

// Nothing that was found can be mended from here.
void LeaveToOthers(const std::string& why, std::vector<TableFinding>& findings) {
  for (TableFinding& finding : findings) finding.routine = false;
  findings.push_back({.name = "not_writable",
                      .severity = Severity::kAdvice,
                      .sentence = why,
                      .advice = "A program that writes the table has to run the statements."});
}

using Look = Found (*)(const TableFacts& facts, const std::string& table);
// In the order in which statements are best run.
constexpr Look kLooks[] = {LostFilesFinding, NoCheckpoint, LongLog,          DeletedRows,
                           NoStatistics,     SmallFiles,   SkewedFiles,      Unneeded,
                           StaleStatistics,  LargeFiles,   SkewedPartitions, ManyPartitions};

}  // namespace

std::string_view NameOf(Severity severity) {
  switch (severity) {
    case Severity::kProblem:
      return "problem";
    case Severity::kWarning:
      return "warning";
    case Severity::kAdvice:
      return "advice";
  }
  return "";
}

std::vector<std::string_view> RoutineFindings() {
  return {kRoutine.begin(), kRoutine.end()};
}

std::vector<TableFinding> FindingsOf(const TableFacts& facts, const std::string& table) {
  std::vector<TableFinding> findings;
  for (const Look look : kLooks) {
    if (Found found = look(facts, table)) findings.push_back(std::move(*found));
  }
  if (!facts.not_writable.empty()) LeaveToOthers(facts.not_writable, findings);
  return findings;
}

}  // namespace laguna::catalog
