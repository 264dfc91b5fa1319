// SPDX-License-Identifier: Apache-2.0
// The small objects below <root>/_laguna/streams: numbered ones, and those that only one process
// may make.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "io/object_store.h"

namespace laguna::ingest {

// Without a slash at its end.
inline constexpr const char* kStreamsFolder = "_laguna/streams";

// The numbers n of the objects "<folder><n><suffix>", from the smallest; other names are passed
// over.
std::vector<int64_t> NumbersIn(io::ObjectStore& store, const std::string& folder,
                               std::string_view suffix, const io::Call& call);

// Puts what nobody else may put. False when somebody else did; Unavailable "stream.log_unknown"
// when the store does not say.
bool PutOnce(io::ObjectStore& store, const std::string& key, const std::string& text,
             const io::Call& call);

base::Error Damaged(const std::string& file, const base::Error& error);
// Unsupported "stream.log_newer".
base::Error NewerFormat(const std::string& file, int64_t format, int64_t known);

// `parse(file)`; what it says of a text that is damaged (Corrupt) is said with the file and with
// what to do: "stream.log_damaged".
template <class Parse>
auto ReadStreamObject(const std::string& file, const Parse& parse) {
  try {
    return parse(file);
  } catch (const base::Error& error) {
    if (error.kind() != base::ErrorKind::kCorrupt) throw;
    throw Damaged(file, error);
  }
}

// Deletes what there is of a stream that feeds no table any more. Nothing happens for what is no
// stream's id.
void RemoveStream(io::ObjectStore& store, const std::string& stream_id, const io::Call& call);

}  // namespace laguna::ingest
