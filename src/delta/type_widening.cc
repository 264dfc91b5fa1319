// SPDX-License-Identifier: Apache-2.0
#include "delta/type_widening.h"

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace laguna::delta {
namespace {

constexpr const char* kTypeChanges = "delta.typeChanges";

// The rank of a type among those that widen into each other; nothing for others.
std::optional<int> RankOf(const DataType& type, std::initializer_list<Primitive> widening) {
  int rank = 0;
  for (const Primitive primitive : widening) {
    if (type.Is(primitive)) return rank;
    ++rank;
  }
  return std::nullopt;
}

bool WidensAlong(const DataType& from, const DataType& to,
                 std::initializer_list<Primitive> widening) {
  const auto narrow = RankOf(from, widening);
  const auto wide = RankOf(to, widening);
  return narrow && wide && *narrow < *wide;
}

bool HoldsAll(const Decimal& wide, const Decimal& narrow) {
  return wide.scale >= narrow.scale &&
         wide.precision - wide.scale >= narrow.precision - narrow.scale;
}

bool FitsInt(const DataType& type) {
  return type.Is(Primitive::kByte) || type.Is(Primitive::kShort) || type.Is(Primitive::kInteger);
}

// The least decimal that readers take for any whole number of the type.
std::optional<Decimal> DecimalOf(const DataType& type) {
  if (FitsInt(type)) return Decimal{10, 0};
  if (type.Is(Primitive::kLong)) return Decimal{20, 0};
  return std::nullopt;
}

// A type that widens, as the log has it.
std::string LogName(const DataType& type) {
  if (type.Is(Primitive::kByte)) return "byte";
  if (type.Is(Primitive::kShort)) return "short";
  if (type.Is(Primitive::kInteger)) return "integer";
  if (type.Is(Primitive::kLong)) return "long";
  // "float", "date", "decimal(10,2)": as SQL has them.
  return type.ToString();
}

}  // namespace

bool WidensByItself(const DataType& from, const DataType& to) {
  if (const Decimal* narrow = from.AsDecimal(), *wide = to.AsDecimal(); narrow && wide) {
    return HoldsAll(*wide, *narrow) && !(*narrow == *wide);
  }
  return WidensAlong(
             from, to,
             {Primitive::kByte, Primitive::kShort, Primitive::kInteger, Primitive::kLong}) ||
         WidensAlong(from, to, {Primitive::kFloat, Primitive::kDouble});
}

bool CanWiden(const DataType& from, const DataType& to) {
  if (WidensByItself(from, to)) return true;
  if (to.Is(Primitive::kDouble)) return FitsInt(from);
  if (to.Is(Primitive::kTimestampNtz)) return from.Is(Primitive::kDate);
  const auto narrow = DecimalOf(from);
  return narrow && to.AsDecimal() != nullptr && HoldsAll(*to.AsDecimal(), *narrow);
}

void NoteTypeChange(StructField& field, const DataType& from, const DataType& to,
                    const std::string& path) {
  nlohmann::json change = {{"fromType", LogName(from)}, {"toType", LogName(to)}};
  if (!path.empty()) change["fieldPath"] = path;
  for (MetadataEntry& entry : field.metadata) {
    if (entry.key != kTypeChanges) continue;
    nlohmann::json changes = nlohmann::json::parse(entry.json);
    changes.push_back(std::move(change));
    entry.json = changes.dump();
    return;
  }
  field.metadata.push_back({kTypeChanges, nlohmann::json::array({change}).dump()});
}

}  // namespace laguna::delta
