// SPDX-License-Identifier: Apache-2.0
#include "delta/packed_statistics.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <vector>

namespace laguna::delta {
namespace {

Schema TestSchema() {
  StructType address{{StructField{"city", Primitive::kString, true, {}},
                      StructField{"zip", Primitive::kInteger, true, {}}}};
  return Schema{{StructField{"id", Primitive::kLong, true, {}},
                 StructField{"price", Decimal{10, 2}, true, {}},
                 StructField{"ratio", Primitive::kDouble, true, {}},
                 StructField{"ok", Primitive::kBoolean, true, {}},
                 StructField{"at", Primitive::kTimestamp, true, {}},
                 StructField{"name", Primitive::kString, true, {}},
                 StructField{"address", DataType(std::move(address)), true, {}}}};
}

struct Packed {
  uint32_t shape = 0;
  std::string bytes;
};

Packed Pack(StatisticsShapes& shapes, std::string_view json) {
  Packed packed;
  packed.shape = shapes.Pack(json, packed.bytes);
  return packed;
}

TEST(PackedStatistics, TextsOfOneShapeShareIt) {
  StatisticsShapes shapes;
  const Packed one = Pack(shapes, R"({"numRecords":1,"minValues":{"name":"a{\"}"}})");
  const Packed two = Pack(shapes, R"({"numRecords":22,"minValues":{"name":null}})");
  const Packed other = Pack(shapes, R"({"numRecords":22,"maxValues":{"name":"b"}})");
  EXPECT_EQ(one.shape, two.shape);
  EXPECT_NE(one.shape, other.shape);
  EXPECT_EQ(shapes.size(), 2U);
  std::vector<std::string_view> values;
  shapes.Values(one.shape, one.bytes, values);
  EXPECT_EQ(values, (std::vector<std::string_view>{"1", R"("a{\"}")"}));
  EXPECT_LT(one.bytes.size(), 14U);
  EXPECT_EQ(shapes.RecordCount(two.shape, two.bytes), 22);
}

const std::vector<std::string>& OddTexts() {
  static const std::vector<std::string> texts{
      "",
      "{",
      "{}",
      "[1]",
      "12",
      "\xff\xfe{}",
      R"({"numRecords":01})",
      R"({"numRecords":1}x)",
      R"({"numRecords":1,})",
      "{\"minValues\":{\"name\":\"\xff\"}}",
      R"( { "numRecords" : 5 , "minValues" : { "id" : 1 } } )",
      R"({"numRecords":5,"numRecords":6})",
      R"({"minValues":{"id":1},"minValues":{"id":"x"}})",
      R"({"numRecords":-5,"nullCount":{"id":-1,"name":1.5}})",
      R"({"numRecords":9223372036854775808})",
      R"({"minValues":{"id":1e5,"price":1e2,"ratio":1e2,"ok":1,"at":5,"name":7}})",
      R"({"minValues":{"id":"1","price":"1","ratio":"NaN","ok":"true","name":true}})",
      R"({"minValues":{"ok":false,"name":"\ud800","at":"2024-01-01T00:00:00.000Z"}})",
      R"({"minValues":{"name":"\u00e9\n\"\\"},"maxValues":{"name":"é"}})",
      R"({"minValues":{"address":{"city":"x","zip":1},"id":{"deep":1}},"nullCount":{"address":3}})",
      R"({"minValues":[1,2],"maxValues":5,"nullCount":null})",
      R"({"min\u0056alues":{"i\u0064":4}})",
      R"({"tightBounds":false,"numRecords":5,"nullCount":{"id":3,"name":5,"ok":0}})",
      R"({"tightBounds":"false","numRecords":5,"nullCount":{"id":3}})",
      R"({"minValues":{"id":[1,{"a":2}]},"other":{"numRecords":7}})",
  };
  return texts;
}

void ExpectWholeColumns(const StatisticsShapes& shapes, const Packed& packed,
                        const FileStatistics& expected, const std::string& text) {
  const DataType types[] = {Primitive::kLong,    Decimal{10, 2},        Primitive::kDouble,
                            Primitive::kBoolean, Primitive::kTimestamp, Primitive::kString,
                            Primitive::kString,  Primitive::kInteger};
  const ColumnPath paths[] = {{"id"}, {"price"}, {"ratio"},           {"ok"},
                              {"at"}, {"name"},  {"address", "city"}, {"address", "zip"}};
  for (size_t i = 0; i < std::size(paths); ++i) {
    const auto known = expected.columns.find(paths[i]);
    const ColumnStatistics wanted =
        known == expected.columns.end() ? ColumnStatistics{} : known->second;
    EXPECT_EQ(shapes.Column(packed.shape, packed.bytes, paths[i], types[i]), wanted)
        << text << " " << paths[i].back();
  }
}

// A text says the same whether it is kept as it is, is the first of its shape or follows others.
void ExpectAgreement(StatisticsShapes& shapes, const std::string& text) {
  const FileStatistics expected = ParseStatistics(TestSchema(), text);
  const Packed packed = Pack(shapes, text);
  StatisticsShapes fresh;
  const Packed first = Pack(fresh, text);
  EXPECT_EQ(shapes.Unpack(packed.shape, packed.bytes), text);
  EXPECT_EQ(fresh.Unpack(first.shape, first.bytes), text);
  // The pool may be full; there is always room for the first.
  if (packed.shape != 0) {
    EXPECT_EQ(packed.bytes, first.bytes) << text;
  }
  EXPECT_EQ(shapes.All(packed.shape, packed.bytes, TestSchema()), expected) << text;
  EXPECT_EQ(shapes.All(0, text, TestSchema()), expected) << text;
  for (const Packed& one : {packed, Packed{0, text}}) {
    EXPECT_EQ(shapes.RecordCount(one.shape, one.bytes), expected.num_records) << text;
    EXPECT_EQ(shapes.HasTightBounds(one.shape, one.bytes), expected.tight_bounds) << text;
    ExpectWholeColumns(shapes, one, expected, text);
  }
}

TEST(PackedStatistics, OddTextsComeBackAndSayTheSameEitherWay) {
  StatisticsShapes shapes;
  for (int round = 0; round < 2; ++round) {
    for (const std::string& text : OddTexts()) ExpectAgreement(shapes, text);
  }
}

TEST(PackedStatistics, OfKeysThatComeTwiceTheLastCounts) {
  const FileStatistics twice =
      ParseStatistics(TestSchema(), R"({"numRecords":5,"numRecords":6,"minValues":{"id":1},)"
                                    R"("minValues":{"id":2,"ok":true}})");
  EXPECT_EQ(twice.num_records, 6);
  EXPECT_EQ(twice.columns.at({"id"}).min, "2");
}

TEST(PackedStatistics, MalformedTextsSayNothing) {
  for (const char* text : {R"({"numRecords":1)", R"({"numRecords":1}x)", R"({"numRecords":1,})",
                           "{\"numRecords\":1,\"a\":\"\xff\"}", R"({"numRecords":1,"a":01})"}) {
    EXPECT_EQ(ParseStatistics(TestSchema(), text), FileStatistics{}) << text;
  }
}

// --- Random statistics against a reader of their own ---

nlohmann::ordered_json RandomToken(std::mt19937& random) {
  switch (random() % 10) {
    case 0:
      return nullptr;
    case 1:
      return random() % 2 == 0;
    case 2:
      return "2024-02-29T12:34:56.123Z";
    case 3:
      return "a\"b\\c\n{}[],: é \x01";
    case 4:
      return nlohmann::ordered_json::array({1, "x"});
    case 5:
      return 0.25 * static_cast<double>(random() % 1000);
    case 6:
      return -static_cast<int64_t>(random());
    default:
      return random() % 100;
  }
}

nlohmann::ordered_json RandomPart(std::mt19937& random) {
  nlohmann::ordered_json part = nlohmann::ordered_json::object();
  for (const char* name : {"id", "price", "ratio", "ok", "at", "name", "unknown"}) {
    if (random() % 3 != 0) part[name] = RandomToken(random);
  }
  if (random() % 2 == 0) part["address"] = {{"city", RandomToken(random)}, {"zip", 1}};
  return part;
}

std::string RandomText(std::mt19937& random) {
  nlohmann::ordered_json text = nlohmann::ordered_json::object();
  if (random() % 4 != 0) text["numRecords"] = random() % 5;
  for (const char* part : {"minValues", "maxValues", "nullCount"}) {
    if (random() % 4 != 0) text[part] = RandomPart(random);
  }
  if (random() % 3 == 0) text["tightBounds"] = random() % 2 == 0;
  return text.dump(random() % 3 == 0 ? 1 : -1);
}

std::optional<std::string> NaiveBound(const nlohmann::json& value, const DataType& type) {
  const bool whole = type.Is(Primitive::kLong) || type.Is(Primitive::kInteger);
  const bool number = whole || type.AsDecimal() != nullptr || type.Is(Primitive::kDouble);
  const bool text = type.Is(Primitive::kString) || type.Is(Primitive::kTimestamp);
  if (value.is_string() && text) return value.get<std::string>();
  if (value.is_boolean() && type.Is(Primitive::kBoolean)) return value.dump();
  if (value.is_number_integer() && number) return value.dump();
  if (value.is_number_float() && number && !whole) return value.dump();
  return std::nullopt;
}

std::optional<int64_t> NaiveCount(const nlohmann::json& value) {
  if (!value.is_number_integer() || value.get<int64_t>() < 0) return std::nullopt;
  return value.get<int64_t>();
}

// What `part` has at the place of the column; null where it has nothing.
nlohmann::json NaiveValue(const nlohmann::json& text, const char* part, const ColumnPath& path) {
  nlohmann::json value = text.value(part, nlohmann::json::object());
  for (const std::string& name : path) {
    value = value.is_object() ? value.value(name, nlohmann::json()) : nlohmann::json();
  }
  return value;
}

FileStatistics NaiveStatistics(const std::string& json) {
  const nlohmann::json text = nlohmann::json::parse(json);
  FileStatistics statistics;
  statistics.num_records = NaiveCount(text.value("numRecords", nlohmann::json()));
  statistics.tight_bounds = text.value("tightBounds", true);
  const auto add = [&](const ColumnPath& path, const DataType& type) {
    ColumnStatistics column{NaiveBound(NaiveValue(text, "minValues", path), type),
                            NaiveBound(NaiveValue(text, "maxValues", path), type),
                            NaiveCount(NaiveValue(text, "nullCount", path))};
    const bool certain = statistics.tight_bounds || column.null_count == 0 ||
                         column.null_count == statistics.num_records;
    if (!certain) column.null_count.reset();
    if (column != ColumnStatistics{}) statistics.columns[path] = column;
  };
  for (const StructField& field : TestSchema().fields) {
    if (field.type.AsStruct() == nullptr) add({field.name}, field.type);
  }
  add({"address", "city"}, Primitive::kString);
  add({"address", "zip"}, Primitive::kInteger);
  return statistics;
}

TEST(PackedStatistics, RandomTextsSayWhatAPlainReaderReads) {
  std::mt19937 random(7);
  StatisticsShapes shapes;
  for (int i = 0; i < 2000; ++i) {
    const std::string text = RandomText(random);
    const Packed packed = Pack(shapes, text);
    ASSERT_EQ(shapes.All(packed.shape, packed.bytes, TestSchema()), NaiveStatistics(text)) << text;
    if (i % 10 == 0) ExpectAgreement(shapes, text);
  }
  EXPECT_EQ(shapes.size(), StatisticsShapes::kShapesMax) << "the rest has been kept as it is";
}

TEST(PackedStatistics, DamagedTextsComeBack) {
  std::mt19937 random(8);
  StatisticsShapes shapes;
  for (int i = 0; i < 3000; ++i) {
    std::string text = RandomText(random);
    for (uint32_t damage = 0; damage <= random() % 3; ++damage) {
      text[random() % text.size()] = static_cast<char>(random());
    }
    ExpectAgreement(shapes, text);
  }
}

TEST(PackedStatistics, ShapesAreBounded) {
  StatisticsShapes shapes;
  for (size_t i = 0; i < StatisticsShapes::kShapesMax + 100; ++i) {
    const std::string text = R"({"minValues":{"c)" + std::to_string(i) + R"(":1}})";
    const Packed packed = Pack(shapes, text);
    EXPECT_EQ(packed.shape == 0, i >= StatisticsShapes::kShapesMax);
    EXPECT_EQ(shapes.Unpack(packed.shape, packed.bytes), text);
    const ColumnPath path{"c" + std::to_string(i)};
    EXPECT_EQ(shapes.Column(packed.shape, packed.bytes, path, Primitive::kLong).min, "1");
  }
  // Huge ones do not fill the memory, however few they are.
  StatisticsShapes huge;
  for (int i = 0; i < 40; ++i) {
    Pack(huge, R"({"a)" + std::to_string(i) + std::string(1 << 20, 'x') + R"(":1})");
  }
  EXPECT_LT(huge.bytes_in_memory(), StatisticsShapes::kShapesBytesMax + (1U << 20));
}

TEST(PackedStatistics, WideTablesAreRead) {
  Schema schema;
  std::string minimums;
  for (int i = 0; i < 3000; ++i) {
    const std::string name = "c" + std::to_string(i);
    schema.fields.push_back({name, Primitive::kLong, true, {}});
    minimums += (i == 0 ? "\"" : ",\"") + name + "\":" + std::to_string(i);
  }
  const std::string text = "{\"minValues\":{" + minimums + "}}";
  StatisticsShapes shapes;
  const Packed packed = Pack(shapes, text);
  EXPECT_NE(packed.shape, 0U);
  EXPECT_EQ(shapes.All(packed.shape, packed.bytes, schema).columns.at({"c2999"}).min, "2999");
}

}  // namespace
}  // namespace laguna::delta
