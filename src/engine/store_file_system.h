// SPDX-License-Identifier: Apache-2.0
// DuckDB's file system over io::ObjectStore, so that data files and logs take the same way.
//
// A mount says which absolute paths (or URLs) lie in which store; relative paths are resolved
// first (a zone's lie below the storage root, all others below the lake's folder, never below the
// process's working directory). What resolves to no mount is a plain local file and goes to
// DuckDB's own file system.
//
// Stores and resolver outlive the database; both may be called from any thread. Written objects
// appear when their handle is closed; a handle destroyed before that leaves nothing. Durability is
// ObjectStore::Sync, which is the writer's business. A store has every folder: looking for one and
// making one cost nothing.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/database.h"
#include "io/object_store.h"

namespace laguna::engine {

struct StoreMount {
  // What Locate(key) puts before a key, without a trailing slash: "/data/my-lake/lake",
  // "s3://bucket/lake".
  std::string root;
  io::ObjectStore& store;
};

// From a path as a user wrote it to an absolute one; absolute ones and URLs stay.
using PathResolver = std::function<std::string(std::string_view path)>;

DatabaseSetup MountStores(std::vector<StoreMount> mounts, PathResolver resolve);

}  // namespace laguna::engine
