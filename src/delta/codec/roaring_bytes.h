// SPDX-License-Identifier: Apache-2.0
// Whether bytes are a 32-bit roaring bitmap in its portable form (RoaringFormatSpec, "Standard
// 32-bit Roaring Bitmap").
//
// The library that holds our bitmaps reads no further than it may, but believes what it reads:
// unsorted values, runs over each other or a wrong count give wrong rows later, or worse. So all of
// it is proven before the library sees it. Pure; thread-safe.
#pragma once

#include <cstdint>

#include "delta/codec/byte_reader.h"

namespace laguna::delta {

// What a bitmap holds. A container takes memory of its own, however few values it has.
struct RoaringSize {
  uint32_t containers = 0;
  uint64_t values = 0;
};

// Reads one bitmap and leaves `reader` behind it. Corrupt ("delta.deletion_vector") for anything
// the format does not allow.
RoaringSize CheckRoaring(ByteReader& reader);

}  // namespace laguna::delta
