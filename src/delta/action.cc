// SPDX-License-Identifier: Apache-2.0
#include "delta/action.h"

namespace laguna::delta {

std::string DeletionVectorDescriptor::UniqueId() const {
  std::string id(1, storage_type);
  id += path_or_inline;
  if (offset) id += "@" + std::to_string(*offset);
  return id;
}

}  // namespace laguna::delta
