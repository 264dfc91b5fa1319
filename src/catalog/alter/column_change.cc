// SPDX-License-Identifier: Apache-2.0
#include "catalog/alter/column_change.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"
#include "catalog/alter/column_use.h"
#include "delta/codec/json_text.h"
#include "delta/codec/schema_json.h"
#include "delta/identity_column.h"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;
using delta::FieldPath;
using delta::FieldPosition;
using nlohmann::json;

std::string PositionText(const FieldPosition& position) {
  if (position.place == FieldPosition::Place::kFirst) return "FIRST";
  return "AFTER " + position.after;
}

// Spark puts lists and maps as JSON text into a JSON string.
std::string QuotedJson(const json& value) {
  return json(value.dump()).dump();
}

json Names(const std::vector<FieldPath>& paths) {
  json names = json::array();
  for (const FieldPath& path : paths) names.push_back(delta::PathText(path));
  return names;
}

// What the history says of a field.
json FieldJson(const delta::StructField& field, const FieldPath& path) {
  json described = json::parse(delta::WriteSchema({{field}})).at("fields").at(0);
  described["name"] = delta::PathText(path);
  return described;
}

// Makes the changes and remembers what the history says of them.
class Changer {
 public:
  Changer(delta::SchemaEdit& edit, const std::string& table) : edit_(edit), table_(table) {}

  void operator()(const AddColumn& add) {
    if (add.if_not_exists && edit_.Find(add.path) != nullptr) return;
    delta::StructField field{add.path.back(), add.type, add.nullable, {}};
    delta::SetTextLimits(field, add.limits);
    if (add.comment) field.metadata.push_back({"comment", delta::JsonString(*add.comment)});
    edit_.Add(delta::ParentOf(add.path), field, add.position);
    json added = {{"column", FieldJson(field, edit_.Spelled(add.path))}};
    if (add.position.place != FieldPosition::Place::kLast) {
      added["position"] = PositionText(add.position);
    }
    added_.push_back(std::move(added));
  }

  void operator()(const DropColumn& drop) {
    if (drop.if_exists && edit_.Find(drop.path) == nullptr) return;
    const FieldPath path = edit_.Spelled(drop.path);
    CheckUnused(edit_.metadata(), path, ColumnFate::kDropped, table_);
    edit_.Drop(path);
    dropped_.push_back(path);
  }

  void operator()(const RenameColumn& rename) {
    const FieldPath path = edit_.Spelled(rename.path);
    CheckUnused(edit_.metadata(), path, ColumnFate::kRenamed, table_);
    edit_.Rename(path, rename.name);
    FieldPath renamed = path;
    renamed.back() = rename.name;
    rename_ = {path, renamed};
  }

  void operator()(const ChangeColumn& change) {
    const FieldPath path = edit_.Spelled(change.path);
    if (change.type) {
      CheckUnused(edit_.metadata(), path, ColumnFate::kRetyped, table_);
      CheckNoIdentity(path);
      edit_.ChangeType(path, *change.type, change.limits);
    }
    if (change.comment) {
      edit_.SetComment(path, change.comment->empty() ? std::nullopt : change.comment);
    }
    if (change.drop_not_null) edit_.AllowNull(path);
    if (change.position) edit_.Move(path, *change.position);
    NoteChanged(change, path);
  }

  void operator()(const RewriteColumn& change) {
    delta::StructField field = edit_.Get(change.path);
    const FieldPath path = edit_.Spelled(change.path);
    change.rewrite(field);
    edit_.PutBack(path, std::move(field));
    NoteChanged({}, path);
  }

  [[nodiscard]] delta::Operation Operation() const {
    if (!added_.empty()) return {"ADD COLUMNS", {{"columns", QuotedJson(added_)}}, {}};
    if (!dropped_.empty()) return {"DROP COLUMNS", {{"columns", QuotedJson(Names(dropped_))}}, {}};
    if (!rename_.empty()) {
      return {"RENAME COLUMN",
              {{"oldColumnPath", json(delta::PathText(rename_[0])).dump()},
               {"newColumnPath", json(delta::PathText(rename_[1])).dump()}},
              {}};
    }
    if (changed_.size() != 1) return {"CHANGE COLUMNS", {{"columns", QuotedJson(changed_)}}, {}};
    delta::Operation operation{
        "CHANGE COLUMN", {{"column", QuotedJson(changed_[0].at("column"))}}, {}};
    if (changed_[0].contains("position")) {
      operation.parameters["position"] = changed_[0].at("position").dump();
    }
    return operation;
  }

 private:
  // Its values are counted in BIGINT.
  void CheckNoIdentity(const FieldPath& path) const {
    const delta::FieldPlace place = delta::Follow(edit_.metadata().schema, path);
    if (!delta::IsIdentity(*place.field)) return;
    throw Error(ErrorKind::kInvalidInput, "alter.identity_type",
                fmt::format("Column \"{}\" of table {} is an identity column: its type stays.",
                            delta::PathText(path), table_))
        .With("table", table_)
        .With("column", delta::PathText(path));
  }

  void NoteChanged(const ChangeColumn& change, FieldPath to_field) {
    // What an array or a map holds is no field.
    to_field.resize(to_field.size() - delta::Follow(edit_.metadata().schema, to_field).inner);
    json changed = {{"column", FieldJson(edit_.Get(to_field), to_field)}};
    if (change.position) changed["position"] = PositionText(*change.position);
    changed_.push_back(std::move(changed));
  }

  delta::SchemaEdit& edit_;
  const std::string& table_;
  json added_ = json::array();
  json changed_ = json::array();
  std::vector<FieldPath> dropped_;
  // Old and new; empty: none.
  std::vector<FieldPath> rename_;
};

std::string MappingNotice(const std::string& table) {
  return fmt::format(
      "Table {} has column mapping from now on (delta.columnMapping.mode = 'name'): its files keep "
      "the names their columns had, and the log says which is which. Programs that read it must "
      "know column mapping (reader version 2 of the Delta protocol).",
      table);
}

}  // namespace

ColumnChanges ChangeColumns(const delta::Metadata& before, std::span<const ColumnChange> changes,
                            const std::string& table, base::Random& random) {
  delta::SchemaEdit edit(before, table, random);
  Changer changer(edit, table);
  for (const ColumnChange& change : changes) std::visit(changer, change);
  ColumnChanges result{{edit.metadata(), changer.Operation()}, {}};
  if (edit.switched_mapping_on()) result.notices.push_back(MappingNotice(table));
  return result;
}

void RefuseNotNull(const std::string& column, const std::string& table) {
  throw Error(ErrorKind::kInvalidInput, "alter.set_not_null",
              fmt::format("Column \"{}\" of table {} cannot become NOT NULL: Delta takes NOT NULL "
                          "off a column and never adds it to one.",
                          column, table))
      .Hint(
          fmt::format("ALTER TABLE {} ADD CONSTRAINT ... CHECK ({} IS NOT NULL) does the same and "
                      "looks at the rows first.",
                      table, column))
      .With("table", table)
      .With("column", column);
}

}  // namespace laguna::catalog
