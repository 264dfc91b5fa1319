// SPDX-License-Identifier: Apache-2.0
// The bytes of deletion vectors: inline, in files, and the descriptors that say where they are.
#include "delta/deletion_vector.h"

#include <gtest/gtest.h>

#include <array>

#include "base/clock.h"
#include "base/error.h"
#include "delta/codec/base85.h"
#include "delta/deletion_vector_file.h"
#include "fuzz/fuzzing.h"
#include "io/store/memory.h"

namespace laguna::test {
namespace {

// Vectors of each kind of container: values, runs, a bitset, two buckets, none.
std::vector<delta::DeletionVector> Vectors() {
  std::vector<delta::DeletionVector> vectors(5);
  for (const uint64_t row : {3, 7, 70'000}) vectors[0].Add(row);
  for (uint64_t row = 100; row < 1000; ++row) vectors[1].Add(row);
  for (uint64_t row = 0; row < 9000; row += 2) vectors[2].Add(row);
  for (uint64_t row = 0; row < 5; ++row) vectors[3].Add(row << 31);
  return vectors;
}

// Whoever accepts a vector must be able to work with it.
void Use(const delta::DeletionVector& vector) {
  std::array<uint32_t, 2048> rows;
  const size_t kept = vector.KeptRows(1, rows);
  const uint64_t last = vector.Last().value_or(0);
  EXPECT_EQ(kept + vector.DeletedRows(1, rows), rows.size());
  EXPECT_EQ(vector.CountIn(1, rows.size()), rows.size() - kept);
  EXPECT_EQ(vector.Contains(last), !vector.IsEmpty());
  const auto again = delta::DeletionVector::FromBytes(vector.ToBytes());
  EXPECT_EQ(again, vector);
  static const delta::DeletionVector other = Vectors()[2];
  const auto all = delta::DeletionVector::Union(vector, other);
  const auto rest = delta::DeletionVector::Difference(all, vector);
  EXPECT_FALSE(delta::DeletionVector::Intersects(rest, vector));
  EXPECT_EQ(all.Cardinality(), vector.Cardinality() + rest.Cardinality());
}

TEST(FuzzDelta, DeletionVectors) {
  std::vector<std::string> seeds{
      delta::DecodeBase85("wi5b=000010000siXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L")};
  for (const delta::DeletionVector& vector : Vectors()) seeds.push_back(vector.ToBytes());
  Fuzz({"deletion_vector",
        seeds,
        {std::string(4, '\0'), std::string(8, '\xff'), "\x3a\x30", "\x3b\x30", "\xd0\xd3\x39\x64",
         std::string("\0\x80", 2)},
        [](const std::string& text) { Use(delta::DeletionVector::FromBytes(text)); }});
}

TEST(Fuzz, Base85) {
  Fuzz({"base85",
        {"HelloWorld", "^-aqEH.-t@S}K{vb[*k^", ""},
        {"%nSc1", "#####", "~", "\xff"},
        [](const std::string& text) {
          const std::string bytes = delta::DecodeBase85(text);
          EXPECT_EQ(delta::EncodeBase85(bytes), text);
          if (text.size() != delta::kBase85UuidLength) return;
          EXPECT_EQ(delta::EncodeUuid(delta::DecodeUuid(text)), text);
        }});
}

TEST(FuzzDelta, DeletionVectorFiles) {
  const base::SystemClock clock;
  io::MemoryObjectStore store(clock);
  delta::DeletionVectorFileBuilder builder("d2c639aa-8816-431a-aaf6-d3fe2512ff61");
  std::vector<delta::DeletionVectorDescriptor> descriptors;
  for (const auto& vector : Vectors()) descriptors.push_back(builder.Add(vector));
  Fuzz({"deletion_vector_file",
        {builder.bytes()},
        {std::string(4, '\0'), "\x01"},
        [&](const std::string& text) {
          store.Put("t/" + builder.path(), text);
          for (const auto& descriptor : descriptors) {
            Use(delta::LoadDeletionVector(store, "t", descriptor));
          }
        }});
}

TEST(Fuzz, DeletionVectorDescriptors) {
  const base::SystemClock clock;
  io::MemoryObjectStore store(clock);
  const auto line = delta::InlineDeletionVector(Vectors()[0]);
  Fuzz({"deletion_vector_descriptor",
        {line.path_or_inline},
        {"..", "/", "%2e", "s3://", "^-aqE"},
        [&](const std::string& text) {
          for (const char type : {'i', 'u', 'p'}) {
            delta::DeletionVectorDescriptor descriptor = line;
            descriptor.storage_type = type;
            descriptor.path_or_inline = text;
            try {
              Use(delta::LoadDeletionVector(store, "t", descriptor));
            } catch (const base::Error& error) {  // the other types are still to come
              EXPECT_NE(error.kind(), base::ErrorKind::kInternal);
            }
          }
        }});
}

}  // namespace
}  // namespace laguna::test
