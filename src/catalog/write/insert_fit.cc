// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/insert_fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/nearest_name.h"
#include "catalog/type_map.h"
#include "catalog/write/store_assignment.h"
#include "delta/column_value.h"
#include "duckdb/common/string_util.hpp"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;
using delta::StructField;

struct Differences {
  std::vector<std::string> sentences;
  // The names that the message is about.
  std::vector<std::string> columns;

  void Add(const std::string& column, const std::string& what) {
    sentences.push_back(fmt::format("column \"{}\" {}", column, what));
    columns.push_back(column);
  }
};

std::string TypeOf(const StructField& field) {
  return ToDuckdb(field.type, field.name).ToString();
}

void AddMissing(const StructField& field, Differences& differences) {
  differences.Add(field.name, fmt::format("({}) is missing{}", TypeOf(field),
                                          field.nullable ? "" : " and is NOT NULL"));
}

void AddUnknown(const GivenColumn& column, const std::vector<std::string>& names,
                Differences& differences) {
  const auto nearest = base::NearestName(column.name, names);
  differences.Add(column.name,
                  fmt::format("({}) is not in the table{}", column.type.ToString(),
                              nearest ? fmt::format(" (did you mean \"{}\"?)", *nearest) : ""));
}

void AddMisfit(const StructField& field, const GivenColumn& column, Differences& differences) {
  const auto misfit = AssignmentMisfit(column.type, ToDuckdb(field.type, field.name));
  if (misfit) differences.Add(field.name, *misfit);
}

void CompareByPosition(const std::vector<StructField>& wanted,
                       const std::vector<GivenColumn>& given, Differences& differences) {
  for (size_t i = 0; i < std::min(wanted.size(), given.size()); ++i) {
    AddMisfit(wanted[i], given[i], differences);
  }
  for (size_t i = given.size(); i < wanted.size(); ++i) AddMissing(wanted[i], differences);
  for (size_t i = wanted.size(); i < given.size(); ++i) {
    differences.Add(given[i].name,
                    fmt::format("({}) is one more than the table has", given[i].type.ToString()));
  }
}

void CompareByName(const std::vector<StructField>& wanted, const std::vector<GivenColumn>& given,
                   Differences& differences) {
  std::vector<std::string> names;
  for (const StructField& field : wanted) names.push_back(field.name);
  std::vector<bool> is_given(wanted.size());
  for (const GivenColumn& column : given) {
    const auto match = std::find_if(names.begin(), names.end(), [&](const std::string& name) {
      return duckdb::StringUtil::CIEquals(name, column.name);
    });
    if (match == names.end()) {
      AddUnknown(column, names, differences);
      continue;
    }
    const auto at = static_cast<size_t>(match - names.begin());
    is_given[at] = true;
    AddMisfit(wanted[at], column, differences);
  }
  for (size_t i = 0; i < wanted.size(); ++i) {
    const bool may_miss = is_given[i] || wanted[i].nullable || delta::HasOwnValue(wanted[i]);
    if (!may_miss) AddMissing(wanted[i], differences);
  }
}

std::string HintFor(const std::string& table, InsertMatch match) {
  return fmt::format(
      "{} INSERT WITH SCHEMA EVOLUTION INTO adds columns that are new.",
      match == InsertMatch::kByName
          ? "Rename columns with AS, leave them out, or cast them."
          : fmt::format("Name the columns (INSERT INTO {} (a, b) ...), match them by name (INSERT "
                        "INTO {} BY NAME ...), or cast them.",
                        table, table));
}

}  // namespace

std::optional<Error> MisfitOf(const std::string& table, const std::vector<StructField>& wanted,
                              const std::vector<GivenColumn>& given, InsertMatch match) {
  Differences differences;
  if (match == InsertMatch::kByName) {
    CompareByName(wanted, given, differences);
  } else {
    CompareByPosition(wanted, given, differences);
  }
  if (differences.sentences.empty()) return std::nullopt;
  return Error(ErrorKind::kInvalidInput, "insert.columns",
               fmt::format("The rows do not fit table {}: {}.", table,
                           fmt::join(differences.sentences, "; ")))
      .Hint(HintFor(table, match))
      .With("table", table)
      .With("columns", fmt::format("{}", fmt::join(differences.columns, ", ")));
}

}  // namespace laguna::catalog
