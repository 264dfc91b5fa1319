// SPDX-License-Identifier: Apache-2.0
#include "delta/read_compatible.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace laguna::delta {
namespace {

constexpr std::array<Primitive, 4> kIntegers = {Primitive::kByte, Primitive::kShort,
                                                Primitive::kInteger, Primitive::kLong};
// Digits that every value of the integer type of that place needs.
constexpr std::array<int, 4> kDigits = {3, 5, 10, 20};

// The place in kIntegers; nothing for other types.
std::optional<size_t> IntegerWidth(const DataType& type) {
  const Primitive* primitive = type.AsPrimitive();
  if (primitive == nullptr) return std::nullopt;
  const auto found = std::ranges::find(kIntegers, *primitive);
  if (found == kIntegers.end()) return std::nullopt;
  return static_cast<size_t>(found - kIntegers.begin());
}

// The changes of the feature typeWidening (protocol section "Type Widening").
bool IsWider(const DataType& written, const DataType& read) {
  const auto from = IntegerWidth(written);
  const auto to = IntegerWidth(read);
  if (from && to) return *from < *to;
  if (const Decimal* decimal = read.AsDecimal()) {
    const int whole = decimal->precision - decimal->scale;
    if (from) return whole >= kDigits[*from];
    const Decimal* old = written.AsDecimal();
    return old != nullptr && decimal->scale >= old->scale && whole >= old->precision - old->scale;
  }
  if (read.Is(Primitive::kDouble)) {
    return written.Is(Primitive::kFloat) || (from && *from < kIntegers.size() - 1);
  }
  return read.Is(Primitive::kTimestampNtz) && written.Is(Primitive::kDate);
}

using Reason = std::optional<std::string>;

Reason Compare(const std::string& name, const DataType& written, const DataType& read);

Reason CompareFields(const std::string& prefix, const StructType& written, const StructType& read) {
  for (const StructField& field : written.fields) {
    const std::string name = prefix + field.name;
    const auto found = std::ranges::find_if(read.fields, [&](const StructField& candidate) {
      return candidate.PhysicalName() == field.PhysicalName();
    });
    if (found == read.fields.end()) return fmt::format("column {} is gone", name);
    if (auto reason = Compare(name, field.type, found->type)) return reason;
  }
  return std::nullopt;
}

Reason Compare(const std::string& name, const DataType& written, const DataType& read) {
  if (written.AsStruct() != nullptr && read.AsStruct() != nullptr) {
    return CompareFields(name + ".", *written.AsStruct(), *read.AsStruct());
  }
  if (written.AsArray() != nullptr && read.AsArray() != nullptr) {
    return Compare(name + ".element", written.AsArray()->element, read.AsArray()->element);
  }
  if (written.AsMap() != nullptr && read.AsMap() != nullptr) {
    auto reason = Compare(name + ".key", written.AsMap()->key, read.AsMap()->key);
    return reason ? reason : Compare(name + ".value", written.AsMap()->value, read.AsMap()->value);
  }
  if (written == read || IsWider(written, read)) return std::nullopt;
  return fmt::format("column {} was {} and is {}", name, written.ToString(), read.ToString());
}

std::vector<std::string> PhysicalPartitionColumns(const Metadata& metadata) {
  std::vector<std::string> names;
  for (const std::string& name : metadata.partition_columns) {
    const StructField* field = metadata.schema.Find(name);
    names.push_back(field == nullptr ? name : field->PhysicalName());
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace

std::optional<std::string> WhyNotReadable(const Metadata& written, const Metadata& read) {
  if (auto reason = CompareFields("", written.schema, read.schema)) return reason;
  if (PhysicalPartitionColumns(written) == PhysicalPartitionColumns(read)) return std::nullopt;
  return "its partition columns are others";
}

}  // namespace laguna::delta
