// SPDX-License-Identifier: Apache-2.0
#include "delta/deletion_vector_writer.h"

#include <utility>

namespace laguna::delta {

DeletionVectorWriter::DeletionVectorWriter(io::ObjectStore& store, std::string root,
                                           base::Random& random)
    : store_(store), root_(std::move(root)), random_(random) {}

DeletionVectorDescriptor DeletionVectorWriter::Write(const DeletionVector& vector,
                                                     const io::Call& call) {
  if (vector.Cardinality() <= kInlineRowsMax) return InlineDeletionVector(vector);
  if (!open_) open_.emplace(base::MakeUuid(random_));
  DeletionVectorDescriptor descriptor = open_->Add(vector);
  if (open_->IsFull()) Store(call);
  return descriptor;
}

void DeletionVectorWriter::Finish(const io::Call& call) {
  if (open_) Store(call);
}

void DeletionVectorWriter::Store(const io::Call& call) {
  keys_.push_back(root_ + "/" + open_->path());
  store_.Put(keys_.back(), open_->bytes(), call);
  open_.reset();
}

}  // namespace laguna::delta
