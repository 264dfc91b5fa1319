// SPDX-License-Identifier: Apache-2.0
// What the operating system's error numbers become: an Error whose kind tells the caller whether
// waiting, freeing space or asking an administrator helps, and whose sentence names the file.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace laguna::io {

// `action` is what was tried, as a verb phrase: "write", "list", "make the folder". `path` is
// absolute. NotFound (ENOENT, ENOTDIR), PermissionDenied (EACCES, EPERM, EROFS), Exhausted (ENOSPC,
// EDQUOT, too many open files, no memory), Unavailable (EIO and the like), InvalidInput (name too
// long, too many links), Exists (EEXIST, EISDIR, ENOTEMPTY), Internal for the rest.
base::Error FileError(int error_number, std::string_view action, const std::string& path);

}  // namespace laguna::io
