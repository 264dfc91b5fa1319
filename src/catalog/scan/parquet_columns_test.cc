// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/parquet_columns.h"

#include <gtest/gtest.h>

namespace laguna::catalog {
namespace {

// Thrift's compact protocol, as far as the tests need it. Numbers here are small and not negative.
std::string Number(int number) {
  return {static_cast<char>(number * 2)};
}
std::string Field(int distance, int type, const std::string& value) {
  return static_cast<char>(distance << 4 | type) + value;
}
std::string Text(const std::string& text) {
  return static_cast<char>(text.size()) + text;
}

struct Element {
  std::string name;
  int children = 0;
  int repetition = 1;
  int field_id = 0;
};

// type, repetition_type, name, num_children, field_id, logicalType.
std::string Encode(const Element& element) {
  std::string bytes;
  if (element.children == 0) bytes += Field(1, 5, Number(6));
  bytes += Field(element.children == 0 ? 2 : 3, 5, Number(element.repetition));
  bytes += Field(1, 8, Text(element.name));
  if (element.children > 0) bytes += Field(1, 5, Number(element.children));
  if (element.field_id > 0) {
    bytes += Field(element.children > 0 ? 4 : 5, 5, Number(element.field_id));
    // A STRING.
    bytes += Field(1, 12, Field(1, 12, std::string(1, '\0')) + '\0');
  }
  return bytes + '\0';
}

std::string Footer(const std::vector<Element>& elements) {
  std::string schema(1, static_cast<char>(elements.size() << 4 | 12));
  for (const Element& element : elements) schema += Encode(element);
  // num_rows stands behind it.
  return Field(1, 5, Number(1)) + Field(1, 9, schema) + Field(1, 6, Number(3)) + '\0';
}

std::string Shown(const ParquetColumn& column) {
  std::string text = column.name;
  if (column.field_id) text += '#' + std::to_string(*column.field_id);
  if (column.repeated) text += '*';
  if (column.children.empty()) return text;
  std::string children;
  for (const ParquetColumn& child : column.children) {
    children += (children.empty() ? "" : " ") + Shown(child);
  }
  return text + '(' + children + ')';
}

const std::vector<Element> kElements = {{"schema", 3, 0}, {"a", 0, 1, 1}, {"s", 2, 1, 2},
                                        {"x", 0, 1, 3},   {"y", 0, 0, 4}, {"l", 1, 1, 5},
                                        {"list", 1, 2},   {"element", 0}};

TEST(ParquetColumns, AreATree) {
  const auto root = ParseParquetColumns(Footer(kElements));
  ASSERT_TRUE(root);
  EXPECT_EQ(Shown(*root), "schema(a#1 s#2(x#3 y#4) l#5(list*(element)))");
}

TEST(ParquetColumns, BytesThatAreNoFooterHaveNone) {
  const std::string footer = Footer(kElements);
  for (size_t length = 0; length < footer.size() - 4; ++length) {
    EXPECT_FALSE(ParseParquetColumns(footer.substr(0, length))) << length;
  }
  EXPECT_FALSE(ParseParquetColumns(Footer({{"schema", 3, 0}, {"a"}}))) << "too few columns";
  EXPECT_FALSE(ParseParquetColumns(std::string(500, '\x1C'))) << "structs without end";
  EXPECT_FALSE(ParseParquetColumns(std::string(500, '\xFF')));
}

TEST(ParquetColumns, ListsAreWrittenInSeveralWays) {
  using Column = ParquetColumn;
  const auto element = [](const Column& list) {
    const Column* found = ElementOf(list);
    return found == nullptr ? std::string() : found->name;
  };
  const Column value{"v", {}, false, {}};
  EXPECT_EQ(element({"l", {}, false, {{"list", {}, true, {value}}}}), "v");
  EXPECT_EQ(element({"l", {}, false, {{"bag", {}, true, {value}}}}), "v");
  EXPECT_EQ(element({"l", {}, false, {{"array", {}, true, {value}}}}), "array");
  EXPECT_EQ(element({"l", {}, false, {{"l_tuple", {}, true, {value}}}}), "l_tuple");
  EXPECT_EQ(element({"l", {}, false, {{"e", {}, true, {value, value}}}}), "e");
  EXPECT_EQ(element({"l", {}, false, {{"e", {}, true, {}}}}), "e");
  EXPECT_EQ(element({"l", {}, true, {value, value}}), "l");
  EXPECT_EQ(element(value), "");
  EXPECT_EQ(element({"s", {}, false, {value}}), "");
}

}  // namespace
}  // namespace laguna::catalog
