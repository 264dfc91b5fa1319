// SPDX-License-Identifier: Apache-2.0
// Deletes many objects with several requests under way at once. Thread-safe.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>

#include "io/object_store.h"

namespace laguna::delta {

// As ObjectStore::DeleteMany. Of what fails the first error is thrown when all threads have ended;
// the rest of the objects may be there or not. `on_deleted` (may be empty) is called with the
// number of keys that were just done, by all threads; what it throws is a failure too.
void DeleteFiles(io::ObjectStore& store, std::span<const std::string> keys,
                 const io::Call& call = {},
                 const std::function<void(size_t count)>& on_deleted = {});

}  // namespace laguna::delta
