// SPDX-License-Identifier: Apache-2.0
// A table's definition while ALTER TABLE changes its columns one by one.
//
// The files of the table stay: dropping and renaming switch column mapping on where it is off
// (protocol section "Column Mapping"), types only widen (section "Type Widening"), new columns are
// NULL in the rows that are there. What a change means for partitioning and for
// delta.dataSkippingStatsColumns comes with it. Expressions that name a column (checks, generated
// columns) are the caller's to look at. A change that throws leaves the definition as it was. Pure;
// used by one thread.
#pragma once

#include <optional>
#include <string>

#include "base/random.h"
#include "delta/action.h"
#include "delta/field_path.h"
#include "delta/text_limit.h"

namespace laguna::delta {

// Where a column or field stands among its brothers.
struct FieldPosition {
  enum class Place { kLast, kFirst, kAfter };
  Place place = Place::kLast;
  // kAfter: the brother's name.
  std::string after;
};

class SchemaEdit {
 public:
  // `table` ("bronze.t") is for messages; `random` draws physical names and outlives the edit.
  SchemaEdit(const Metadata& before, std::string table, base::Random& random);

  // Null when there is none; valid until the next change. NotFound "alter.unknown_column" when what
  // it would be inside of is not there, InvalidInput "alter.no_struct" when that has no fields.
  [[nodiscard]] const StructField* Find(const FieldPath& path) const;
  // The same; NotFound with the nearest name.
  [[nodiscard]] const StructField& Get(const FieldPath& path) const;
  // The path in the schema's spelling, which may end in an array or a map. Errors as Get.
  [[nodiscard]] FieldPath Spelled(const FieldPath& path) const;

  // `parent` is empty for a column. Exists "alter.column_exists"; InvalidInput
  // "alter.not_null_column" for one that is NOT NULL, which rows that are there cannot keep.
  void Add(const FieldPath& parent, StructField field, const FieldPosition& position);
  // InvalidInput "alter.drop_column" for a partition column and for the last one of its struct.
  void Drop(const FieldPath& path);
  void Rename(const FieldPath& path, const std::string& name);
  void Move(const FieldPath& path, const FieldPosition& position);
  // The path may end in an array or a map; `limits` are those of the new type's texts. InvalidInput
  // "alter.type_change" for a type that does not hold all values, "alter.text_limit" for shorter
  // texts, Unsupported "alter.type_widening" where the table has type widening off.
  void ChangeType(const FieldPath& path, const DataType& type, const TextLimits& limits = {});
  void AllowNull(const FieldPath& path);
  // Nothing takes the comment away.
  void SetComment(const FieldPath& path, const std::optional<std::string>& comment);
  // Puts a copy of the field with other metadata back.
  void PutBack(const FieldPath& path, StructField field);

  [[nodiscard]] const Metadata& metadata() const { return metadata_; }
  // Whether a change switched column mapping on.
  [[nodiscard]] bool switched_mapping_on() const { return switched_mapping_on_; }

 private:
  [[nodiscard]] FieldPath SpelledField(const FieldPath& path) const;
  [[nodiscard]] FieldPlace Followed(const FieldPath& path) const;
  [[nodiscard]] const StructType& FieldsOf(const FieldPath& parent) const;
  void SwitchMappingOn();
  void Insert(StructType& into, StructField field, const FieldPosition& position) const;
  void CheckNew(const FieldPath& path) const;
  void CheckDroppable(const FieldPath& path) const;
  [[nodiscard]] DataType Widened(StructField& field, const DataType& from, const DataType& to,
                                 const FieldPath& path, size_t inner) const;
  [[nodiscard]] DataType WidenedFields(const StructType& from, const StructType& to,
                                       const FieldPath& path) const;
  void CheckWidening(const DataType& from, const DataType& to, const FieldPath& path) const;
  void CheckLimits(const FieldPath& path, const TextLimits& known, const TextLimits& limits) const;
  void SetLimits(const FieldPath& path, const TextLimits& limits);
  void RestateLimits(const FieldPath& path);
  void RenameStatisticsColumn(const FieldPath& from, const std::optional<FieldPath>& to);

  Metadata metadata_;
  std::string table_;
  base::Random& random_;
  bool switched_mapping_on_ = false;
};

}  // namespace laguna::delta
