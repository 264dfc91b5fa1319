// SPDX-License-Identifier: Apache-2.0
#include "delta/codec/action_json.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "delta/codec/schema_json.h"

namespace laguna::delta {
namespace {

AddFile FullAdd() {
  AddFile file;
  file.path = "day=2024-02-29/a b%c:é.parquet";
  file.partition_values = {{"day", "2024-02-29"}, {"x", std::nullopt}};
  file.size_bytes = 12;
  file.modification_time_ms = 34;
  file.data_change = false;
  file.statistics_json = R"({"numRecords":1,"minValues":{"s":"\"quoted\""}})";
  file.tags = {{"k", "v"}};
  file.deletion_vector = DeletionVectorDescriptor{'u', "ab^-aqEH.-t@S}K{vb[*k^", 4, 40, 6};
  file.base_row_id = 5;
  file.default_row_commit_version = 6;
  file.clustering_provider = "liquid";
  return file;
}

CommitInfo FullInfo() {
  CommitInfo info;
  info.timestamp_ms = 1;
  info.in_commit_timestamp_ms = 2;
  info.operation = "WRITE";
  info.operation_parameters = {{"mode", "\"Append\""}, {"partitionBy", "\"[]\""}};
  info.operation_metrics = {{"numFiles", "1"}};
  info.read_version = 3;
  info.isolation_level = "WriteSerializable";
  info.is_blind_append = true;
  info.txn_id = "t";
  info.engine_info = "Laguna";
  info.user_metadata = "u";
  info.user_name = "n";
  info.other = {{"notebook", R"({"id":[1,2.50]})"}};
  return info;
}

TEST(ActionJson, EveryActionIsReadBack) {
  Metadata metadata;
  metadata.id = "m";
  metadata.name = "n";
  metadata.description = "a \"text\"\n";
  metadata.schema.fields = {{"id", Primitive::kLong, false, {{"comment", "\"c\""}}}};
  metadata.partition_columns = {"id"};
  metadata.configuration = {{"delta.appendOnly", "true"}};
  metadata.created_time_ms = 9;
  RemoveFile removal;
  removal.path = "x y";
  removal.deletion_timestamp_ms = 7;
  removal.extended_file_metadata = true;
  removal.partition_values = {{"day", std::nullopt}};
  removal.size_bytes = 8;
  std::vector<Action> actions = {
      FullInfo(),
      Protocol{3, 7, {"timestampNtz"}, {"timestampNtz", "appendOnly"}},
      metadata,
      FullAdd(),
      removal,
      AddCdcFile{"_change_data/c", {{"day", "1"}}, 4, {}},
      SetTransaction{"app", 5, 6},
      DomainMetadata{"d", R"({"k":1})", true},
      CheckpointMetadata{4, {{"k", "v"}}},
      Sidecar{"s.parquet", 1, 2, {}},
  };
  EXPECT_EQ(ParseCommit(WriteCommit(actions), "f"), actions);
}

