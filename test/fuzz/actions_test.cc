// SPDX-License-Identifier: Apache-2.0
// JSON actions: the commits of a log, on both ways they are read.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "base/error.h"
#include "delta/codec/action_json.h"
#include "delta/codec/file_action_json.h"
#include "fuzz/fuzzing.h"

namespace laguna::test {
namespace {

struct Listed {
  std::vector<delta::Action> actions;
  // Path and deletion vector of each.
  std::vector<std::string> removed;
  bool operator==(const Listed&) const = default;
};

// Replay takes files as they come and what is removed as names only.
struct ListingSink final : delta::CommitSink {
  void Add(const delta::FileRow& file) override {
    listed.actions.emplace_back(delta::OwnedFile(file));
  }
  void Remove(std::string_view path, std::string_view vector_id) override {
    listed.removed.push_back(fmt::format("{}|{}", path, vector_id));
  }
  void Take(delta::Action action) override { listed.actions.push_back(std::move(action)); }
  Listed listed;
};

Listed ReplayWay(const std::string& text) {
  ListingSink sink;
  delta::ParseCommit(text, "0.json", sink);
  return sink.listed;
}

// The conflict checks take actions.
Listed ActionWay(const std::string& text) {
  Listed listed;
  listed.actions = delta::ParseCommit(text, "0.json");
  std::erase_if(listed.actions, [&](const delta::Action& action) {
    const auto* gone = std::get_if<delta::RemoveFile>(&action);
    if (gone == nullptr) return false;
    listed.removed.push_back(fmt::format(
        "{}|{}", gone->path, gone->deletion_vector ? gone->deletion_vector->UniqueId() : ""));
    return true;
  });
  return listed;
}

// Nothing when it refuses.
std::optional<Listed> Try(Listed (*way)(const std::string&), const std::string& text) {
  try {
    return way(text);
  } catch (const base::Error& error) {
    EXPECT_NE(error.kind(), base::ErrorKind::kInternal) << error.sentence();
    return std::nullopt;
  }
}

TEST(FuzzDelta, Actions) {
  Fuzz(
      {"actions",
       {R"({"commitInfo":{"timestamp":1,"operation":"WRITE","operationParameters":{"mode":"Append"},"isBlindAppend":true,"txnId":"x"}})"
        "\n"
        R"({"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["timestampNtz"],"writerFeatures":["timestampNtz"]}})"
        "\n"
        R"({"metaData":{"id":"i","format":{"provider":"parquet","options":{}},"schemaString":"{\"type\":\"struct\",\"fields\":[]}","partitionColumns":["p"],"configuration":{"a":"b"},"createdTime":1}})",
        R"({"add":{"path":"a%20b.parquet","partitionValues":{"p":null},"size":1,"modificationTime":2,"dataChange":true,"stats":"{\"numRecords\":1}","deletionVector":{"storageType":"u","pathOrInlineDv":"ab","offset":1,"sizeInBytes":2,"cardinality":3}}})"
        "\n"
        R"({"remove":{"path":"a.parquet","deletionTimestamp":1,"dataChange":true}})"
        "\n"
        R"({"remove":{"path":"c","dataChange":true,"deletionVector":{"storageType":"u","pathOrInlineDv":"ab","offset":1,"sizeInBytes":2,"cardinality":3}}})"
        "\n"
        R"({"txn":{"appId":"s","version":3}})"
        "\n"
        R"({"domainMetadata":{"domain":"d","configuration":"{}","removed":false}})"},
       {"{", "}", "[", "]", ",", ":", "\"", "\\u0000", "\\ud800", "null", "true", "1e999", "-0",
        "-1", "9223372036854775808", "\xff\xfe", "\n", "1.5"},
       [](const std::string& text) {
         // Replay does not look at fields it does not need.
         const auto actions = Try(ActionWay, text);
         const auto replayed = Try(ReplayWay, text);
         if (actions) {
           EXPECT_EQ(replayed, actions);
         }
         static_cast<void>(delta::ParseCommitInfo(text, "0.json"));
         static_cast<void>(delta::WriteCommit(delta::ParseCommit(text, "0.json")));
       }});
}

}  // namespace
}  // namespace laguna::test
