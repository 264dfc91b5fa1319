// SPDX-License-Identifier: Apache-2.0
#include "catalog/optimize/z_curve.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "base/assert.h"
#include "base/error.h"
#include "base/nearest_name.h"
#include "catalog/optimize/nested_query.h"
#include "catalog/optimize/table_get.h"
#include "catalog/write/file_statistics.h"
#include "duckdb/common/string_util.hpp"
#include "duckdb/function/create_sort_key.hpp"
#include "duckdb/function/scalar_function.hpp"
#include "duckdb/parser/parsed_data/sample_options.hpp"
#include "duckdb/planner/expression/bound_function_expression.hpp"
#include "duckdb/planner/operator/logical_sample.hpp"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::idx_t;

// About as many rows tell where the ranges of a column begin.
constexpr double kSampleRows = 65'536;

Error NoSuchColumn(const std::string& name, const std::vector<delta::StructField>& fields,
                   const std::string& table) {
  std::vector<std::string> names;
  for (const delta::StructField& field : fields) names.push_back(field.name);
  return Error(ErrorKind::kInvalidInput, "optimize.zorder_column",
               fmt::format("Table {} has no column \"{}\" to order by.", table, name))
      .Hint(base::SuggestName(name, names))
      .With("table", table)
      .With("column", name);
}

size_t FieldNamed(const std::vector<delta::StructField>& fields, const std::string& part,
                  const std::string& name, const std::string& table) {
  const auto found = std::ranges::find_if(fields, [&](const delta::StructField& field) {
    return duckdb::StringUtil::CIEquals(field.name, part);
  });
  if (found == fields.end()) throw NoSuchColumn(name, fields, table);
  return static_cast<size_t>(found - fields.begin());
}

struct FoundColumn {
  ZColumn column;
  delta::ColumnPath physical_path;
  const delta::StructField* field = nullptr;
};

FoundColumn Find(const delta::Metadata& metadata, const std::vector<std::string>& parts,
                 const std::string& name, const std::string& table) {
  FoundColumn found;
  const std::vector<delta::StructField>* fields = &metadata.schema.fields;
  for (size_t i = 0; i < parts.size(); ++i) {
    const size_t position = FieldNamed(*fields, parts[i], name, table);
    found.field = &(*fields)[position];
    found.physical_path.push_back(found.field->PhysicalName());
    if (i == 0) {
      found.column.column = position;
    } else {
      found.column.fields.push_back(position);
    }
    if (i + 1 == parts.size()) break;
    const delta::StructType* inner = found.field->type.AsStruct();
    if (inner == nullptr) throw NoSuchColumn(name, *fields, table);
    fields = &inner->fields;
  }
  return found;
}

void CheckIsData(const delta::Metadata& metadata, const FoundColumn& found, const std::string& name,
                 const std::string& table) {
  const auto& partitions = metadata.partition_columns;
  if (std::ranges::find(partitions, found.field->name) == partitions.end()) return;
  if (!found.column.fields.empty()) return;
  throw Error(ErrorKind::kInvalidInput, "optimize.zorder_partition",
              fmt::format("Table {} is partitioned by \"{}\": within a partition all rows have the "
                          "same, and there is nothing to order.",
                          table, name))
      .Hint("ZORDER BY takes columns that are no partition columns.")
      .With("table", table)
      .With("column", name);
}

void CheckHasOrder(const FoundColumn& found, const std::string& name, const std::string& table) {
  const delta::DataType& type = found.field->type;
  const bool is_plain = type.AsStruct() == nullptr && type.AsArray() == nullptr &&
                        type.AsMap() == nullptr && !type.Is(delta::Primitive::kVariant);
  if (is_plain) return;
  throw Error(ErrorKind::kInvalidInput, "optimize.zorder_type",
              fmt::format("Column \"{}\" of table {} is of type {}, which has no bounds in the log "
                          "that a query could leave files out by.",
                          name, table, type.ToString()))
      .Hint("ZORDER BY takes columns and fields of plain types.")
      .With("table", table)
      .With("column", name);
}

void CheckHasStatistics(const delta::Metadata& metadata, const FoundColumn& found,
                        const std::string& name, const std::string& table) {
  const auto leaves = IndexedLeaves(metadata);
  if (std::ranges::find(leaves, found.physical_path) != leaves.end()) return;
  throw Error(
      ErrorKind::kInvalidInput, "optimize.zorder_statistics",
      fmt::format("The log of table {} keeps no statistics of column \"{}\": no query could "
                  "leave files out by it.",
                  table, name))
      .Hint(fmt::format("Say with the table property delta.dataSkippingStatsColumns or "
                        "delta.dataSkippingNumIndexedCols that \"{}\" has statistics.",
                        name))
      .With("table", table)
      .With("column", name);
}

