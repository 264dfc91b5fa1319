// SPDX-License-Identifier: Apache-2.0
#include "catalog/alter/property_change.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/nearest_name.h"
#include "catalog/constraint/row_check.h"
#include "delta/column_mapping.h"
#include "delta/indexed_leaf.h"
#include "delta/properties.h"
#include "delta/protocol_wish.h"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;
using nlohmann::json;

// Spark puts lists and maps as JSON text into a JSON string.
std::string QuotedJson(const json& value) {
  return json(value.dump()).dump();
}

void RefuseConstraint(const std::string& property, const std::string& table,
                      const std::string& instead) {
  if (!property.starts_with(kConstraintPrefix)) return;
  throw Error(ErrorKind::kInvalidInput, "alter.constraint_property",
              fmt::format("Property '{}' of table {} is a CHECK constraint.", property, table))
      .Hint(fmt::format("ALTER TABLE {} {} CONSTRAINT does it.", table, instead))
      .With("table", table)
      .With("property", property);
}

void RefuseInternal(const std::string& property, const std::string& table) {
  const auto known = delta::TableProperties();
  const bool internal = std::ranges::any_of(known, [&](const delta::TableProperty& each) {
    return each.use == delta::PropertyUse::kInternal && each.name == property;
  });
  if (!internal && property != "delta.columnMapping.mode") return;
  throw Error(ErrorKind::kInvalidInput, "delta.internal_property",
              fmt::format("The table property \"{}\" of table {} cannot be taken away: its files "
                          "depend on it.",
                          property, table))
      .With("table", table)
      .With("property", property);
}

void RefuseProtocol(const std::string& property, const std::string& table) {
  if (!delta::IsProtocolProperty(property)) return;
  throw Error(ErrorKind::kInvalidInput, "alter.protocol_property",
              fmt::format("'{}' of table {} is part of its protocol and cannot be taken off.",
                          property, table))
      .Hint(fmt::format("ALTER TABLE {} DROP FEATURE takes a feature away.", table))
      .With("table", table)
      .With("property", property);
}

Error UnknownProperty(const std::string& property, const delta::Metadata& metadata,
                      const std::string& table) {
  std::vector<std::string> names;
  for (const auto& [name, value] : metadata.configuration) names.push_back(name);
  return Error(ErrorKind::kNotFound, "alter.unknown_property",
               fmt::format("Table {} has no property '{}'.", table, property))
      .Hint(base::SuggestName(property, names) + (names.empty() ? "" : " ") +
            "UNSET TBLPROPERTIES IF EXISTS passes over those that are not there.")
      .With("table", table)
      .With("property", property);
}

}  // namespace

void TakeComment(delta::Metadata& metadata) {
  const auto comment = metadata.configuration.find(std::string(kCommentProperty));
  if (comment == metadata.configuration.end()) return;
  metadata.description = std::move(comment->second);
  metadata.configuration.erase(comment);
}

DefinitionChange SetProperties(const delta::Metadata& before, const delta::Properties& properties,
                               const std::string& table, base::Random& random) {
  delta::Metadata after = before;
  const delta::Properties canonical = delta::GivenProperties(properties, table);
  for (const auto& [name, value] : canonical) {
    RefuseConstraint(name, table, "ADD");
    after.configuration[name] = value;
  }
  TakeComment(after);
  if (canonical.contains(delta::kStatisticsColumns)) delta::CheckStatisticsColumns(after, table);
  delta::MapColumns(after, &before, random);
  return {std::move(after), {"SET TBLPROPERTIES", {{"properties", QuotedJson(canonical)}}, {}}};
}

DefinitionChange UnsetProperties(const delta::Metadata& before,
                                 const std::vector<std::string>& names, bool if_exists,
                                 const std::string& table) {
  delta::Metadata after = before;
  for (const std::string& as_written : names) {
    // What an older program took as it was goes under that name.
    const bool is_there = after.configuration.contains(as_written);
    const std::string name = is_there ? as_written : delta::CanonicalPropertyName(as_written);
    RefuseConstraint(name, table, "DROP");
    RefuseProtocol(name, table);
    if (name == kCommentProperty) {
      after.description = std::nullopt;
      continue;
    }
    const bool was_there = after.configuration.erase(name) > 0;
    if (was_there) RefuseInternal(name, table);
    if (!was_there && !if_exists) throw UnknownProperty(name, before, table);
  }
  return {std::move(after),
          {"UNSET TBLPROPERTIES",
           {{"properties", QuotedJson(names)}, {"ifExists", if_exists ? "true" : "false"}},
           {}}};
}

}  // namespace laguna::catalog
