// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/log_statistics.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/utf8.h"
#include "catalog/write/file_statistics.h"
#include "delta/statistics.h"
#include "duckdb/common/types/decimal.hpp"
#include "duckdb/storage/statistics/numeric_stats.hpp"
#include "duckdb/storage/statistics/string_stats.hpp"
#include "duckdb/storage/storage_index.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

using duckdb::LogicalTypeId;
using duckdb::Value;

// More digits may have passed through a double.
constexpr uint8_t kExactDigitsMax = 15;
// Of a string, the engine's statistics keep so much.
constexpr size_t kStringBytesMax = duckdb::StringStatsData::MAX_STRING_MINMAX_SIZE;

// Writers cut strings to 32 characters where the table does not say, and put a high one behind an
// upper bound that they cut.
bool MayBeCut(const Value& bound) {
  const std::string& text = duckdb::StringValue::Get(bound);
  constexpr std::string_view kSigns[] = {"\x7F", "\xEF\xBF\xBD", "\xEF\xBF\xBF",
                                         "\xF4\x8F\xBF\xBF"};
  return base::CountCodePoints(text) >= delta::kStringPrefixLength ||
         std::ranges::any_of(kSigns, [&](std::string_view sign) { return text.ends_with(sign); });
}

bool IsExactType(const duckdb::LogicalType& type) {
  switch (type.id()) {
    case LogicalTypeId::TINYINT:
    case LogicalTypeId::SMALLINT:
    case LogicalTypeId::INTEGER:
    case LogicalTypeId::BIGINT:
    case LogicalTypeId::DATE:
    case LogicalTypeId::VARCHAR:
      return true;
    case LogicalTypeId::DECIMAL:
      return duckdb::DecimalType::GetWidth(type) <= kExactDigitsMax;
    default:
      return false;
  }
}

// Whether strings may have been cut to so little that a bound which was looks like a value.
bool MayBeCutShort(const delta::Metadata& table, const delta::FileView& file) {
  return StringPrefixLength(table) < delta::kStringPrefixLength ||
         file.Tag(kPrefixLengthTag).has_value();
}

// Of one file; false when it is not certain that both bounds are values of live rows.
bool AreExact(const delta::Metadata& table, const delta::FileView& file, const ScanColumn& column,
              const ColumnBounds& bounds) {
  if (!bounds.min || !bounds.max) return false;
  if (column.IsConstant()) return file.LiveRows().has_value();
  if (column.type() == duckdb::LogicalType::VARCHAR &&
      (MayBeCut(*bounds.min) || MayBeCut(*bounds.max) || MayBeCutShort(table, file))) {
    return false;
  }
  return IsExactType(column.type()) && !file.has_deletion_vector() && file.HasTightBounds();
}

void Widen(std::optional<Extremes>& extremes, const ColumnBounds& bounds) {
  if (!extremes) {
    extremes = Extremes{*bounds.min, *bounds.max};
    return;
  }
  if (*bounds.min < extremes->min) extremes->min = *bounds.min;
  if (*bounds.max > extremes->max) extremes->max = *bounds.max;
}

duckdb::unique_ptr<duckdb::BaseStatistics> StringStatisticsOf(const Extremes& extremes) {
  const auto min = duckdb::StringValue::Get(extremes.min);
  const auto max = duckdb::StringValue::Get(extremes.max);
  for (const auto& text : {min, max}) {
    // The engine cannot tell a string from one with zeros behind it.
    if (text.size() > kStringBytesMax || text.find('\0') != std::string::npos) return nullptr;
  }
  auto statistics = duckdb::StringStats::CreateEmpty(duckdb::LogicalType::VARCHAR);
  for (const auto& text : {min, max}) {
    duckdb::StringStats::Update(statistics, duckdb::string_t(text.data(), text.size()));
  }
  statistics.Set(duckdb::StatsInfo::CAN_HAVE_NULL_AND_VALID_VALUES);
  return statistics.ToUnique();
}

// All files of the list as one partition: of more than one the engine would leave out some for an
// OFFSET and count on the scan to do the same.
class WholeScan final : public duckdb::PartitionRowGroup {
 public:
  explicit WholeScan(const TableFileList& list)
      : list_(list.files_ptr(), list.kept(), list.pruned()) {}

  duckdb::unique_ptr<duckdb::BaseStatistics> GetColumnStatistics(
      const duckdb::StorageIndex& column) override {
    return engine::Guarded([&]() -> duckdb::unique_ptr<duckdb::BaseStatistics> {
      if (column.HasChildren()) return nullptr;
      const auto extremes = Find(column.GetPrimaryIndex());
      if (!extremes) return nullptr;
      const auto& type = extremes->min.type();
      if (type == duckdb::LogicalType::VARCHAR) return StringStatisticsOf(*extremes);
      if (duckdb::BaseStatistics::GetStatsType(type) != duckdb::StatisticsType::NUMERIC_STATS) {
        return nullptr;
      }
      auto statistics = duckdb::BaseStatistics::CreateUnknown(type);
      duckdb::NumericStats::SetMin(statistics, extremes->min);
      duckdb::NumericStats::SetMax(statistics, extremes->max);
      return statistics.ToUnique();
    });
  }

  // None is given that is not.
  bool MinMaxIsExact(const duckdb::BaseStatistics&, const duckdb::StorageIndex&) override {
    return true;
  }

 private:
  const std::optional<Extremes>& Find(size_t column) {
    const auto known = known_.find(column);
    if (known != known_.end()) return known->second;
    const ScanColumn of_table(list_.files(), column);
    return known_.emplace(column, ExactExtremes(list_, of_table)).first->second;
  }

  const TableFileList list_;
  std::map<size_t, std::optional<Extremes>> known_;
};

}  // namespace

ColumnBounds MergedBounds(const TableFileList& list, const ScanColumn& column) {
  auto merged = UnknownBounds(column.type());
  merged.may_be_null = false;
  bool first = true;
  for (const auto number : list.kept()) {
    const auto bounds = column.Bounds(number);
    merged.may_be_null |= bounds.may_be_null;
    if (!bounds.may_be_value) continue;
    if (first) {
      merged.min = bounds.min;
      merged.max = bounds.max;
    } else {
      if (!bounds.min || (merged.min && *bounds.min < *merged.min)) merged.min = bounds.min;
      if (!bounds.max || (merged.max && *bounds.max > *merged.max)) merged.max = bounds.max;
    }
    first = false;
  }
  return merged;
}

std::optional<Extremes> ExactExtremes(const TableFileList& list, const ScanColumn& column) {
  if (!column.IsPartitionColumn() && !IsExactType(column.type())) return std::nullopt;
  const TableView& table = list.files().view();
  std::optional<Extremes> extremes;
  for (const auto number : list.kept()) {
    const auto file = table.files.at(number);
    if (file.LiveRows() == uint64_t{0}) continue;
    const auto bounds = column.Bounds(number);
    if (!bounds.may_be_value) continue;
    if (!AreExact(table.metadata, file, column, bounds)) return std::nullopt;
    Widen(extremes, bounds);
  }
  return extremes;
}

duckdb::vector<duckdb::PartitionStatistics> PartitionStatisticsOf(const TableFileList& list) {
  const auto rows = list.ExactRows();
  if (!rows) return {};
  duckdb::PartitionStatistics statistics;
  statistics.count = *rows;
  statistics.count_type = duckdb::CountType::COUNT_EXACT;
  statistics.partition_row_group = duckdb::make_shared_ptr<WholeScan>(list);
  return {std::move(statistics)};
}

}  // namespace laguna::catalog
