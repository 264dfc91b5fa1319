// SPDX-License-Identifier: Apache-2.0
// Whether a packed file is whole. The engine reads a .gz or .zst as far as it goes and says nothing
// of the rest, so half an upload would pass for all of it.
//
// gzip (RFC 1952) is unpacked and its checksum and length compared, member by member. Of zstd
// (RFC 8878) the frames and blocks are walked: a file that is cut off is found, a changed byte is
// not (that is left to who unpacks it). Parquet has the same four bytes at both ends, the last of
// them written at the very end. Pure but for the reading; memory is bounded: what is unpacked is
// not kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "io/object_store.h"

namespace laguna::ingest {

enum class PackedState { kWhole, kCutOff, kDamaged };

// The next bytes of a file; empty at its end. What was given is valid until the next call.
using NextBytes = std::function<std::span<const std::byte>()>;

PackedState CheckGzip(const NextBytes& next);
PackedState CheckZstd(const NextBytes& next);

// By the first and the last four bytes, of a file that has `size_bytes`.
PackedState CheckParquet(std::string_view first, std::string_view last, uint64_t size_bytes);

// By the key's ending; whole for all that is neither .gz, .zst nor .parquet.
PackedState CheckPacked(io::ObjectStore& store, const std::string& key, const io::Call& call);

}  // namespace laguna::ingest
