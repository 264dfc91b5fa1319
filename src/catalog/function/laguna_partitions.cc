// SPDX-License-Identifier: Apache-2.0
// laguna_partitions('bronze.t'): the partitions a table has files in, one typed column for each
// partition column, as Delta's SHOW PARTITIONS has it. From the log alone.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/nearest_name.h"
#include "catalog/known_rows.h"
#include "catalog/scan/scan_files.h"
#include "catalog/sql_function.h"
#include "catalog/table_operand.h"
#include "catalog/type_map.h"
#include "duckdb/common/string_util.hpp"
#include "duckdb/parser/tableref/table_function_ref.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::LogicalType;
using duckdb::Value;

using Row = std::vector<Value>;

// NULL comes last, as in ORDER BY.
struct RowBefore {
  bool operator()(const Row& left, const Row& right) const {
    for (size_t index = 0; index < left.size(); ++index) {
      if (left[index].IsNull() != right[index].IsNull()) return right[index].IsNull();
      if (left[index].IsNull() || left[index] == right[index]) continue;
      return left[index] < right[index];
    }
    return false;
  }
};

// The value a partition column must have.
struct Wanted {
  size_t position = 0;
  Value value;
};

class Partitions {
 public:
  explicit Partitions(const OpenedTable& table) : table_(table) {
    const auto& schema = table.view->metadata.schema;
    for (const auto& name : table.view->metadata.partition_columns) {
      if (const auto index = schema.IndexOf(name)) columns_.push_back(*index);
    }
    if (!columns_.empty()) return;
    throw Error(ErrorKind::kInvalidInput, "catalog.not_partitioned",
                fmt::format("{} is not partitioned.", table.title))
        .With("table", table.title);
  }

  [[nodiscard]] std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto index : columns_) names.push_back(FieldAt(index).name);
    return names;
  }

  [[nodiscard]] std::vector<LogicalType> Types() const {
    std::vector<LogicalType> types;
    for (const auto index : columns_) {
      types.push_back(ToDuckdb(FieldAt(index).type, FieldAt(index).name));
    }
    return types;
  }

  // The column of that name (any case) and the text as its type has it.
  [[nodiscard]] Wanted Want(duckdb::ClientContext& context, const std::string& name,
                            const Value& value) const {
    const auto names = Names();
    const auto found = std::ranges::find_if(names, [&](const std::string& candidate) {
      return duckdb::StringUtil::CIEquals(candidate, name);
    });
    if (found == names.end()) throw NoSuchColumn(name, names);
    const auto position = static_cast<size_t>(found - names.begin());
    Value cast;
    std::string ignored;
    if (value.TryCastAs(context, Types()[position], cast, &ignored)) return {position, cast};
    throw Error(ErrorKind::kInvalidInput, "catalog.partition_value",
                fmt::format("'{}' is no value of partition column {}, which is of type {}.",
                            value.ToString(), *found, Types()[position].ToString()));
  }

  [[nodiscard]] std::vector<Row> Find(const std::vector<Wanted>& wanted) const {
    const ScanFiles files(table_.view, *table_.store);
    std::set<Row, RowBefore> rows;
    std::set<std::string> seen;
    for (size_t number = 0; number < files.size(); ++number) {
      // A table has far more files than partitions, and a text is cheaper than its value.
      if (!seen.insert(TextsOf(table_.view->files.at(number))).second) continue;
      Row row;
      for (const auto index : columns_) row.push_back(*files.PartitionValue(number, index));
      const bool matches = std::ranges::all_of(wanted, [&](const Wanted& want) {
        return Value::NotDistinctFrom(row[want.position], want.value);
      });
      if (matches) rows.insert(std::move(row));
    }
    return {rows.begin(), rows.end()};
  }

 private:
  // The file's values as the log has them, told apart by their lengths.
  [[nodiscard]] std::string TextsOf(const delta::FileView& file) const {
    std::string texts;
    for (const auto index : columns_) {
      const auto value = file.PartitionValue(FieldAt(index).PhysicalName());
      if (value && *value) {
        texts += fmt::format("{}:{}", (*value)->size(), **value);
      } else {
        texts += value ? "NULL" : "none";
      }
    }
    return texts;
  }

  [[nodiscard]] const delta::StructField& FieldAt(size_t index) const {
    return table_.view->metadata.schema.fields[index];
  }

  [[nodiscard]] Error NoSuchColumn(const std::string& name,
                                   const std::vector<std::string>& names) const {
    const auto nearest = base::NearestName(name, names);
    return Error(ErrorKind::kInvalidInput, "catalog.partition_column",
                 fmt::format("{} is not partitioned by {}, but by {}.", table_.title, name,
                             fmt::join(names, ", ")))
        .Hint(nearest ? fmt::format("Did you mean {}?", *nearest) : "");
  }

  const OpenedTable& table_;
  // Indexes of the schema.
  std::vector<size_t> columns_;
};

std::vector<Wanted> WantedOf(duckdb::ClientContext& context, const Partitions& partitions,
                             const duckdb::named_parameter_map_t& parameters) {
  std::vector<Wanted> wanted;
  const auto given = parameters.find("partition");
  if (given == parameters.end() || given->second.IsNull()) return wanted;
  const Value& values = given->second;
  if (values.type().id() != duckdb::LogicalTypeId::STRUCT) {
    throw Error(ErrorKind::kInvalidInput, "catalog.partition_value",
                fmt::format("laguna_partitions takes partition => {{column: value}}, not {}.",
                            values.ToString()));
  }
  const auto& children = duckdb::StructValue::GetChildren(values);
  for (size_t index = 0; index < children.size(); ++index) {
    const auto& name = duckdb::StructType::GetChildName(values.type(), index);
    wanted.push_back(partitions.Want(context, name, children[index]));
  }
  return wanted;
}

duckdb::unique_ptr<duckdb::FunctionData> Bind(duckdb::ClientContext& context,
                                              duckdb::TableFunctionBindInput& input,
                                              duckdb::vector<LogicalType>& types,
                                              duckdb::vector<duckdb::string>& names) {
  auto data = duckdb::make_uniq<KnownRows>();
  try {
    const auto table = OpenTableOperand(context, input, "so it has no partitions");
    const Partitions partitions(table);
    for (auto& name : partitions.Names()) names.push_back(std::move(name));
    for (auto& type : partitions.Types()) types.push_back(std::move(type));
    data->rows = partitions.Find(WantedOf(context, partitions, input.named_parameters));
  } catch (const Error& error) {
    engine::ThrowAsDuckdb(error, input.ref.query_location);
  }
  return data;
}

void Add(duckdb::ExtensionLoader& loader, const LakeEnvironment& environment) {
  auto function = KnownRowsFunction("laguna_partitions", Bind);
  function.named_parameters["partition"] = LogicalType::ANY;
  RegisterWithTableOperand(loader, std::move(function), environment);
}

}  // namespace

extern const SqlFunction laguna_partitions_function{
    .name = "laguna_partitions",
    .syntax = "laguna_partitions(table VARCHAR | path => VARCHAR [, partition => STRUCT])",
    .documentation =
        "The partitions in which a Delta table has files, sorted, one column of its type for each "
        "partition column.\n\n"
        "`partition => {column: value}` leaves those whose columns have the values. The same as "
        "`SHOW "
        "PARTITIONS`, for use in queries. No data file is read.",
    .example = "FROM laguna_partitions('bronze.sales', partition => {country: 'FR'})",
    .add = Add,
};

}  // namespace laguna::catalog
