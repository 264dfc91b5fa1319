// SPDX-License-Identifier: Apache-2.0
// Lists a folder tree of the local file system as an object store lists its keys: by byte order of
// whole keys, in pages.
//
// Links to files and folders are followed; a link to a folder that holds it is skipped, and so is
// one that leads nowhere. Temporary files (io/temporary_file.h) and what is neither file nor folder
// are left out. Empty folders are named in a delimited listing.
#pragma once

#include <string>

#include "io/object_store.h"

namespace laguna::io {

// `prefix` has passed CheckPrefix; `root` is absolute.
ListPage ListFolder(const std::string& root, const std::string& prefix, const ListOptions& options,
                    const Call& call);

}  // namespace laguna::io