TEST(ActionJson, IsWhatSparkWrites) {
  std::string line;
  AppendAction(line, FullAdd());
  EXPECT_EQ(line,
            R"({"add":{"path":"day=2024-02-29/a%20b%25c%3A%C3%A9.parquet",)"
            R"("partitionValues":{"day":"2024-02-29","x":null},"size":12,"modificationTime":34,)"
            R"("dataChange":false,)"
            R"("stats":"{\"numRecords\":1,\"minValues\":{\"s\":\"\\\"quoted\\\"\"}}",)"
            R"("tags":{"k":"v"},"deletionVector":{"storageType":"u",)"
            R"("pathOrInlineDv":"ab^-aqEH.-t@S}K{vb[*k^","offset":4,"sizeInBytes":40,)"
            R"("cardinality":6},"baseRowId":5,"defaultRowCommitVersion":6,)"
            R"("clusteringProvider":"liquid"}})");
  line.clear();
  AppendAction(line, FullInfo());
  EXPECT_EQ(line,
            R"({"commitInfo":{"timestamp":1,"inCommitTimestamp":2,"userName":"n",)"
            R"("operation":"WRITE","operationParameters":{"mode":"Append","partitionBy":"[]"},)"
            R"("readVersion":3,"isolationLevel":"WriteSerializable","isBlindAppend":true,)"
            R"("operationMetrics":{"numFiles":"1"},"userMetadata":"u","engineInfo":"Laguna",)"
            R"("txnId":"t","notebook":{"id":[1,2.50]}}})");
  line.clear();
  AppendAction(line, Protocol{});
  EXPECT_EQ(line, R"({"protocol":{"minReaderVersion":1,"minWriterVersion":2}})");
}

TEST(ActionJson, AnEmptyPartitionValueIsNull) {
  auto actions = ParseCommit(
      R"({"add":{"path":"a","partitionValues":{"p":"","q":null},"size":1,"modificationTime":1}})",
      "f");
  EXPECT_EQ(std::get<AddFile>(actions.at(0)).partition_values,
            (PartitionValues{{"p", std::nullopt}, {"q", std::nullopt}}));
}

struct Recorder final : CommitSink {
  void Add(const FileRow& file) override {
    said.push_back(fmt::format("add {} {} {}", file.path, file.size_bytes, file.statistics_json));
    for (const auto& [name, value] : file.partition_values) {
      said.push_back(fmt::format("{}={}", name, value.value_or("NULL")));
    }
    if (file.deletion_vector != nullptr) said.push_back(file.deletion_vector->UniqueId());
  }
  void Remove(std::string_view path, std::string_view deletion_vector_id) override {
    said.push_back(fmt::format("remove {} {}", path, deletion_vector_id));
  }
  void Take(Action action) override { said.push_back(fmt::format("other {}", action.index())); }
  std::vector<std::string> said;
};

TEST(ActionJson, ASinkGetsFilesAsRowsInTheirOrder) {
  RemoveFile removal;
  removal.path = "x y";
  removal.deletion_vector = DeletionVectorDescriptor{'i', "abc", {}, 40, 6};
  AddFile plain;
  plain.path = "plain";
  Recorder recorder;
  ParseCommit(WriteCommit(std::vector<Action>{FullInfo(), removal, FullAdd(), plain}), "f",
              recorder);
  EXPECT_EQ(recorder.said,
            (std::vector<std::string>{
                "other 0", "remove x y iabc",
                R"(add day=2024-02-29/a b%c:é.parquet 12 )" + FullAdd().statistics_json,
                "day=2024-02-29", "x=NULL", "uab^-aqEH.-t@S}K{vb[*k^@4", "add plain 0 "}))
      << "nothing of one row is left in the next";
  EXPECT_THROW(ParseCommit("{\"add\":{\"path\":\"a\"}}", "f", recorder), base::Error);
}

TEST(ActionJson, ANameThatStandsTwiceInARowCountsOnce) {
  auto actions = ParseCommit(
      R"({"add":{"path":"a","partitionValues":{"p":"1","p":"2"},"size":1,"modificationTime":1,)"
      R"("tags":{"t":"1","t":"2"}}})",
      "f");
  EXPECT_EQ(std::get<AddFile>(actions.at(0)).partition_values, (PartitionValues{{"p", "1"}}));
  EXPECT_EQ(std::get<AddFile>(actions.at(0)).tags, (Properties{{"t", "1"}}));
}

TEST(ActionJson, StrangeProvenanceIsKeptNotRefused) {
  auto info = ParseCommitInfo(
      R"({"commitInfo":{"timestamp":"noon","operation":7,"operationMetrics":{"n":5},"x":null}})",
      "f");
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->other, (Properties{{"operation", "7"}, {"timestamp", "\"noon\""}}));
  EXPECT_EQ(info->operation_metrics.at("n"), "5");
}

TEST(ActionJson, LineEndsOfEveryKind) {
  const std::string line = R"({"txn":{"appId":"a","version":1}})";
  EXPECT_EQ(ParseCommit(line + "\r\n\n" + line, "f").size(), 2U);
  EXPECT_TRUE(ParseCommit("", "f").empty());
}

