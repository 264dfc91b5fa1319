// SPDX-License-Identifier: Apache-2.0
// Paths of data files: as the log spells them, and as what identifies a file. Pure; thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace laguna::delta {

// The log holds paths as URIs (protocol section "Add File and Remove File"); decoded they are what
// the store is asked for. A path with a malformed escape stays as it is.
[[nodiscard]] std::string DecodeDataPath(std::string_view uri);
// Back again. Everything but unreserved characters and the separators of a path is escaped, which
// every reader decodes alike.
[[nodiscard]] std::string EncodeDataPath(std::string_view path);

// One spelling for paths that mean the same file: "file:/x" and "file:///x" are "/x".
[[nodiscard]] std::string_view CanonicalPath(std::string_view path);

// What tells logical files apart in replay: the path and the deletion vector's id (protocol section
// "Action Reconciliation").
[[nodiscard]] std::string FileKey(std::string_view path, std::string_view deletion_vector_id);

}  // namespace laguna::delta
