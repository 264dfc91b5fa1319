// SPDX-License-Identifier: Apache-2.0
// Which tables of the lake name files of other tables: shallow clones.
//
// A clone is noted under the id of the table whose files it names, in a small object
// `_laguna/clones/<id of that table>/<id of the clone>.json`, before the clone is there. So VACUUM
// finds the clones of a table by one listing. A note whose clone is not there says nothing. Clones
// that other programs made are not known.
#pragma once

#include <string>
#include <vector>

#include "catalog/lake_catalog.h"
#include "delta/file_table.h"
#include "delta/named_files.h"
#include "io/object_store.h"

namespace laguna::catalog {

// Notes the table at `root` ("bronze/c", of that id) under every table of the lake whose files it
// names by absolute paths; nothing for a table that has only files of its own. For those who make
// or move such a table, before they do.
void NoteClone(LakeCatalog& lake, const std::string& root, const std::string& id,
               const delta::FileTable& files);
void NoteClone(LakeCatalog& lake, const std::string& root, const std::string& id,
               const std::vector<delta::AddFile>& files);

// Whether any clone was ever made in the lake.
[[nodiscard]] bool HasClones(io::ObjectStore& store);

// The roots at which clones of the table of that id were made; some may be gone.
[[nodiscard]] std::vector<std::string> ClonesOf(io::ObjectStore& store, const std::string& id);

// Notes all files that versions of these clones name which the clones keep.
void NoteFilesOfClones(LakeCatalog& lake, const std::string& id, delta::NamedFiles& named);

// The table's root among the first two parts of an absolute path below the storage root
// ("bronze/t" of "file:///x/lake/bronze/t/a.parquet"); empty for other paths. `storage` is the
// storage root as ObjectStore::Locate has it.
[[nodiscard]] std::string RootInPath(const std::string& path, const std::string& storage);

}  // namespace laguna::catalog
