// SPDX-License-Identifier: Apache-2.0
#include "catalog/row_change/row_change_totals.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "catalog/write/operation.h"

namespace laguna::catalog {
namespace {

using nlohmann::json;
using Fate = TouchedFile::Fate;

// Spark puts lists as JSON text into a JSON string.
std::string QuotedJson(const json& value) {
  return json(value.dump()).dump();
}

delta::Properties Metrics(std::initializer_list<std::pair<const char*, int64_t>> numbers) {
  delta::Properties metrics;
  for (const auto& [name, number] : numbers) metrics[name] = std::to_string(number);
  return metrics;
}

json PredicateList(const std::string& predicate) {
  json list = json::array();
  if (!predicate.empty()) list.push_back(predicate);
  return list;
}

const char* ActionName(RowClause::Then then) {
  switch (then) {
    case RowClause::Then::kUpdate:
      return "update";
    case RowClause::Then::kDelete:
      return "delete";
    case RowClause::Then::kInsert:
      return "insert";
    default:
      return "nothing";
  }
}

std::string ClauseList(const RowChange& change, RowClause::When when) {
  json list = json::array();
  for (const RowClause& clause : change.clauses) {
    if (clause.when != when) continue;
    json entry = {{"actionType", ActionName(clause.then)}};
    if (!clause.predicate.empty()) entry["predicate"] = clause.predicate;
    list.push_back(std::move(entry));
  }
  return QuotedJson(list);
}

// A vector that is updated is one removed and one added too, as with the entries of their files.
int64_t AllVectorsAdded(const RowChangeTotals& totals) {
  return totals.vectors_added + totals.vectors_updated;
}

int64_t AllVectorsRemoved(const RowChangeTotals& totals) {
  return totals.vectors_removed + totals.vectors_updated;
}

// DELETE and UPDATE: `rows` is what Spark calls the number of rows it is about.
delta::Operation RowOperation(const char* name, const char* rows, int64_t changed,
                              const std::string& predicate, const RowChangeTotals& totals) {
  return {name,
          {{"predicate", QuotedJson(PredicateList(predicate))}},
          Metrics({{rows, changed},
                   {"numCopiedRows", totals.copied_rows},
                   {"numAddedFiles", totals.added_files},
                   {"numAddedBytes", totals.added_bytes},
                   {"numRemovedFiles", totals.removed_files},
                   {"numRemovedBytes", totals.removed_bytes},
                   {"numAddedChangeFiles", totals.change_files},
                   {"numDeletionVectorsAdded", AllVectorsAdded(totals)},
                   {"numDeletionVectorsUpdated", totals.vectors_updated},
                   {"numDeletionVectorsRemoved", AllVectorsRemoved(totals)},
                   {"executionTimeMs", totals.execution_ms}})};
}

delta::Operation MergeOperation(const RowChange& change, const RowChangeTotals& totals) {
  using When = RowClause::When;
  const int64_t written = totals.inserted_rows + totals.updated_rows + totals.copied_rows;
  return {"MERGE",
          {{"predicate", QuotedJson(PredicateList(change.predicate))},
           {"matchedPredicates", ClauseList(change, When::kMatched)},
           {"notMatchedPredicates", ClauseList(change, When::kNotMatchedByTarget)},
           {"notMatchedBySourcePredicates", ClauseList(change, When::kNotMatchedBySource)}},
          Metrics({{"numTargetRowsInserted", totals.inserted_rows},
                   {"numTargetRowsUpdated", totals.updated_rows},
                   {"numTargetRowsMatchedUpdated", totals.updated_rows - totals.updated_by_source},
                   {"numTargetRowsNotMatchedBySourceUpdated", totals.updated_by_source},
                   {"numTargetRowsDeleted", totals.deleted_rows},
                   {"numTargetRowsMatchedDeleted", totals.deleted_rows - totals.deleted_by_source},
                   {"numTargetRowsNotMatchedBySourceDeleted", totals.deleted_by_source},
                   {"numTargetRowsCopied", totals.copied_rows},
                   {"numOutputRows", written},
                   {"numTargetFilesAdded", totals.added_files},
                   {"numTargetBytesAdded", totals.added_bytes},
                   {"numTargetFilesRemoved", totals.removed_files},
                   {"numTargetBytesRemoved", totals.removed_bytes},
                   {"numTargetChangeFilesAdded", totals.change_files},
                   {"numTargetDeletionVectorsAdded", AllVectorsAdded(totals)},
                   {"numTargetDeletionVectorsUpdated", totals.vectors_updated},
                   {"numTargetDeletionVectorsRemoved", AllVectorsRemoved(totals)},
                   {"executionTimeMs", totals.execution_ms}})};
}

delta::Operation ReplaceOperation(const RowChange& change, const RowChangeTotals& totals) {
  delta::Operation operation =
      WriteOperation(true, {totals.added_files, totals.inserted_rows, totals.added_bytes,
                            totals.removed_files, totals.removed_bytes, totals.execution_ms});
  operation.parameters["predicate"] = json(change.predicate).dump();
  operation.metrics["numDeletedRows"] = std::to_string(totals.deleted_rows);
  operation.metrics["numAddedChangeFiles"] = std::to_string(totals.change_files);
  operation.metrics["numCopiedRows"] = std::to_string(totals.copied_rows);
  return operation;
}

}  // namespace

void RowChangeTotals::Count(const TouchedFile& file) {
  deleted_rows += static_cast<int64_t>(file.deleted->Cardinality());
  updated_rows += static_cast<int64_t>(file.updated->Cardinality());
  const bool had_vector = file.entry.deletion_vector.has_value();
  switch (file.fate) {
    case Fate::kStays:
      return;
    case Fate::kGetsVector:
      ++(had_vector ? vectors_updated : vectors_added);
      return;
    case Fate::kRewritten:
      copied_rows += static_cast<int64_t>(file.records - file.before->Cardinality() -
                                          file.gone->Cardinality());
      [[fallthrough]];
    case Fate::kRemoved:
      if (had_vector) ++vectors_removed;
      ++removed_files;
      removed_bytes += file.entry.size_bytes;
  }
}

void RowChangeTotals::CountAdded(const WrittenFile& file) {
  ++added_files;
  added_bytes += file.add.size_bytes;
}

int64_t RowChangeTotals::ChangedRows() const {
  return deleted_rows + updated_rows + inserted_rows;
}

delta::Operation OperationOf(const RowChange& change, const RowChangeTotals& totals) {
  switch (change.statement) {
    case RowStatement::kDelete:
      return RowOperation("DELETE", "numDeletedRows", totals.deleted_rows,
                          change.predicate.empty() ? "true" : change.predicate, totals);
    case RowStatement::kTruncate:
      return RowOperation("TRUNCATE", "numDeletedRows", totals.deleted_rows, change.predicate,
                          totals);
    case RowStatement::kUpdate:
      return RowOperation("UPDATE", "numUpdatedRows", totals.updated_rows, change.predicate,
                          totals);
    case RowStatement::kMerge:
      return MergeOperation(change, totals);
    case RowStatement::kReplaceWhere:
      return ReplaceOperation(change, totals);
  }
  return {};
}

}  // namespace laguna::catalog
