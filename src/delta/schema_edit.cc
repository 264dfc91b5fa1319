// SPDX-License-Identifier: Apache-2.0
#include "delta/schema_edit.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/nearest_name.h"
#include "delta/codec/json_text.h"
#include "delta/column_list.h"
#include "delta/column_mapping.h"
#include "delta/properties.h"
#include "delta/type_widening.h"

namespace laguna::delta {
namespace {

using base::Error;
using base::ErrorKind;

constexpr const char* kCommentKey = "comment";
constexpr const char* kMappingMode = "delta.columnMapping.mode";
constexpr const char* kTypeWidening = "delta.enableTypeWidening";

Error ErrorAbout(ErrorKind kind, const char* code, const std::string& sentence,
                 const std::string& table, const FieldPath& path) {
  return Error(kind, code, sentence).With("table", table).With("column", PathText(path));
}

Error UnknownColumn(const std::string& table, const FieldPath& path, const StructType& brothers) {
  std::vector<std::string> names;
  for (const StructField& field : brothers.fields) names.push_back(field.name);
  return ErrorAbout(ErrorKind::kNotFound, "alter.unknown_column",
                    fmt::format("Table {} has no column \"{}\".", table, PathText(path)), table,
                    path)
      .Hint(base::SuggestName(path.back(), names));
}

Error ColumnExists(const std::string& table, const FieldPath& path) {
  return ErrorAbout(ErrorKind::kExists, "alter.column_exists",
                    fmt::format("Table {} has a column \"{}\" already.", table, PathText(path)),
                    table, path)
      .Hint("Names of columns match without regard to case.");
}

Error NoStruct(const std::string& table, const FieldPath& path, const DataType& type) {
  std::string inside = "it has no fields";
  if (type.AsArray() != nullptr) inside = "\"element\" leads to what it holds";
  if (type.AsMap() != nullptr) inside = "\"key\" and \"value\" lead to what it holds";
  return ErrorAbout(ErrorKind::kInvalidInput, "alter.no_struct",
                    fmt::format("Column \"{}\" of table {} is of type {}: {}.", PathText(path),
                                table, type.ToString(), inside),
                    table, path);
}

FieldPath Joined(FieldPath path, const FieldPath& rest) {
  path.insert(path.end(), rest.begin(), rest.end());
  return path;
}

// Whether the limit of a column stands at `path`, which begins with the column, or below it.
bool IsBelow(const LimitedText& text, const FieldPath& path) {
  const auto inside = std::span(path).subspan(1);
  return text.path.size() >= inside.size() &&
         std::ranges::equal(inside, std::span(text.path).first(inside.size()), IsSameName);
}

// The column's, unless `limits` take the place of all of them.
TextLimits KnownLimits(const Schema& schema, const FieldPath& path, const TextLimits& limits) {
  if (path.size() == 1 && limits.empty()) return {};
  return TextLimitsOf(*schema.Find(path[0]));
}

// Those of the column with `limits` of the type at the path in the place of its old ones.
TextLimits Replaced(TextLimits known, const FieldPath& path, const TextLimits& limits) {
  std::erase_if(known, [&](const LimitedText& text) { return IsBelow(text, path); });
  const FieldPath inside(path.begin() + 1, path.end());
  for (const LimitedText& text : limits) known.push_back({Joined(inside, text.path), text.limit});
  return known;
}

// Those of the column when the field at the path got a new name.
TextLimits Renamed(TextLimits known, const FieldPath& path, const std::string& name) {
  for (LimitedText& text : known) {
    if (IsBelow(text, path)) text.path[path.size() - 2] = name;
  }
  return known;
}

Error NoField(const std::string& table, const FieldPath& path) {
  return ErrorAbout(
      ErrorKind::kInvalidInput, "alter.no_struct",
      fmt::format("\"{}\" of table {} is what an array or a map holds and no field; only its type "
                  "can be changed.",
                  PathText(path), table),
      table, path);
}

}  // namespace

SchemaEdit::SchemaEdit(const Metadata& before, std::string table, base::Random& random)
    : metadata_(before), table_(std::move(table)), random_(random) {}

// The whole path, or all but its last name.
FieldPlace SchemaEdit::Followed(const FieldPath& path) const {
  FieldPlace place = Follow(metadata_.schema, path);
  if (place.path.size() == path.size()) return place;
  const StructType* fields = place.Fields(metadata_.schema);
  if (fields == nullptr) throw NoStruct(table_, place.path, *place.type);
  if (place.path.size() + 1 == path.size()) return place;
  const auto missing = path.begin() + static_cast<long>(place.path.size()) + 1;
  throw UnknownColumn(table_, {path.begin(), missing}, *fields);
}

const StructField* SchemaEdit::Find(const FieldPath& path) const {
  const FieldPlace place = Followed(path);
  if (place.path.size() < path.size()) return nullptr;
  if (place.inner > 0) throw NoField(table_, place.path);
  return place.field;
}

const StructField& SchemaEdit::Get(const FieldPath& path) const {
  if (const StructField* field = Find(path)) return *field;
  throw UnknownColumn(table_, path, *Followed(path).Fields(metadata_.schema));
}

FieldPath SchemaEdit::Spelled(const FieldPath& path) const {
  FieldPlace place = Followed(path);
  if (place.path.size() == path.size()) return std::move(place.path);
  throw UnknownColumn(table_, path, *place.Fields(metadata_.schema));
}

// The path of a field, not of what an array or a map holds.
FieldPath SchemaEdit::SpelledField(const FieldPath& path) const {
  static_cast<void>(Get(path));
  return Spelled(path);
}

// The fields of a struct, or of the table where `parent` is empty.
const StructType& SchemaEdit::FieldsOf(const FieldPath& parent) const {
  if (parent.empty()) return metadata_.schema;
  const FieldPlace place = Follow(metadata_.schema, Spelled(parent));
  if (place.type->AsStruct() == nullptr) throw NoStruct(table_, place.path, *place.type);
  return *place.type->AsStruct();
}

void SchemaEdit::Insert(StructType& into, StructField field, const FieldPosition& position) const {
  auto at = into.fields.end();
  if (position.place == FieldPosition::Place::kFirst) at = into.fields.begin();
  if (position.place == FieldPosition::Place::kAfter) {
    const auto index = into.IndexOf(position.after);
    if (!index) throw UnknownColumn(table_, {position.after}, into);
    at = into.fields.begin() + static_cast<long>(*index) + 1;
  }
  into.fields.insert(at, std::move(field));
}

void SchemaEdit::CheckNew(const FieldPath& path) const {
  if (FieldsOf(ParentOf(path)).Find(path.back()) != nullptr) throw ColumnExists(table_, path);
}

void SchemaEdit::Add(const FieldPath& parent, StructField field, const FieldPosition& position) {
  FieldPath path = parent.empty() ? parent : Spelled(parent);
  path.push_back(field.name);
  CheckNew(path);
  if (!field.nullable) {
    throw ErrorAbout(ErrorKind::kInvalidInput, "alter.not_null_column",
                     fmt::format("Column \"{}\" cannot be added to table {} as NOT NULL: the rows "
                                 "that are there have no value for it.",
                                 PathText(path), table_),
                     table_, path)
        .Hint("Add it without NOT NULL, fill it, and add a constraint CHECK (... IS NOT NULL).");
  }
  Metadata after = metadata_;
  ChangeFields(after.schema, ParentOf(path),
               [&](StructType& fields) { Insert(fields, std::move(field), position); });
  MapColumns(after, &metadata_, random_);
  metadata_ = std::move(after);
  RestateLimits(path);
}

void SchemaEdit::CheckDroppable(const FieldPath& path) const {
  const auto refused = [&](const std::string& why) {
    return ErrorAbout(ErrorKind::kInvalidInput, "alter.drop_column",
                      fmt::format("Column \"{}\" of table {} cannot be dropped: {}.",
                                  PathText(path), table_, why),
                      table_, path);
  };
  const auto& partitions = metadata_.partition_columns;
  const bool is_partition =
      path.size() == 1 && std::ranges::find(partitions, path[0]) != partitions.end();
  if (is_partition) {
    throw refused("the table is partitioned by it")
        .Hint("CREATE OR REPLACE TABLE ... PARTITIONED BY (...) AS SELECT makes the table anew.");
  }
  if (FieldsOf(ParentOf(path)).fields.size() > 1) return;
  throw refused(path.size() == 1 ? "it is the only one" : "it is the only field of its struct");
}

void SchemaEdit::Drop(const FieldPath& path) {
  const FieldPath spelled = SpelledField(path);
  CheckDroppable(spelled);
  SwitchMappingOn();
  ChangeFields(metadata_.schema, ParentOf(spelled), [&](StructType& fields) {
    std::erase_if(fields.fields,
                  [&](const StructField& field) { return field.name == spelled.back(); });
  });
  RestateLimits(spelled);
  RenameStatisticsColumn(spelled, std::nullopt);
}

void SchemaEdit::Rename(const FieldPath& path, const std::string& name) {
  const FieldPath spelled = SpelledField(path);
  FieldPath renamed = spelled;
  renamed.back() = name;
  if (renamed == spelled) return;
  if (!IsSameName(name, spelled.back())) CheckNew(renamed);
  SwitchMappingOn();
  const bool is_inside = spelled.size() > 1;
  const TextLimits limits =
      is_inside ? TextLimitsOf(*metadata_.schema.Find(spelled[0])) : TextLimits();
  ChangeField(metadata_.schema, spelled, [&](StructField& field) { field.name = name; });
  if (!limits.empty()) SetLimits(renamed, Renamed(limits, spelled, name));
  if (spelled.size() == 1) {
    std::ranges::replace(metadata_.partition_columns, spelled[0], name);
  }
  RenameStatisticsColumn(spelled, renamed);
}

void SchemaEdit::Move(const FieldPath& path, const FieldPosition& position) {
  const StructField field = Get(path);
  const FieldPath spelled = Spelled(path);
  const bool behind_itself =
      position.place == FieldPosition::Place::kAfter && IsSameName(position.after, field.name);
  if (behind_itself) {
    throw ErrorAbout(ErrorKind::kInvalidInput, "alter.position",
                     fmt::format("Column \"{}\" of table {} cannot stand behind itself.",
                                 PathText(spelled), table_),
                     table_, spelled);
  }
  StructType after = metadata_.schema;
  ChangeFields(after, ParentOf(spelled), [&](StructType& fields) {
    std::erase_if(fields.fields, [&](const StructField& each) { return each.name == field.name; });
    Insert(fields, field, position);
  });
  metadata_.schema = std::move(after);
  RestateLimits(spelled);
}

void SchemaEdit::ChangeType(const FieldPath& path, const DataType& type, const TextLimits& limits) {
  const FieldPath spelled = Spelled(path);
  const FieldPlace place = Follow(metadata_.schema, spelled);
  StructField changed = *place.field;
  const DataType widened = Widened(changed, *place.type, type, spelled, place.inner);
  const TextLimits known = KnownLimits(metadata_.schema, spelled, limits);
  CheckLimits(spelled, known, limits);
  const auto inside = std::span(spelled).last(place.inner);
  changed.type = WithChanged(changed.type, inside, [&](const DataType&) { return widened; });
  const FieldPath to_field(spelled.begin(), spelled.end() - static_cast<long>(place.inner));
  PutBack(to_field, std::move(changed));
  SetLimits(spelled, Replaced(known, spelled, limits));
}

// `field` gets the notes of what widens inside it; `inner` names of the path lead there from it.
// Fields of structs inside have notes of their own.
DataType SchemaEdit::Widened(StructField& field, const DataType& from, const DataType& to,
                             const FieldPath& path, size_t inner) const {
  const auto below = [&](const DataType& old, const DataType& now, const char* part) {
    FieldPath longer = path;
    longer.emplace_back(part);
    return Widened(field, old, now, longer, inner + 1);
  };
  if (const ArrayType* old = from.AsArray(), *now = to.AsArray(); old && now) {
    return DataType(ArrayType{below(old->element, now->element, "element"), old->contains_null});
  }
  if (const MapType* old = from.AsMap(), *now = to.AsMap(); old && now) {
    DataType key = below(old->key, now->key, "key");
    DataType value = below(old->value, now->value, "value");
    return DataType(MapType{std::move(key), std::move(value), old->value_contains_null});
  }
  if (const StructType* old = from.AsStruct(), *now = to.AsStruct(); old && now) {
    return WidenedFields(*old, *now, path);
  }
  if (from == to) return from;
  CheckWidening(from, to, path);
  const auto inside = std::span(path).last(inner);
  NoteTypeChange(field, from, to, fmt::format("{}", fmt::join(inside, ".")));
  return to;
}

DataType SchemaEdit::WidenedFields(const StructType& from, const StructType& to,
                                   const FieldPath& path) const {
  if (!std::ranges::equal(from.fields, to.fields, IsSameName, &StructField::name,
                          &StructField::name)) {
    throw ErrorAbout(ErrorKind::kInvalidInput, "alter.type_change",
                     fmt::format("The fields of column \"{}\" of table {} cannot change with its "
                                 "type.",
                                 PathText(path), table_),
                     table_, path)
        .Hint("Add, drop and rename fields one by one: ALTER TABLE ... ADD COLUMN a.b type.");
  }
  StructType fields = from;
  for (size_t i = 0; i < fields.fields.size(); ++i) {
    StructField& field = fields.fields[i];
    FieldPath to_field = path;
    to_field.push_back(field.name);
    field.type = Widened(field, field.type, to.fields[i].type, to_field, 0);
  }
  return DataType(std::move(fields));
}

void SchemaEdit::CheckWidening(const DataType& from, const DataType& to,
                               const FieldPath& path) const {
  const std::string change =
      fmt::format("The type of column \"{}\" of table {} cannot change from {} to {}",
                  PathText(path), table_, from.ToString(), to.ToString());
  if (!CanWiden(from, to)) {
    throw ErrorAbout(ErrorKind::kInvalidInput, "alter.type_change",
                     change +
                         ": the files that are there stay as they are, so a type may only "
                         "become one that holds all its values.",
                     table_, path)
        .Hint("CREATE OR REPLACE TABLE ... AS SELECT with a CAST writes the table anew.");
  }
  if (BooleanProperty(metadata_.configuration, kTypeWidening, false)) return;
  throw ErrorAbout(ErrorKind::kUnsupported, "alter.type_widening",
                   change + ": the table has no type widening.", table_, path)
      .Hint(fmt::format("ALTER TABLE {} SET TBLPROPERTIES ('{}' = 'true') switches it on; programs "
                        "that read the table must know it from then on.",
                        table_, kTypeWidening));
}

// `known` are those of the column, `limits` those of the type at the path.
void SchemaEdit::CheckLimits(const FieldPath& path, const TextLimits& known,
                             const TextLimits& limits) const {
  for (const LimitedText& text : limits) {
    const FieldPath whole = Joined(path, text.path);
    const TextLimit* before = LimitAt(known, {whole.begin() + 1, whole.end()});
    const auto from = before == nullptr ? std::nullopt : std::optional(*before);
    if (HoldsAll(from, text.limit)) continue;
    throw ErrorAbout(ErrorKind::kInvalidInput, "alter.text_limit",
                     fmt::format("The type of column \"{}\" of table {} cannot change from {} to "
                                 "{}: the files that are there stay as they are, and may hold "
                                 "texts that the new type does not.",
                                 PathText(whole), table_, from ? from->ToString() : "string",
                                 text.limit.ToString()),
                     table_, whole)
        .Hint(fmt::format("A constraint CHECK (length(...) <= {}) looks at the rows first; a "
                          "longer VARCHAR(n) holds all that a shorter one does.",
                          text.limit.length));
  }
}

// Of the column that the path begins with.
void SchemaEdit::SetLimits(const FieldPath& path, const TextLimits& limits) {
  ChangeField(metadata_.schema, {path[0]},
              [&](StructField& column) { SetTextLimits(column, limits); });
}

// For a path to a field inside a column: the column says the limits of all.
void SchemaEdit::RestateLimits(const FieldPath& path) {
  if (path.size() > 1) ChangeField(metadata_.schema, {path[0]}, RestateTextLimits);
}

void SchemaEdit::AllowNull(const FieldPath& path) {
  StructField field = Get(path);
  field.nullable = true;
  PutBack(path, std::move(field));
}

void SchemaEdit::SetComment(const FieldPath& path, const std::optional<std::string>& comment) {
  StructField field = Get(path);
  const auto entry = std::ranges::find(field.metadata, kCommentKey, &MetadataEntry::key);
  const bool has = entry != field.metadata.end();
  if (has && comment) entry->json = JsonString(*comment);
  if (has && !comment) field.metadata.erase(entry);
  if (!has && comment) field.metadata.push_back({kCommentKey, JsonString(*comment)});
  PutBack(path, std::move(field));
}

void SchemaEdit::PutBack(const FieldPath& path, StructField field) {
  ChangeField(metadata_.schema, Spelled(path), [&](StructField& old) { old = std::move(field); });
}

void SchemaEdit::SwitchMappingOn() {
  if (ColumnMappingOf(metadata_) != ColumnMapping::kNone) return;
  Metadata mapped = metadata_;
  mapped.configuration[kMappingMode] = "name";
  MapColumns(mapped, &metadata_, random_);
  metadata_ = std::move(mapped);
  switched_mapping_on_ = true;
}

// Nothing for `to`: the column goes.
void SchemaEdit::RenameStatisticsColumn(const FieldPath& from, const std::optional<FieldPath>& to) {
  const auto property = metadata_.configuration.find(kStatisticsColumns);
  if (property == metadata_.configuration.end()) return;
  std::vector<FieldPath> kept;
  bool changes = false;
  for (FieldPath& column : ParseColumnList(property->second)) {
    const bool is_below = column.size() >= from.size() &&
                          std::equal(from.begin(), from.end(), column.begin(), IsSameName);
    changes = changes || is_below;
    if (is_below && !to) continue;
    if (is_below) std::ranges::copy(*to, column.begin());
    kept.push_back(std::move(column));
  }
  if (changes) property->second = ColumnListText(kept);
}

}  // namespace laguna::delta
