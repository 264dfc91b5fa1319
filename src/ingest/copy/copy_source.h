// SPDX-License-Identifier: Apache-2.0
// What the words of a copy mean: which files, or which table of which block; and which folder or
// file of which zone. Nothing is opened but to look whether it is there.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ingest/copy/copy.h"
#include "io/object_store.h"

namespace laguna::ingest {

struct SourceFile {
  io::ObjectInfo info;
  // Below the folder the copy is of: "2013/jan.csv".
  std::string relative;
};

struct SourceFiles {
  // Where the files lie: `owned`, or the lake's.
  io::ObjectStore* store = nullptr;
  std::unique_ptr<io::ObjectStore> owned;
  // What `relative` is relative to, absolute, without a trailing slash.
  std::string folder;
  // In order of their names; hidden ones are left out.
  std::vector<SourceFile> files;
  std::vector<std::string> hidden;
  // Found a second time through a link to a folder, and left out.
  std::vector<std::string> repeated = {};
  // Of which the files are all, absolute; empty where they are not found by one.
  std::string pattern = {};
  // One file, named as such.
  bool single = false;
  // What a file made of them is called after: "sales".
  std::string stem;
  // The source in the copy's identity: without "./" and "..", from the zone where it lies in one.
  std::string name;
};

struct SourceTable {
  const connect::Block* block = nullptr;
  // Never empty: the database's default one where none was named.
  std::string schema;
  std::string table;
  std::string name;
};

using CopySource = std::variant<SourceFiles, SourceTable>;

// NotFound "copy.source" with where it was looked for; NotFound "block.unknown"; InvalidInput
// "block.wrong_type"; Unsupported for URLs.
CopySource FindSource(const CopyEnvironment& environment, const std::string& from);

// Parts of a table's name, unquoted: `shop.sales`, `"Odd.Schema".sales`. InvalidInput "copy.table".
std::vector<std::string> TableNameParts(std::string_view name);

struct CopyTarget {
  // "landing/sales/", below the storage root.
  std::string folder;
  // "x.csv", where the target is a file.
  std::optional<std::string> file;

  // As the copy's identity has it.
  [[nodiscard]] std::string name() const { return folder + file.value_or(""); }
};

// InvalidInput "copy.target" for what lies in no file zone, with the nearest one.
CopyTarget ParseTarget(const catalog::Lake& lake, const std::string& to);

// InvalidInput "copy.into_itself" when the copy would read what it writes, files that are called
// `names` below the target's folder.
void CheckApart(const catalog::LakeEnvironment& environment, const SourceFiles& source,
                const CopyTarget& target, const std::vector<std::string>& names);

}  // namespace laguna::ingest
