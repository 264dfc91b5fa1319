// SPDX-License-Identifier: Apache-2.0
#include "catalog/alter/replaced_columns.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "delta/column_mapping.h"

namespace laguna::catalog {
namespace {

using delta::DataType;
using delta::Primitive;

AddColumn Column(const std::string& name, Primitive type) {
  AddColumn column;
  column.path = {name};
  column.type = DataType(type);
  return column;
}

delta::Metadata Before() {
  delta::Metadata metadata;
  metadata.schema.fields = {{"a", DataType(Primitive::kInteger), false, {{"comment", "\"old\""}}},
                            {"b", DataType(Primitive::kString), true, {}},
                            {"p", DataType(Primitive::kDate), true, {}}};
  metadata.partition_columns = {"p"};
  return metadata;
}

class ReplacedColumns : public testing::Test {
 protected:
  ColumnChanges Replace(const std::vector<ColumnChange>& wanted) {
    return ReplaceColumns(Before(), wanted, "bronze.t", random_);
  }
  std::string CodeOf(const std::vector<ColumnChange>& wanted) {
    try {
      Replace(wanted);
      return "";
    } catch (const base::Error& error) {
      return error.code();
    }
  }

  base::SystemRandom random_;
};

TEST_F(ReplacedColumns, NamesThatStayAreTheSameColumns) {
  AddColumn second = Column("a", Primitive::kInteger);
  second.comment = "new";
  const ColumnChanges changes =
      Replace({Column("n", Primitive::kLong), Column("P", Primitive::kDate), second,
               Column("b", Primitive::kString)});
  const auto& fields = changes.change.definition.schema.fields;
  ASSERT_EQ(fields.size(), 4);
  EXPECT_EQ(fields[0].name, "n");
  EXPECT_EQ(fields[1].name, "p");
  EXPECT_EQ(fields[2].name, "a");
  EXPECT_TRUE(fields[2].nullable);
  EXPECT_EQ(fields[2].Comment(), "new");
  EXPECT_EQ(fields[3].name, "b");
  EXPECT_EQ(changes.change.operation.name, "REPLACE COLUMNS");
  EXPECT_TRUE(changes.notices.empty());
}

TEST_F(ReplacedColumns, OthersGoAndTheTableIsMapped) {
  const ColumnChanges changes =
      Replace({Column("p", Primitive::kDate), Column("c", Primitive::kString)});
  const delta::Metadata& after = changes.change.definition;
  ASSERT_EQ(after.schema.fields.size(), 2);
  EXPECT_EQ(after.schema.fields[1].name, "c");
  EXPECT_EQ(delta::ColumnMappingOf(after), delta::ColumnMapping::kName);
  EXPECT_EQ(changes.notices.size(), 1);
}

TEST_F(ReplacedColumns, RefusesWhatNoColumnCanBecome) {
  const AddColumn p = Column("p", Primitive::kDate);
  AddColumn required = Column("b", Primitive::kString);
  required.nullable = false;
  AddColumn field = Column("x", Primitive::kLong);
  field.path = {"s", "x"};
  EXPECT_EQ(CodeOf({p, Column("B", Primitive::kString), Column("b", Primitive::kString)}),
            "alter.replace_columns");
  EXPECT_EQ(CodeOf({p, field}), "alter.replace_columns");
  EXPECT_EQ(CodeOf({p, required}), "alter.set_not_null");
  EXPECT_EQ(CodeOf({p, Column("b", Primitive::kLong)}), "alter.type_change");
  EXPECT_EQ(CodeOf({Column("b", Primitive::kString)}), "alter.drop_column");
}

}  // namespace
}  // namespace laguna::catalog