bool IsSame(const ZColumn& left, const ZColumn& right) {
  return left.column == right.column && left.fields == right.fields;
}

// The vector of the field in the vector of its column.
duckdb::Vector& Inner(duckdb::Vector& column, const ZColumn& path, idx_t rows) {
  if (path.fields.empty()) return column;
  column.Flatten(rows);
  duckdb::Vector* inner = &column;
  for (const size_t field : path.fields) {
    inner = duckdb::StructVector::GetEntries(*inner)[field].get();
  }
  return *inner;
}

// Calls `use(row, bytes)` with bytes that sort as the values do; NULL is before all.
template <class Use>
void ForEachKey(duckdb::Vector& column, const ZColumn& path, idx_t rows, Use use) {
  duckdb::Vector keys(duckdb::LogicalType::BLOB, rows);
  const duckdb::OrderModifiers ascending(duckdb::OrderType::ASCENDING,
                                         duckdb::OrderByNullType::NULLS_FIRST);
  duckdb::CreateSortKeyHelpers::CreateSortKey(Inner(column, path, rows), rows, ascending, keys);
  duckdb::UnifiedVectorFormat format;
  keys.ToUnifiedFormat(rows, format);
  const auto* texts = duckdb::UnifiedVectorFormat::GetData<duckdb::string_t>(format);
  for (idx_t row = 0; row < rows; ++row) {
    const duckdb::string_t& text = texts[format.sel->get_index(row)];
    use(row, std::string_view(text.GetData(), text.GetSize()));
  }
}

struct CurveData final : duckdb::FunctionData {
  explicit CurveData(ZCurvePtr of_curve) : curve(std::move(of_curve)) {}
  duckdb::unique_ptr<duckdb::FunctionData> Copy() const override {
    return duckdb::make_uniq<CurveData>(curve);
  }
  bool Equals(const duckdb::FunctionData& other) const override {
    return curve == other.Cast<CurveData>().curve;
  }
  ZCurvePtr curve;
};

void ComputePlaces(duckdb::DataChunk& rows, duckdb::ExpressionState& state,
                   duckdb::Vector& result) {
  const auto& function = state.expr.Cast<duckdb::BoundFunctionExpression>();
  function.bind_info->Cast<CurveData>().curve->PlacesOf(rows, result);
}

// Each column once, however many of its fields are wanted.
duckdb::vector<duckdb::column_t> DistinctColumns(const std::vector<ZColumn>& columns) {
  duckdb::vector<duckdb::column_t> distinct;
  for (const ZColumn& column : columns) {
    if (std::ranges::find(distinct, column.column) == distinct.end()) {
      distinct.push_back(column.column);
    }
  }
  return distinct;
}

duckdb::unique_ptr<duckdb::LogicalOperator> SamplePlan(
    duckdb::ClientContext& context, const TableViewPtr& view, io::ObjectStore& store,
    const duckdb::vector<duckdb::column_t>& columns) {
  auto get = TableGet(context, view, store, columns);
  const double rows = static_cast<double>(view->files.total_rows().value_or(0));
  const double percent = rows > 0 ? std::min(100.0, 100 * kSampleRows / rows) : 10;
  if (percent >= 100) return get;
  auto options = duckdb::make_uniq<duckdb::SampleOptions>();
  options->sample_size = duckdb::Value::DOUBLE(percent);
  options->is_percentage = true;
  options->method = duckdb::SampleMethod::BERNOULLI_SAMPLE;
  options->repeatable = false;
  return duckdb::make_uniq<duckdb::LogicalSample>(std::move(options), std::move(get));
}

}  // namespace

