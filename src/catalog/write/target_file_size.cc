// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/target_file_size.h"

#include "delta/property_value.h"

namespace laguna::catalog {

uint64_t TargetFileSize(const delta::Properties& properties) {
  const auto property = properties.find("delta.targetFileSize");
  if (property == properties.end()) return kDefaultTargetFileSizeBytes;
  return delta::ParseByteSize(property->second).value_or(kDefaultTargetFileSizeBytes);
}

}  // namespace laguna::catalog
