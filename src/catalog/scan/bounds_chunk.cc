// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/bounds_chunk.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>

#include "base/assert.h"
#include "duckdb/planner/expression/bound_reference_expression.hpp"

namespace laguna::catalog {
namespace {

using duckdb::FlatVector;
using duckdb::Value;
using duckdb::Vector;

std::optional<Value> Moved(const Value& moment, int64_t micros) {
  const auto value = moment.GetValueUnsafe<duckdb::timestamp_t>().value;
  int64_t moved = 0;
  if (__builtin_add_overflow(value, micros, &moved)) return std::nullopt;
  const duckdb::timestamp_t result(moved);
  if (!duckdb::Timestamp::IsFinite(result)) return std::nullopt;
  return moment.type().id() == duckdb::LogicalTypeId::TIMESTAMP_TZ
             ? Value::TIMESTAMPTZ(duckdb::timestamp_tz_t(result))
             : Value::TIMESTAMP(result);
}

void Set(Vector* vector, size_t row, const std::optional<Value>& value) {
  if (vector == nullptr) return;
  if (value && !value->IsNull()) {
    vector->SetValue(row, *value);
  } else {
    FlatVector::SetNull(*vector, row, true);
  }
}

void Set(Vector* vector, size_t row, bool value) {
  if (vector != nullptr) FlatVector::GetData<bool>(*vector)[row] = value;
}

// The same as a value made of the text would be, without making one: most bounds are integers.
template <class Integer>
void SetInteger(Vector* vector, size_t row, const std::optional<std::string>& text) {
  if (vector == nullptr) return;
  Integer value = 0;
  const auto* end = text ? text->data() + text->size() : nullptr;
  const auto parsed =
      text ? std::from_chars(text->data(), end, value) : std::from_chars_result{nullptr, {}};
  if (text && !text->empty() && parsed.ec == std::errc() && parsed.ptr == end) {
    FlatVector::GetData<Integer>(*vector)[row] = value;
  } else {
    FlatVector::SetNull(*vector, row, true);
  }
}

using SetText = void (*)(Vector*, size_t, const std::optional<std::string>&);

// Nothing for types whose bounds need more thought.
SetText IntegerSetter(const duckdb::LogicalType& type) {
  switch (type.id()) {
    case duckdb::LogicalTypeId::TINYINT:
      return SetInteger<int8_t>;
    case duckdb::LogicalTypeId::SMALLINT:
      return SetInteger<int16_t>;
    case duckdb::LogicalTypeId::INTEGER:
      return SetInteger<int32_t>;
    case duckdb::LogicalTypeId::BIGINT:
      return SetInteger<int64_t>;
    default:
      return nullptr;
  }
}

size_t IndexOf(BoundPart part) {
  return static_cast<size_t>(part);
}

}  // namespace

BoundsChunk::Source& BoundsChunk::SourceOf(const ScanColumn& column, int64_t slack_micros) {
  const auto same = [&](const Source& source) {
    return source.column == column && source.slack_micros == slack_micros;
  };
  const auto known = std::ranges::find_if(sources_, same);
  if (known != sources_.end()) return *known;
  sources_.push_back(
      {.column = column, .slack_micros = slack_micros, .places = {}, .values = {}, .null = {}});
  return sources_.back();
}

duckdb::unique_ptr<duckdb::Expression> BoundsChunk::ReadPart(const ScanColumn& column,
                                                             BoundPart part, int64_t slack_micros) {
  LAGUNA_ASSERT(!chunk_);
  const auto is_bound = part == BoundPart::kMin || part == BoundPart::kMax;
  const auto type = is_bound ? column.type() : duckdb::LogicalType::BOOLEAN;
  auto& place = SourceOf(column, slack_micros).places[IndexOf(part)];
  if (!place) {
    place = types_.size();
    types_.push_back(type);
  }
  return duckdb::make_uniq<duckdb::BoundReferenceExpression>(type, duckdb::storage_t{*place});
}

duckdb::unique_ptr<duckdb::Expression> BoundsChunk::Read(const ScanColumn& column, BoundPart part) {
  return ReadPart(column, part, 0);
}

duckdb::unique_ptr<duckdb::Expression> BoundsChunk::ReadWidened(const ScanColumn& column,
                                                                BoundPart part,
                                                                int64_t slack_micros) {
  return ReadPart(column, part, slack_micros);
}

Vector* BoundsChunk::VectorOf(const Source& source, BoundPart part) {
  const auto place = source.places[IndexOf(part)];
  return place ? &chunk_->data[*place] : nullptr;
}

duckdb::DataChunk& BoundsChunk::Fill(std::span<const size_t> numbers) {
  LAGUNA_ASSERT(numbers.size() <= STANDARD_VECTOR_SIZE);
  if (!chunk_) {
    chunk_.emplace();
    chunk_->Initialize(duckdb::Allocator::DefaultAllocator(), types_);
  }
  chunk_->Reset();
  for (auto& source : sources_) {
    if (source.column.IsPartitionColumn()) {
      FillPartitionValues(source, numbers);
    } else if (source.column.IsConstant()) {
      FillConstants(source, numbers);
    } else if (IntegerSetter(source.column.type()) != nullptr) {
      FillStatistics(source, numbers);
    } else {
      FillBounds(source, numbers);
    }
  }
  chunk_->SetCardinality(numbers.size());
  return *chunk_;
}

void BoundsChunk::SetConstant(const Source& source, size_t row, const Value& value) {
  const auto is_null = value.IsNull();
  const auto bound = [&](int64_t micros) {
    return is_null || micros == 0 ? std::optional(value) : Moved(value, micros);
  };
  Set(VectorOf(source, BoundPart::kMin), row, bound(-source.slack_micros));
  Set(VectorOf(source, BoundPart::kMax), row, bound(source.slack_micros));
  Set(VectorOf(source, BoundPart::kMayBeNull), row, is_null);
  Set(VectorOf(source, BoundPart::kMayBeValue), row, !is_null);
}

void BoundsChunk::FillConstants(Source& source, std::span<const size_t> numbers) {
  for (size_t row = 0; row < numbers.size(); ++row) {
    const auto bounds = source.column.Bounds(numbers[row]);
    SetConstant(source, row, bounds.min ? *bounds.min : Value(source.column.type()));
  }
}

void BoundsChunk::FillPartitionValues(Source& source, std::span<const size_t> numbers) {
  const auto name = source.column.field()->PhysicalName();
  const auto parse = [&](size_t number) {
    const auto bounds = source.column.Bounds(number);
    return bounds.min ? *bounds.min : Value(source.column.type());
  };
  for (size_t row = 0; row < numbers.size(); ++row) {
    const auto number = numbers[row];
    const auto text = files_->view().files.at(number).PartitionValue(name);
    if (text && *text) {
      auto known = source.values.find(**text);
      if (known == source.values.end()) known = source.values.emplace(**text, parse(number)).first;
      SetConstant(source, row, known->second);
    } else {
      // An absent entry is an error that the column tells.
      if (!text || !source.null) source.null = parse(number);
      SetConstant(source, row, *source.null);
    }
  }
}

void BoundsChunk::FillStatistics(Source& source, std::span<const size_t> numbers) {
  auto* min = VectorOf(source, BoundPart::kMin);
  auto* max = VectorOf(source, BoundPart::kMax);
  auto* may_be_null = VectorOf(source, BoundPart::kMayBeNull);
  auto* may_be_value = VectorOf(source, BoundPart::kMayBeValue);
  const auto set = IntegerSetter(source.column.type());
  for (size_t row = 0; row < numbers.size(); ++row) {
    const auto statistics = source.column.Statistics(numbers[row]);
    set(min, row, statistics.min);
    set(max, row, statistics.max);
    const auto nulls = statistics.null_count;
    Set(may_be_null, row, !nulls || *nulls != 0);
    if (may_be_value == nullptr) continue;
    // The count of rows matters only where there are NULLs.
    const auto rows =
        nulls && *nulls != 0 ? files_->view().files.at(numbers[row]).RecordCount() : std::nullopt;
    Set(may_be_value, row, !rows || *nulls < *rows);
  }
}

void BoundsChunk::FillBounds(Source& source, std::span<const size_t> numbers) {
  const auto moved = [&](const std::optional<Value>& bound, int64_t micros) {
    return bound && micros != 0 ? Moved(*bound, micros) : bound;
  };
  for (size_t row = 0; row < numbers.size(); ++row) {
    const auto bounds = source.column.Bounds(numbers[row]);
    Set(VectorOf(source, BoundPart::kMin), row, moved(bounds.min, -source.slack_micros));
    Set(VectorOf(source, BoundPart::kMax), row, moved(bounds.max, source.slack_micros));
    Set(VectorOf(source, BoundPart::kMayBeNull), row, bounds.may_be_null);
    Set(VectorOf(source, BoundPart::kMayBeValue), row, bounds.may_be_value);
  }
}

}  // namespace laguna::catalog
