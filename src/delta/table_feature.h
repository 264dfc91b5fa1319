// SPDX-License-Identifier: Apache-2.0
// Every table feature of the protocol: what it is called, what implies it, what we do about it
// (protocol sections "Table Features" and "Valid Feature Names in Table Features"). Pure;
// thread-safe.
#pragma once

#include <span>
#include <string_view>

#include "delta/action.h"

namespace laguna::delta {

struct TableFeature {
  std::string_view name;
  // Readers must know it too.
  bool reader = false;
  // The versions before table features from which on it counts as supported; 0: none.
  int reader_version = 0;
  int writer_version = 0;
  // We read, and append to or replace, tables on which it is active.
  bool readable = true;
  bool writable = false;
  // Active wherever it is supported; else where the metadata needs it.
  bool always_active = false;
  // True for metadata that makes no sense without the feature. Null: none does.
  bool (*needed_by)(const Metadata& metadata) = nullptr;
};

[[nodiscard]] std::span<const TableFeature> TableFeatures();
// Null for a name the protocol does not know.
[[nodiscard]] const TableFeature* FindTableFeature(std::string_view name);

// True when the table supports the feature, by its lists or by its versions.
[[nodiscard]] bool Supports(const Protocol& protocol, std::string_view feature);
// True when the table supports the feature and its metadata uses it.
[[nodiscard]] bool IsActive(const Protocol& protocol, const Metadata& metadata,
                            std::string_view feature);

// Unsupported ("delta.feature", "delta.protocol_version") for a table we cannot read right, with
// the table and the feature named.
void CheckReadable(const Protocol& protocol, const Metadata& metadata, std::string_view table);
// The same for writing; what we cannot write right is refused before a byte is written.
void CheckWritable(const Protocol& protocol, const Metadata& metadata, std::string_view table);
// For commits that add or remove files. Unsupported for a table of whose files other engines read
// elsewhere, where its writers have to tell of them: by symlink manifests ("delta.manifest"), or by
// the metadata of other formats ("delta.universal_format").
void CheckFilesMayChange(const Metadata& metadata, std::string_view table);

// The least protocol for a new table: 1/2, grown by what the metadata needs.
[[nodiscard]] Protocol MinimalProtocol(const Metadata& metadata);
// `protocol`, grown by what the metadata needs or asks for (delta/protocol_wish.h): to the version
// that stands for it, where one does, else by table features. The same when nothing is missing.
[[nodiscard]] Protocol GrowProtocol(const Protocol& protocol, const Metadata& metadata);
// Whether a table of that protocol and those properties has all of `wanted`: the values as they
// are; what asks for protocol, which never stands in a table, as far as the protocol grants it.
[[nodiscard]] bool HasProperties(const Protocol& protocol, const Properties& properties,
                                 const Properties& wanted);

}  // namespace laguna::delta
