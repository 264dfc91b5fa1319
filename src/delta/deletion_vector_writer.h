// SPDX-License-Identifier: Apache-2.0
// Stores the deletion vectors of one commit: small ones in the log itself, the others packed into
// files. Belongs to one thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "delta/deletion_vector_file.h"
#include "io/object_store.h"

namespace laguna::delta {

class DeletionVectorWriter {
 public:
  // Vectors of more rows go into a file.
  static constexpr uint64_t kInlineRowsMax = 128;

  // For the table at `root`. `store` and `random` outlive the writer.
  DeletionVectorWriter(io::ObjectStore& store, std::string root, base::Random& random);

  // What the log says of the vector. Errors are the store's and DeletionVectorFileBuilder's.
  DeletionVectorDescriptor Write(const DeletionVector& vector, const io::Call& call = {});
  // Stores what is not stored yet. From here on all of it is durable.
  void Finish(const io::Call& call = {});

  // Keys of the files that were begun to be stored, those of a store that failed included.
  [[nodiscard]] const std::vector<std::string>& keys() const { return keys_; }

 private:
  void Store(const io::Call& call);

  io::ObjectStore& store_;
  const std::string root_;
  base::Random& random_;
  std::optional<DeletionVectorFileBuilder> open_;
  std::vector<std::string> keys_;
};

}  // namespace laguna::delta
