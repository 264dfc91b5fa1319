// SPDX-License-Identifier: Apache-2.0
// How large the data files of a write should grow. Pure functions.
#pragma once

#include <cstdint>

#include "delta/action.h"

namespace laguna::catalog {

inline constexpr uint64_t kDefaultTargetFileSizeBytes = 256ULL << 20;

// delta.targetFileSize ("128mb", "1g", "104857600"), else the default.
uint64_t TargetFileSize(const delta::Properties& properties);

}  // namespace laguna::catalog