std::vector<ZColumn> ZColumnsOf(const delta::Metadata& metadata,
                                const std::vector<std::vector<std::string>>& names,
                                const std::string& table) {
  if (names.size() > delta::kZOrderColumnsMax) {
    throw Error(ErrorKind::kInvalidInput, "optimize.zorder_columns",
                fmt::format("ZORDER BY takes at most {} columns.", delta::kZOrderColumnsMax))
        .Hint("Each further one helps the others less; two or three are usual.");
  }
  std::vector<ZColumn> columns;
  for (const std::vector<std::string>& parts : names) {
    const std::string name = fmt::format("{}", fmt::join(parts, "."));
    FoundColumn found = Find(metadata, parts, name, table);
    CheckIsData(metadata, found, name, table);
    CheckHasOrder(found, name, table);
    CheckHasStatistics(metadata, found, name, table);
    const bool is_given = std::ranges::any_of(
        columns, [&](const ZColumn& other) { return IsSame(other, found.column); });
    if (is_given) {
      throw Error(ErrorKind::kInvalidInput, "optimize.zorder_twice",
                  fmt::format("ZORDER BY names column \"{}\" twice.", name));
    }
    columns.push_back(std::move(found.column));
  }
  return columns;
}

ZCurve::ZCurve(std::vector<ZColumn> columns, delta::Tiling tiling,
               std::vector<delta::ValueRanges> ranges)
    : columns_(std::move(columns)), tiling_(std::move(tiling)), ranges_(std::move(ranges)) {
  LAGUNA_ASSERT(columns_.size() == ranges_.size());
  const int tile_bits = std::max<int>(std::bit_width(tiles().size() - 1), 1);
  const auto count = static_cast<int>(columns_.size());
  const int curve_bits = delta::ZOrderBits(columns_.size()) * count;
  tile_shift_ = std::min(curve_bits, 64 - tile_bits);
  curve_shift_ = curve_bits - tile_shift_;
}

void ZCurve::PlacesOf(duckdb::DataChunk& rows, duckdb::Vector& result) const {
  const size_t columns = columns_.size();
  const int bits = delta::ZOrderBits(columns);
  // Row by row, its columns side by side.
  std::vector<uint32_t> places(rows.size() * columns);
  std::vector<uint32_t> tiles(rows.size());
  for (size_t i = 0; i < columns; ++i) {
    ForEachKey(rows.data[i], columns_[i], rows.size(), [&](idx_t row, std::string_view key) {
      places[row * columns + i] = ranges_[i].PlaceOf(key);
      if (i < tiling_.columns()) tiles[row] = tiling_.SlabBelow(i, tiles[row], key);
    });
  }
  result.SetVectorType(duckdb::VectorType::FLAT_VECTOR);
  auto* codes = duckdb::FlatVector::GetData<uint64_t>(result);
  const std::span<const uint32_t> all(places);
  for (idx_t row = 0; row < rows.size(); ++row) {
    const uint64_t code = delta::Interleave(all.subspan(row * columns, columns), bits);
    codes[row] = uint64_t{tiles[row]} << tile_shift_ | code >> curve_shift_;
  }
}

ZCurvePtr SampleCurve(duckdb::ClientContext& context, const TableViewPtr& view,
                      io::ObjectStore& store, std::vector<ZColumn> columns, size_t files) {
  NestedQuery query(context);
  const auto read = DistinctColumns(columns);
  const auto sample = query.Run([&] { return SamplePlan(query.context(), view, store, read); });
  std::vector<std::vector<std::string>> values(columns.size());
  for (duckdb::DataChunk& chunk : sample->Collection().Chunks()) {
    for (size_t i = 0; i < columns.size(); ++i) {
      const auto position = std::ranges::find(read, columns[i].column) - read.begin();
      ForEachKey(chunk.data[position], columns[i], chunk.size(), [&](idx_t, std::string_view key) {
        values[i].emplace_back(key.substr(0, delta::kZOrderValueBytesMax));
      });
    }
  }
  delta::Tiling tiling(values, files);
  const int bits = delta::ZOrderBits(columns.size());
  std::vector<delta::ValueRanges> ranges;
  for (auto& of_column : values) ranges.emplace_back(std::move(of_column), bits);
  return std::make_shared<const ZCurve>(std::move(columns), std::move(tiling), std::move(ranges));
}

duckdb::unique_ptr<duckdb::Expression> PlaceExpression(
    ZCurvePtr curve, duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> values) {
  duckdb::vector<duckdb::LogicalType> types;
  for (const auto& value : values) types.push_back(value->return_type);
  duckdb::ScalarFunction function("place_on_z_curve", std::move(types),
                                  duckdb::LogicalType::UBIGINT, ComputePlaces);
  function.null_handling = duckdb::FunctionNullHandling::SPECIAL_HANDLING;
  return duckdb::make_uniq<duckdb::BoundFunctionExpression>(
      duckdb::LogicalType::UBIGINT, std::move(function), std::move(values),
      duckdb::make_uniq<CurveData>(std::move(curve)));
}

}  // namespace laguna::catalog
