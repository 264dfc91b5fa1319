// SPDX-License-Identifier: Apache-2.0
// Rows on their way into a file: where they come from, what the file is called, and writing it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/session.h"
#include "ingest/copy/copy.h"
#include "ingest/copy/copy_source.h"

namespace laguna::ingest {

struct RowsToCopy {
  // Something to select from.
  std::string relation;
  // Every column is text, as it is in CSV files.
  bool text = false;
  // Where the source can find them faster than by giving all: the rows whose `column` is not below
  // a value or NULL, and maybe more.
  std::function<std::string(const std::string& column, const std::string& value)> relation_from =
      {};
  // csv or parquet.
  std::string format;
  // What the file is called after.
  std::string stem;
  // Called when all rows are read: throws when they are not to be trusted.
  std::function<void()> check = [] {};
  // What a failure while reading means.
  std::function<base::Error(const base::Error&)> failure;
};

// What the request says, else the target's name, else `fallback`. InvalidInput "copy.format" when
// they contradict each other, or the target's name says neither csv nor parquet.
std::string FormatOfRows(const CopyRequest& request, const CopyTarget& target,
                         const std::string& fallback);

// Temporary tables and views of the session that go with the scope.
class TemporaryTables {
 public:
  explicit TemporaryTables(engine::Session& session) : session_(session) {}
  ~TemporaryTables();
  TemporaryTables(const TemporaryTables&) = delete;
  TemporaryTables& operator=(const TemporaryTables&) = delete;

  // Makes or replaces one; returns its name for queries.
  std::string Make(const std::string& name, const std::string& query);
  std::string MakeView(const std::string& name, const std::string& query);

 private:
  std::string Create(const std::string& kind, const std::string& name, const std::string& query);

  engine::Session& session_;
  // "TABLE temp.main.x", the last made last.
  std::vector<std::string> made_;
};

// The rows of `query` as an object of the lake's store, whole or not at all; not yet durable. CSV:
// comma, a header, double quotes where a value needs them; NULL is nothing, the empty text is "".
io::ObjectInfo WriteRowFile(const CopyEnvironment& environment, engine::Session& session,
                            const std::string& query, const std::string& key,
                            const std::string& format);

}  // namespace laguna::ingest
