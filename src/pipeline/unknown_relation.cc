// SPDX-License-Identifier: Apache-2.0
#include "pipeline/unknown_relation.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/nearest_name.h"

namespace laguna::pipeline {
namespace {

using base::Error;
using base::ErrorKind;
using engine::RelationMention;

constexpr const char* kTablesOfLake =
    "SELECT table_schema || '.' || table_name FROM information_schema.tables "
    "WHERE table_catalog = 'lake' ORDER BY ALL";
constexpr const char* kSchemasOfLake =
    "SELECT schema_name FROM information_schema.schemata WHERE catalog_name = 'lake'";

std::vector<std::string> TextsOf(engine::Session& session, const char* query) {
  std::vector<std::string> texts;
  for (const auto& row : session.Run(query).Drain()) texts.push_back(row.front().ToText());
  return texts;
}

std::string LastPart(const std::string& table) {
  return table.substr(table.rfind('.') + 1);
}

bool Holds(const std::vector<std::string>& names, const std::string& name) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& other) { return TableKey(other) == TableKey(name); });
}

}  // namespace

const std::vector<std::string>& UnknownRelations::Known() {
  if (known_) return *known_;
  known_ = pipeline_.Names();
  for (std::string& table : TextsOf(session_, kTablesOfLake)) {
    if (!Holds(*known_, table)) known_->push_back(std::move(table));
  }
  for (const std::string& zone : TextsOf(session_, kSchemasOfLake)) zones_.insert(TableKey(zone));
  return *known_;
}

std::optional<Error> UnknownRelations::ErrorOf(const Definition& definition,
                                               const RelationMention& mention) {
  if (mention.call) return std::nullopt;
  const std::vector<std::string>& known = Known();
  const auto place = definition.PlaceOf({mention.offset, LengthOf(mention)});
  if (mention.name.size() == 1) {
    std::vector<std::string> meant;
    std::copy_if(known.begin(), known.end(), std::back_inserter(meant),
                 [&](const std::string& table) {
                   return TableKey(LastPart(table)) == TableKey(mention.name.front());
                 });
    if (meant.empty()) return std::nullopt;
    return Error(ErrorKind::kNotFound, "pipeline.zone_missing",
                 fmt::format("There is no table '{}' without a zone.", mention.name.front()))
        .Hint(fmt::format("Write {}.", fmt::join(meant, " or ")))
        .At(place);
  }
  const auto name = LakeName(mention.name);
  if (!name || Holds(known, *name) || pipeline_.misread.contains(TableKey(*name))) {
    return std::nullopt;
  }
  const std::string zone = TableKey(name->substr(0, name->find('.')));
  if (!zones_.contains(zone)) return std::nullopt;
  return Error(ErrorKind::kNotFound, "pipeline.unknown_table",
               fmt::format("Neither the lake nor the pipeline has a table {}.", *name))
      .Hint(base::SuggestName(*name, known))
      .At(place)
      .With("table", *name);
}

std::vector<Error> UnknownRelations::ErrorsOf(const PipelineTable& table) {
  std::vector<Error> errors;
  for (const RelationMention& mention : table.mentions) {
    if (auto error = ErrorOf(table.definition, mention)) errors.push_back(std::move(*error));
  }
  return errors;
}

}  // namespace laguna::pipeline