TEST(SchemaJson, EveryTypeIsReadBack) {
  StructType inner{{StructField{"d", Decimal{38, 18}, false, {}}}};
  Schema schema;
  for (int i = 0; i < 14; ++i) {
    schema.fields.push_back({"p" + std::to_string(i), static_cast<Primitive>(i), i % 2 == 0, {}});
  }
  schema.fields.push_back({"s", DataType(inner), true, {{"n", "7"}, {"o", R"({"a":[1,"x"]})"}}});
  schema.fields.push_back({"a", DataType(ArrayType{DataType(inner), false}), true, {}});
  schema.fields.push_back(
      {"m",
       DataType(MapType{Primitive::kString, DataType(ArrayType{Primitive::kLong, true}), false}),
       true,
       {}});
  EXPECT_EQ(ParseSchema(WriteSchema(schema)), schema);
  EXPECT_EQ(schema.fields.back().type.ToString(), "map<string,array<bigint>>");
}

struct BrokenSchema {
  std::string json;
  std::string part;
};

TEST(SchemaJson, BrokenOnesSayWhatWasExpected) {
  const BrokenSchema cases[] = {
      {"", "expected JSON"},
      {"[]", "type \"struct\""},
      {R"({"type":"struct"})", "the key \"fields\""},
      {R"({"type":"struct","fields":[{"name":"a","type":"long","metadata":{}}]})", "\"nullable\""},
      {R"json({"type":"struct","fields":[{"name":"a","type":"decimal(50,2)","nullable":true}]})json",
       "decimal(50,2)"},
      {R"({"type":"struct","fields":[{"name":"a","type":{"type":"array","elementType":7,)"
       R"("containsNull":true},"nullable":true}]})",
       "a.element"},
      {R"({"type":"struct","fields":[{"name":"a","type":"long","nullable":true},)"
       R"({"name":"A","type":"long","nullable":true}]})",
       "not a and A"},
      {R"({"type":"struct","fields":[{"name":"s","type":{"type":"struct","fields":[)"
       R"({"name":"a","type":"long","nullable":true},{"name":"A","type":"long","nullable":true}]},)"
       R"("nullable":true}]})",
       "not s.a and s.A"},
      {R"({"type":"struct","fields":[{"name":"a","type":"long","nullable":true,"metadata":)"
       R"({"delta.columnMapping.physicalName":"id"}},{"name":"b","type":"long","nullable":true,)"
       R"("metadata":{"delta.columnMapping.physicalName":"ID"}}]})",
       "a and b are both \"ID\""},
  };
  for (const BrokenSchema& test : cases) {
    try {
      (void)ParseSchema(test.json);
      ADD_FAILURE() << test.json;
    } catch (const base::Error& error) {
      EXPECT_NE(error.sentence().find(test.part), std::string::npos) << error.sentence();
    }
  }
}

// `levels` arrays around a long.
Schema Nested(int levels) {
  DataType type = Primitive::kLong;
  for (int i = 0; i < levels; ++i) type = DataType(ArrayType{type, true});
  return Schema{{StructField{"deep", type, true, {}}}};
}

TEST(Schema, ListsThatNobodyCouldReadAreRefused) {
  EXPECT_NO_THROW(CheckSchema(Nested(kNestedListsMax), false));
  EXPECT_THROW(CheckSchema(Nested(kNestedListsMax + 1), false), base::Error);
  EXPECT_EQ(ParseSchema(WriteSchema(Nested(kNestedListsMax))), Nested(kNestedListsMax));
  try {
    (void)ParseSchema(WriteSchema(Nested(kNestedListsMax + 1)));
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::ErrorKind::kUnsupported);
    EXPECT_NE(error.sentence().find("deep"), std::string::npos) << error.sentence();
  }
}

TEST(Schema, NamesAreChecked) {
  auto with_names = [](const std::string& a, const std::string& b) {
    return Schema{
        {StructField{a, Primitive::kLong, true, {}}, StructField{b, Primitive::kLong, true, {}}}};
  };
  EXPECT_THROW(CheckSchema(with_names("a", "A"), false), base::Error);
  EXPECT_THROW(CheckSchema(with_names("a", ""), true), base::Error);
  EXPECT_THROW(CheckSchema(with_names("a", "b c"), false), base::Error);
  EXPECT_NO_THROW(CheckSchema(with_names("a", "b c"), true));
}

}  // namespace
}  // namespace laguna::delta
