// SPDX-License-Identifier: Apache-2.0
// Deletion vectors where a descriptor says they are: inline in the log, or in files of their own,
// several to a file (protocol sections "Deletion Vector Descriptor Schema" and "Deletion Vector
// File Storage Format"). Loading may be done by any threads at once; a builder belongs to one.
#pragma once

#include <string>

#include "delta/action.h"
#include "delta/deletion_vector.h"
#include "io/object_store.h"

namespace laguna::delta {

// The file a stored vector ('u' or 'p') lies in, spelled as AddFile::path is: relative to the
// table's root, or an absolute path or URL; empty for an inline one. Corrupt
// ("delta.deletion_vector") for a descriptor that names no path, Unsupported for another storage
// type.
[[nodiscard]] std::string DeletionVectorPath(const DeletionVectorDescriptor& descriptor);

// The vector of a file of the table at `root`. Reads no more of its file than the vector, its
// checks and what stands before it. Errors: Corrupt ("delta.deletion_vector") for anything that is
// not as the protocol and the descriptor have it (format, sizes, checksum, cardinality), with file,
// offset, what was expected and what was found; NotFound for a file that is gone; Exhausted for a
// vector beyond the limits of DeletionVector; Unsupported for a URL outside of the store.
[[nodiscard]] DeletionVector LoadDeletionVector(io::ObjectStore& store, const std::string& root,
                                                const DeletionVectorDescriptor& descriptor,
                                                const io::Call& call = {});

// A descriptor that holds the vector itself: a line of the log and no file, for small ones.
[[nodiscard]] DeletionVectorDescriptor InlineDeletionVector(const DeletionVector& vector);

// Puts vectors into one file. The caller stores bytes() under `<root>/<path()>`, durable before the
// commit that names it. No file is made for no vectors.
class DeletionVectorFileBuilder {
 public:
  // Where a file is large enough for the next vector to begin another one.
  static constexpr size_t kTargetBytes = size_t{2} << 20;

  // `uuid` as base::MakeUuid gives it; `prefix` is the folder below the root, empty for none (the
  // property delta.randomizeFilePrefixes).
  explicit DeletionVectorFileBuilder(std::string uuid, std::string prefix = "");

  // Exhausted ("delta.deletion_vector_size") for a vector beyond DeletionVector::kBytesMax; the
  // file is then as it was. At most as many as keep the file below 2 GiB.
  DeletionVectorDescriptor Add(const DeletionVector& vector);

  [[nodiscard]] std::string path() const;
  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  [[nodiscard]] bool IsFull() const { return bytes_.size() >= kTargetBytes; }

 private:
  const std::string uuid_;
  const std::string prefix_;
  std::string bytes_;
};

}  // namespace laguna::delta
