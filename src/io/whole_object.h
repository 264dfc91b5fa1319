// SPDX-License-Identifier: Apache-2.0
// Small objects that nobody waits for: hints and summaries which are made anew when a power cut
// takes them. What must survive is put (ObjectStore::Put). Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "io/object_store.h"

namespace laguna::io {

// The whole object, visible on return, replacing an older one; durable only after a Sync that names
// it. Errors: the store's, and nothing is left behind.
void WriteWhole(ObjectStore& store, const std::string& key, std::string_view bytes,
                const Call& call = {});

}  // namespace laguna::io
