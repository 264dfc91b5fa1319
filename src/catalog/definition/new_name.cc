// SPDX-License-Identifier: Apache-2.0
#include "catalog/definition/new_name.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"
#include "catalog/lake_catalog.h"
#include "catalog/lake_transaction.h"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;

// What file systems take for one name.
constexpr size_t kNameBytesMax = 200;

bool IsFolderName(const std::string& name) {
  const auto is_bad = [](char character) {
    return character == '/' || character == '\\' || static_cast<unsigned char>(character) < 0x20;
  };
  return !name.empty() && name.size() <= kNameBytesMax && base::IsUtf8(name) &&
         std::none_of(name.begin(), name.end(), is_bad);
}

}  // namespace

void CheckNewName(duckdb::ClientContext& context, const LakeSchema& schema,
                  const std::string& name) {
  // Its folder is moved aside at commit, and what were written into it would go along.
  if (LakeTransaction::Get(context, schema.lake_catalog()).IsDropped(schema.name)) {
    throw Error(ErrorKind::kUnsupported, "catalog.dropped_schema",
                fmt::format("Schema {} is dropped in this transaction; nothing can be made in it "
                            "before the commit.",
                            schema.name))
        .Hint("COMMIT first.")
        .With("schema", schema.name);
  }
  const Zone* zone = schema.lake_catalog().environment().lake.FindZone(schema.name);
  if (zone && zone->files) {
    throw Error(
        ErrorKind::kUnsupported, "catalog.file_zone",
        fmt::format("Zone {} holds files as they came; it takes no tables or views.", schema.name))
        .Hint("Make the table in another zone; laguna.yaml says which zones hold files.")
        .With("zone", schema.name);
  }
  if (IsHiddenName(name)) {
    throw Error(ErrorKind::kInvalidInput, "catalog.hidden_name",
                fmt::format("\"{}\" cannot name a table or view: names that begin with _ or . are "
                            "kept for Laguna's own files.",
                            name))
        .With("name", name);
  }
  if (!IsFolderName(name)) {
    throw Error(ErrorKind::kInvalidInput, "catalog.bad_name",
                fmt::format("\"{}\" cannot name a table or view: it becomes a folder, so it must "
                            "have 1 to {} bytes, no slash and no control character.",
                            name, kNameBytesMax))
        .With("name", name);
  }
}

Error ExistsError(const LakeSchema& schema, const std::string& what, const std::string& name) {
  return Error(ErrorKind::kExists, "catalog.exists",
               fmt::format("{} {}.{} already exists.", what, schema.name, name))
      .Hint("Use IF NOT EXISTS to keep it, OR REPLACE to replace it, or another name.")
      .With("name", fmt::format("{}.{}", schema.name, name));
}

}  // namespace laguna::catalog
