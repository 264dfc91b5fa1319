// SPDX-License-Identifier: Apache-2.0
#include "delta/identity_column.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "delta/codec/json_text.h"

namespace laguna::delta {
namespace {

constexpr std::string_view kStart = "delta.identity.start";
constexpr std::string_view kStep = "delta.identity.step";
constexpr std::string_view kMark = "delta.identity.highWaterMark";
constexpr std::string_view kExplicit = "delta.identity.allowExplicitInsert";

// Differences and products of two numbers of 64 bits.
__extension__ typedef __int128 Wide;  // NOLINT(modernize-use-using)

std::optional<int64_t> Narrow(Wide value) {
  const bool fits =
      value >= std::numeric_limits<int64_t>::min() && value <= std::numeric_limits<int64_t>::max();
  return fits ? std::optional(static_cast<int64_t>(value)) : std::nullopt;
}

base::Error BadEntry(const StructField& field, std::string_view key, const std::string& what) {
  return base::Error(
             base::ErrorKind::kCorrupt, "delta.identity",
             fmt::format("The entry {} of identity column \"{}\" {}.", key, field.name, what))
      .With("column", field.name);
}

int64_t NumberOf(const StructField& field, std::string_view key, int64_t otherwise) {
  const std::string* json = field.FindMetadata(key);
  if (json == nullptr) return otherwise;
  if (const auto number = DecodeJsonInteger(*json)) return *number;
  throw BadEntry(field, key, fmt::format("is no whole number of 64 bits: {}", *json));
}

// How many steps lie between the start and `value`, cut to whole ones; below 0 before the start.
struct Steps {
  Wide whole = 0;
  bool exact = true;
};

Steps StepsTo(const IdentityColumn& identity, int64_t value) {
  const Wide distance = Wide(value) - identity.start;
  return {distance / identity.step, distance % identity.step == 0};
}

bool IsBeforeStart(const IdentityColumn& identity, int64_t value) {
  return identity.step > 0 ? value < identity.start : value > identity.start;
}

bool IsPast(const IdentityColumn& identity, int64_t value, int64_t other) {
  return identity.step > 0 ? value > other : value < other;
}

void RaiseMark(StructField& field, int64_t mark) {
  std::optional<IdentityColumn> identity = IdentityOf(field);
  if (!identity) return;
  if (identity->high_water_mark && !IsPast(*identity, mark, *identity->high_water_mark)) return;
  SetMetadata(field, kMark, std::to_string(mark));
}

bool HasMark(const Schema& schema) {
  return std::any_of(schema.fields.begin(), schema.fields.end(),
                     [](const StructField& field) { return field.FindMetadata(kMark) != nullptr; });
}

Schema WithoutMarks(Schema schema) {
  ClearMarks(schema);
  return schema;
}

}  // namespace

void SetMetadata(StructField& field, std::string_view key, std::string json) {
  const auto found = std::find_if(field.metadata.begin(), field.metadata.end(),
                                  [&](const MetadataEntry& entry) { return entry.key == key; });
  if (found != field.metadata.end()) {
    found->json = std::move(json);
  } else {
    field.metadata.push_back({std::string(key), std::move(json)});
  }
}

bool IsIdentity(const StructField& field) {
  return field.FindMetadata(kStart) != nullptr || field.FindMetadata(kStep) != nullptr;
}

std::optional<IdentityColumn> IdentityOf(const StructField& field) {
  if (!IsIdentity(field)) return std::nullopt;
  IdentityColumn identity;
  identity.start = NumberOf(field, kStart, 1);
  identity.step = NumberOf(field, kStep, 1);
  if (identity.step == 0) throw BadEntry(field, kStep, "is 0");
  if (const std::string* json = field.FindMetadata(kExplicit)) {
    identity.allows_explicit = *json == "true";
  }
  if (field.FindMetadata(kMark) != nullptr) identity.high_water_mark = NumberOf(field, kMark, 0);
  return identity;
}

void SetIdentity(StructField& field, const IdentityColumn& identity) {
  SetMetadata(field, kStart, std::to_string(identity.start));
  SetMetadata(field, kStep, std::to_string(identity.step));
  SetMetadata(field, kExplicit, identity.allows_explicit ? "true" : "false");
  if (identity.high_water_mark) {
    SetMetadata(field, kMark, std::to_string(*identity.high_water_mark));
  }
}

std::optional<int64_t> NextValue(const IdentityColumn& identity) {
  if (!identity.high_water_mark || IsBeforeStart(identity, *identity.high_water_mark)) {
    return identity.start;
  }
  const Steps steps = StepsTo(identity, *identity.high_water_mark);
  return Narrow(identity.start + (steps.whole + 1) * identity.step);
}

std::optional<int64_t> LastValue(const IdentityColumn& identity, int64_t first, uint64_t count) {
  const Wide steps = Wide(count) - 1;
  // Nobody asks for so many at once, and the product would not fit.
  if (steps > std::numeric_limits<uint64_t>::max() / 2) return std::nullopt;
  return Narrow(first + steps * identity.step);
}

std::optional<int64_t> MarkPast(const IdentityColumn& identity, int64_t value) {
  if (IsBeforeStart(identity, value)) return identity.high_water_mark;
  const Steps steps = StepsTo(identity, value);
  // Where no value is left beyond it, the mark is one after which there is none either.
  const auto rounded =
      Narrow(identity.start + (steps.whole + (steps.exact ? 0 : 1)) * identity.step);
  const int64_t mark = rounded.value_or(value);
  const bool is_behind =
      identity.high_water_mark && !IsPast(identity, mark, *identity.high_water_mark);
  return is_behind ? identity.high_water_mark : mark;
}

void RaiseMarks(Schema& schema, const std::map<std::string, int64_t>& marks) {
  for (StructField& field : schema.fields) {
    const auto mark = marks.find(field.name);
    if (mark != marks.end()) RaiseMark(field, mark->second);
  }
}

void KeepMarks(Schema& schema, const Schema& other) {
  for (const StructField& from : other.fields) {
    const auto identity = IdentityOf(from);
    if (!identity || !identity->high_water_mark) continue;
    for (StructField& field : schema.fields) {
      if (field.PhysicalName() == from.PhysicalName()) RaiseMark(field, *identity->high_water_mark);
    }
  }
}

void ClearMarks(Schema& schema) {
  for (StructField& field : schema.fields) {
    std::erase_if(field.metadata, [](const MetadataEntry& entry) { return entry.key == kMark; });
  }
}

bool IsSameButMarks(const Schema& a, const Schema& b) {
  if (a == b) return true;
  if (!HasMark(a) && !HasMark(b)) return false;
  return WithoutMarks(a) == WithoutMarks(b);
}

bool IsSameButMarks(const Metadata& a, const Metadata& b) {
  if (a == b) return true;
  if (!IsSameButMarks(a.schema, b.schema)) return false;
  Metadata same = a;
  same.schema = b.schema;
  return same == b;
}

}  // namespace laguna::delta
