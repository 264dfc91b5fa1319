// SPDX-License-Identifier: Apache-2.0
// Which tables of the lake name files of other tables: shallow clones.
//
// A clone is noted under the folder of the table whose files it names, in a small object
// `_laguna/clones/<that folder>/<id of the clone>.json`, before the clone is there. So VACUUM finds
// the clones of a table by one listing. Not under the table's id: CREATE OR REPLACE, by whatever
// program, gives a folder another one. A note whose clone is not there says nothing. Clones that
// other programs made are not known.
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

// The roots at which clones of the table at `root` were made; some may be gone.
[[nodiscard]] std::vector<std::string> ClonesOf(io::ObjectStore& store, const std::string& root);

// Whether rows of the clone's newest version lie in files of the table at `root`; not for a clone
// that is gone. Errors of reading its log.
[[nodiscard]] bool ReadsFilesOf(LakeCatalog& lake, const std::string& clone,
                                const std::string& root);

// Notes all files that versions of the clones of the table at `root` name which the clones keep.
void NoteFilesOfClones(LakeCatalog& lake, const std::string& root, delta::NamedFiles& named);

// The table's root among the first two parts of an absolute path below the storage root
// ("bronze/t" of "file:///x/lake/bronze/t/a.parquet"); empty for other paths. `storage` is the
// storage root as ObjectStore::Locate has it.
[[nodiscard]] std::string RootInPath(const std::string& path, const std::string& storage);

}  // namespace laguna::catalog
