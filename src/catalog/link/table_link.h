// SPDX-License-Identifier: Apache-2.0
// Tables of the lake that live elsewhere: "bronze/t.link" is a small object that holds the location
// of the table bronze.t.
//
// Everything that works on a table keys it by its root. The root of a linked table says where the
// link leads: "bronze/t.link/@%2Fdata%2Ft", a key below the link object, which link/linked_store.h
// takes to that folder. So one root is one folder for ever, and a link that is set elsewhere is
// another root. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "catalog/lake.h"
#include "delta/action.h"

namespace laguna::catalog {

// "bronze/t" -> "bronze/t.link".
std::string LinkKeyOf(std::string_view folder);
// "bronze/t" and what its link says -> the table's root.
std::string LinkedRoot(std::string_view folder, std::string_view location);

struct LinkedKey {
  // "bronze/t.link".
  std::string link;
  // As the link has it.
  std::string location;
  // What lies below the location; empty for the root itself.
  std::string below;
};
// Nothing for keys of the storage root's own objects.
std::optional<LinkedKey> ParseLinkedKey(std::string_view key);

// What a link's text says. Corrupt "catalog.bad_link" when it is no single line; `link` is for the
// message.
std::string LocationIn(std::string_view text, std::string_view link);

// The folder on this machine, absolute: below the storage root when the location begins with a
// zone, else relative to laguna.yaml. Unsupported "catalog.unsupported_location" for other stores.
std::string LinkedFolder(const Lake& lake, std::string_view location);

// A location as a user wrote it, as a link keeps it: relative ones stay relative, so that a lake
// can be moved. InvalidInput "catalog.bad_location" for one that is empty or among the lake's own
// tables, Unsupported as above.
std::string NewLocation(const Lake& lake, const std::string& written);

// The path by which the engine writes the object `key` of the lake's store: the same for all keys,
// where ObjectStore::Locate says where it will be.
std::string WritePathOf(const Lake& lake, std::string_view key);

// The same columns, by names and types, and the same partitioning.
bool HaveSameColumns(const delta::Metadata& a, const delta::Metadata& b);

}  // namespace laguna::catalog
