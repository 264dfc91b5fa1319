// SPDX-License-Identifier: Apache-2.0
// The parsers that need no engine.
#include <gtest/gtest.h>

#include "base/iso_time.h"
#include "base/json.h"
#include "base/percent_encoding.h"
#include "base/quantity.h"
#include "base/utf8.h"
#include "base/yaml.h"
#include "connect/block.h"
#include "delta/codec/schema_json.h"
#include "delta/column_list.h"
#include "delta/data_path.h"
#include "delta/log_path.h"
#include "delta/packed_statistics.h"
#include "delta/property_value.h"
#include "delta/statistics.h"
#include "delta/text_limit.h"
#include "fuzz/fuzzing.h"
#include "io/store/fault.h"

namespace laguna::test {
namespace {

const std::vector<std::string> kJsonWords{
    "{",       "}",       "[",    "]",    ",",     ":",  "\"",
    "\\u0000", "\\ud800", "null", "true", "1e999", "-0", "9223372036854775808",
    "\xff\xfe"};
const std::string kSchema =
    R"json({"type":"struct","fields":[{"name":"id","type":"long","nullable":false,"metadata":{}},)json"
    R"json({"name":"d","type":"decimal(10,2)","nullable":true,"metadata":{"comment":"x"}},)json"
    R"json({"name":"a","type":{"type":"array","elementType":"string","containsNull":true},"nullable":true,"metadata":{}},)json"
    R"json({"name":"m","type":{"type":"map","keyType":"string","valueType":{"type":"struct","fields":[{"name":"t","type":"timestamp","nullable":true,"metadata":{}}]},"valueContainsNull":true},"nullable":true,"metadata":{}}]})json";

TEST(Fuzz, Json) {
  Fuzz({"json",
        {R"({"a":[1,2.5,"x\n",null,true,{"b":[]}]})", "[]", "\"x\"", "1e5"},
        kJsonWords,
        [](const std::string& text) {
          base::DumpJson(base::ParseJson(text, "x.json", base::ErrorKind::kCorrupt));
        }});
}

TEST(Fuzz, Yaml) {
  Fuzz({"yaml",
        {"name: shop\nzones:\n  - landing: files\n  - bronze\nlimits: {a: 10s, b: \"4GB\"}\n",
         "a: |\n  text\n  more\nb: >-\n  folded\nc: [1, 'two', {d: ~}]\n"},
        {"&a", "*a", "!!str", "<<:", "---\n", "\t", "- ", ": ", "%YAML 9", "\"", "'", "#"},
        [](const std::string& text) { base::ParseYaml(text, "x.yaml"); }});
}

TEST(FuzzDelta, Schemas) {
  Fuzz({"schema", {kSchema}, kJsonWords, [](const std::string& text) {
          static_cast<void>(delta::WriteSchema(delta::ParseSchema(text)));
        }});
}

TEST(Fuzz, Statistics) {
  const delta::Schema schema = delta::ParseSchema(kSchema);
  Fuzz(
      {"statistics",
       {R"({"numRecords":3,"tightBounds":false,"minValues":{"id":1,"d":1.5},"maxValues":{"id":9,"d":"2.5"},"nullCount":{"id":0,"a":1}})"},
       kJsonWords,
       [&](const std::string& text) {
         delta::ParseRecordCount(text);
         delta::WriteStatistics(schema, delta::ParseStatistics(schema, text));
       }});
}

// Whatever was packed before it, a text comes back as it was and says what it says alone.
TEST(Fuzz, PackedStatistics) {
  const delta::Schema schema = delta::ParseSchema(kSchema);
  delta::StatisticsShapes shapes;
  Fuzz(
      {"packed_statistics",
       {R"({"numRecords":3,"tightBounds":false,"minValues":{"id":1,"d":1.5},"maxValues":{"id":9,"d":"2.5"},"nullCount":{"id":0,"a":1}})",
        R"( {"numRecords" : 30, "minValues" : {"s":{"x":"a\"b\u00e9"}}, "maxValues":[1,{"a":[]}] } )"},
       kJsonWords,
       [&](const std::string& text) {
         std::string packed;
         const uint32_t shape = shapes.Pack(text, packed);
         EXPECT_EQ(shapes.Unpack(shape, packed), text);
         EXPECT_EQ(shapes.All(shape, packed, schema), delta::ParseStatistics(schema, text)) << text;
         EXPECT_EQ(shapes.RecordCount(shape, packed), delta::ParseRecordCount(text)) << text;
       }});
}

