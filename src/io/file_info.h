// SPDX-License-Identifier: Apache-2.0
// What stat() says of a file, as an ObjectInfo. The etag is made of inode, size and the time of
// change in nanoseconds: a file that is replaced by a rename gets another one.
#pragma once

#include <sys/stat.h>

#include <string>

#include "io/object_store.h"

namespace laguna::io {

ObjectInfo InfoOfFile(std::string key, const struct stat& status);

}  // namespace laguna::io