// Columns come back from their own text.
TEST(Fuzz, ColumnLists) {
  Fuzz({"column_list",
        {"a, s.b, `odd, name`", "`q``q`.`x.y`,1a", ""},
        {",", ".", "`", "``", " ", "\t", "_", "\xff"},
        [](const std::string& text) {
          static_cast<void>(delta::IsColumnList(text));
          const auto columns = delta::ParseColumnList(text);
          EXPECT_EQ(delta::ParseColumnList(delta::ColumnListText(columns)), columns) << text;
        }});
}

TEST(Fuzz, PropertyValues) {
  using Type = delta::PropertyType;
  Fuzz({"property_value",
        {"interval 30 days", "2 weeks 3 hours", "128mb", "1 g", "2.12.0", "TRUE",
         "9223372036854775807"},
        {"interval ", " days", "-", ".", "99999999999999999999", "months", "kib", "\xff"},
        [](const std::string& text) {
          for (const Type type : {Type::kBoolean, Type::kInteger, Type::kLong, Type::kInterval,
                                  Type::kByteSize, Type::kColumns, Type::kVersion, Type::kOneOf}) {
            const delta::ValueRule rule{type, 1, "none|name|id"};
            const std::string written = delta::CanonicalValue(rule, text);
            EXPECT_EQ(delta::IsValue(rule, written), delta::IsValue(rule, text)) << text;
          }
        }});
}

TEST(Fuzz, TextLimits) {
  Fuzz({"text_limit",
        {"varchar(5)", "array<char(2)>", "struct<a:varchar(3),`b c`:map<string,char(1)>>"},
        {"varchar(", "char(", "99999999999", ")", "<", ">", "struct<", "array<", "map<", ":", "`"},
        [](const std::string& text) {
          delta::StructField field{"t", delta::Primitive::kString, true, {}};
          field.metadata = {{"__CHAR_VARCHAR_TYPE_STRING", '"' + text + '"'}};
          static_cast<void>(delta::TextLimitsOf(field));
          delta::RestateTextLimits(field);
        }});
}

TEST(FuzzDelta, Paths) {
  Fuzz({"paths",
        {"00000000000000000007.json",
         "00000000000000000010.checkpoint.0000000001.0000000002.parquet", "p=a%20b/c%C3%A9.parquet",
         "file:///a/b", "00000000000000000001.00000000000000000003.compacted.json"},
        {"%", "%zz", "..", "//", ":", "\xff"},
        [](const std::string& text) {
          static_cast<void>(delta::ParseLogFileName(text));
          static_cast<void>(delta::EncodeDataPath(delta::DecodeDataPath(text)));
          static_cast<void>(base::PercentDecode(text));
        }});
}

TEST(Fuzz, TimesAndQuantities) {
  Fuzz({"times",
        {"2024-02-29T23:59:60.123456Z", "1582-10-04", "1h30m", "512MiB",
         "2024-01-01 00:00:00+05:30"},
        {"-", ":", "T", "Z", "99999999999999999999", "+", "."},
        [](const std::string& text) {
          base::ParseIsoMs(text);
          base::ParseIsoUs(text);
          base::ParseIsoDate(text);
          base::ParseDuration(text);
          base::ParseBytes(text);
        }});
}

TEST(Fuzz, Utf8) {
  Fuzz({"utf8",
        {"añb→c😀", "plain"},
        {"\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"},
        [](const std::string& text) {
          base::FindInvalidUtf8(text);
          base::CountCodePoints(text);
          base::TruncateCodePoints(text, 3);
          base::TruncateBytes(text, 3);
        }});
}

TEST(Fuzz, FaultPlan) {
  Fuzz({"faults",
        {"put bronze/t:before:kill:1", "*:after:error=Exhausted:2", "read x:delay=10ms"},
        {":", "*", "=", "kill", "error=", " "},
        [](const std::string& text) {
          try {
            io::ParseFaultPlan(text);
          } catch (const base::Error&) {  // seeds need not all be plans
          }
        }});
}

TEST(Fuzz, Block) {
  Fuzz({"block",
        {"type: postgres\nhost: h\nport: 5432\ndatabase: d\nuser: u\npassword: {secret: P}\n",
         "type: sqlite\npath: ../x.db\n"},
        {"type:", "secret", "{", "}", "\n", "- "},
        [](const std::string& text) {
          connect::Block::Parse("b", base::ParseYaml(text, "blocks/b.yaml"));
        }});
}

}  // namespace
}  // namespace laguna::test
