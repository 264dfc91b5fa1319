// SPDX-License-Identifier: Apache-2.0
#include "delta/deletion_vector_file.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "base/clock.h"
#include "base/error.h"
#include "delta/codec/action_json.h"
#include "delta/statistics.h"
#include "io/store/local.h"
#include "io/store/memory.h"
#include "io/temporary_folder.h"

namespace laguna::delta {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUuid = "d2c639aa-8816-431a-aaf6-d3fe2512ff61";

DeletionVector VectorOf(const std::vector<uint64_t>& rows) {
  DeletionVector vector;
  vector.AddMany(rows);
  return vector;
}

DeletionVector EveryThird(uint64_t count) {
  std::vector<uint64_t> rows;
  for (uint64_t i = 0; i < count; ++i) rows.push_back(3 * i);
  return VectorOf(rows);
}

// A store with one file of vectors in the table "bronze/t".
struct StoredVectors {
  base::SystemClock clock;
  io::MemoryObjectStore store{clock};
  std::vector<DeletionVector> vectors;
  std::vector<DeletionVectorDescriptor> descriptors;
  std::string path;
  std::string bytes;

  explicit StoredVectors(std::vector<DeletionVector> the_vectors, const std::string& prefix = "")
      : vectors(std::move(the_vectors)) {
    DeletionVectorFileBuilder builder(kUuid, prefix);
    for (const DeletionVector& vector : vectors) descriptors.push_back(builder.Add(vector));
    path = builder.path();
    bytes = builder.bytes();
    Put(bytes);
  }

  void Put(const std::string& content) { store.Put("bronze/t/" + path, content); }
  DeletionVector Load(const DeletionVectorDescriptor& descriptor) {
    return LoadDeletionVector(store, "bronze/t", descriptor);
  }
  // The error of loading.
  base::Error Failure(const DeletionVectorDescriptor& descriptor) {
    try {
      static_cast<void>(Load(descriptor));
    } catch (const base::Error& error) {
      return error;
    }
    return {base::ErrorKind::kInternal, "none", "It was loaded."};
  }
};

TEST(DeletionVectorFile, SeveralVectorsInOneFile) {
  StoredVectors stored({VectorOf({1, 5}), EveryThird(40'000), DeletionVector(), EveryThird(3)});
  EXPECT_EQ(stored.path, "deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin");
  EXPECT_EQ(stored.descriptors[0].offset, 1);
  EXPECT_EQ(stored.descriptors[0].cardinality, 2);
  for (size_t i = 0; i < stored.vectors.size(); ++i) {
    EXPECT_EQ(DeletionVectorPath(stored.descriptors[i]), stored.path);
    EXPECT_EQ(stored.Load(stored.descriptors[i]), stored.vectors[i]) << i;
  }
}

TEST(DeletionVectorFile, VectorsFarBehindTheBeginning) {
  std::vector<DeletionVector> vectors;
  for (int i = 0; i < 12; ++i) vectors.push_back(EveryThird(20'000));
  vectors.push_back(VectorOf({9}));
  StoredVectors stored(vectors);
  EXPECT_GT(stored.descriptors.back().offset, 80'000);
  EXPECT_EQ(stored.Load(stored.descriptors.back()), vectors.back());
  stored.bytes[0] = 2;
  stored.Put(stored.bytes);
  EXPECT_NE(stored.Failure(stored.descriptors.back()).sentence().find("a file of version 1"),
            std::string::npos);
}

TEST(DeletionVectorFile, BytesAreTheProtocols) {
  StoredVectors stored({VectorOf({3, 7})});
  const auto size = static_cast<unsigned char>(stored.descriptors[0].size_bytes);
  EXPECT_EQ(stored.bytes.substr(0, 5), std::string({1, 0, 0, 0, static_cast<char>(size)}));
  EXPECT_EQ(stored.bytes.substr(5, size), VectorOf({3, 7}).ToBytes());
  EXPECT_EQ(stored.bytes.size(), 1U + 4 + size + 4);
}

TEST(DeletionVectorFile, APrefixIsAFolder) {
  StoredVectors stored({VectorOf({4})}, "ab");
  EXPECT_EQ(stored.path, std::string("ab/deletion_vector_") + kUuid + ".bin");
  EXPECT_EQ(stored.descriptors[0].path_or_inline, "ab^-aqEH.-t@S}K{vb[*k^");
  EXPECT_EQ(stored.Load(stored.descriptors[0]), stored.vectors[0]);
}

TEST(DeletionVectorFile, WithoutAnOffsetItIsTheFirst) {
  StoredVectors stored({VectorOf({4, 6}), VectorOf({5})});
  DeletionVectorDescriptor descriptor = stored.descriptors[0];
  descriptor.offset.reset();
  EXPECT_EQ(stored.Load(descriptor), stored.vectors[0]);
  descriptor.offset = 0;
  EXPECT_EQ(stored.Load(descriptor), stored.vectors[0]);
}

TEST(DeletionVectorFile, InlineVectors) {
  StoredVectors stored({});
  for (const auto& vector : {VectorOf({3, 4, 7}), VectorOf({1}), EveryThird(9), DeletionVector()}) {
    const DeletionVectorDescriptor descriptor = InlineDeletionVector(vector);
    EXPECT_EQ(descriptor.storage_type, 'i');
    EXPECT_FALSE(descriptor.offset);
    EXPECT_EQ(DeletionVectorPath(descriptor), "");
    EXPECT_EQ(stored.Load(descriptor), vector);
  }
  const DeletionVectorDescriptor example{
      'i', "wi5b=000010000siXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L", {}, 40, 6};
  EXPECT_EQ(stored.Load(example), VectorOf({3, 4, 7, 11, 18, 29}));
  EXPECT_TRUE(stored.Load({'i', "", {}, 0, 0}).IsEmpty());
}

TEST(DeletionVectorFile, AbsolutePathsInTheStore) {
  StoredVectors stored({VectorOf({2})});
  stored.store.Put("other table/vectors.bin", stored.bytes);
  DeletionVectorDescriptor descriptor = stored.descriptors[0];
  descriptor.storage_type = 'p';
  descriptor.path_or_inline = stored.store.Locate("other%20table/vectors.bin");
  EXPECT_EQ(DeletionVectorPath(descriptor), stored.store.Locate("other table/vectors.bin"));
  EXPECT_EQ(stored.Load(descriptor), stored.vectors[0]);
}

TEST(DeletionVectorFile, AbsolutePathsOfThisMachine) {
  io::TemporaryFolder folder("laguna-vector-");
  StoredVectors stored({VectorOf({2})});
  io::LocalObjectStore lake(folder.path() + "/lake");
  io::LocalObjectStore outside(folder.path() + "/clone of");
  lake.Put("a b/v.bin", stored.bytes);
  outside.Put("v.bin", stored.bytes);
  DeletionVectorDescriptor descriptor = stored.descriptors[0];
  descriptor.storage_type = 'p';
  for (const std::string path : {"/lake/a%20b/v.bin", "/clone%20of/v.bin"}) {
    descriptor.path_or_inline = folder.path() + path;
    EXPECT_EQ(LoadDeletionVector(lake, "bronze/t", descriptor), stored.vectors[0]) << path;
    descriptor.path_or_inline = "file://" + folder.path() + path;
    EXPECT_EQ(LoadDeletionVector(lake, "bronze/t", descriptor), stored.vectors[0]) << path;
  }
  EXPECT_FALSE(fs::exists(folder.path() + "/clone of/_delta_log"));
}

TEST(DeletionVectorFile, SaysWhichVectorIsBrokenAndHow) {
  StoredVectors stored({VectorOf({3, 7}), VectorOf({9})});
  const base::Error good = stored.Failure(stored.descriptors[0]);
  ASSERT_EQ(good.code(), "none");
  const DeletionVectorDescriptor first = stored.descriptors[0];
  const auto with = [&](auto change) {
    DeletionVectorDescriptor descriptor = first;
    change(descriptor);
    return stored.Failure(descriptor);
  };
  const auto flipped = [&](size_t at) {
    std::string bytes = stored.bytes;
    bytes[at] ^= 0x20;
    stored.Put(bytes);
    base::Error error = stored.Failure(first);
    stored.Put(stored.bytes);
    return error;
  };
  using Descriptor = DeletionVectorDescriptor;
  const auto corrupt = base::ErrorKind::kCorrupt;
  const struct {
    std::string name;
    base::Error error;
    base::ErrorKind kind;
    std::string expected;
  } cases[] = {
      {"version", flipped(0), corrupt, "a file of version 1, found 33"},
      {"size", flipped(4), corrupt, "as its descriptor says, found one of"},
      {"vector", flipped(9), corrupt, "bytes of the checksum"},
      {"checksum", flipped(5 + static_cast<size_t>(first.size_bytes)), corrupt, "the checksum"},
      {"another size", with([](Descriptor& d) { d.size_bytes -= 1; }), corrupt, "a vector of"},
      {"a negative size", with([](Descriptor& d) { d.size_bytes = -1; }), corrupt, "sizeInBytes"},
      {"beyond the file", with([](Descriptor& d) { d.size_bytes = 1 << 20; }), corrupt,
       "a file of at least 1048585 bytes"},
      {"far too large", with([](Descriptor& d) { d.size_bytes = 0x7FFFFFFF; }),
       base::ErrorKind::kExhausted, "at most 268435456"},
      {"a negative offset", with([](Descriptor& d) { d.offset = -1; }), corrupt, "an offset"},
      {"an offset beyond the file", with([](Descriptor& d) { d.offset = 0x7FFFFFFF; }), corrupt,
       "a file of at least"},
      {"cardinality", with([](Descriptor& d) { d.cardinality = 3; }), corrupt,
       "3 deleted rows, as its descriptor says, found 2"},
      {"a negative cardinality", with([](Descriptor& d) { d.cardinality = -2; }), corrupt,
       "-2 deleted rows"},
      {"a short uuid", with([](Descriptor& d) { d.path_or_inline = "abc"; }), corrupt,
       "20 or more characters"},
      {"a wrong uuid", with([](Descriptor& d) { d.path_or_inline[2] = '~'; }), corrupt,
       "0x7E at 2"},
      {"a path up", with([](Descriptor& d) { d.path_or_inline.insert(0, "../../x"); }), corrupt,
       "a path below the table"},
      {"another file", with([](Descriptor& d) { d.path_or_inline[2] = 'b'; }),
       base::ErrorKind::kNotFound, "deletion_vector_"},
      {"another storage", with([](Descriptor& d) { d.storage_type = 'x'; }),
       base::ErrorKind::kUnsupported, "'x'"},
      {"elsewhere", with([](Descriptor& d) {
         d.storage_type = 'p';
         d.path_or_inline = "s3://bucket/v.bin";
       }),
       base::ErrorKind::kUnsupported, "outside of"},
      {"no absolute path", with([](Descriptor& d) {
         d.storage_type = 'p';
         d.path_or_inline = "";
       }),
       corrupt, "an absolute path"},
      {"inline, not Base85", stored.Failure({'i', "~~~~~", {}, 4, 1}), corrupt, "Base85"},
      {"inline, another size", stored.Failure({'i', "00000", {}, 5, 1}), corrupt, "5 bytes, as"},
      {"inline, far smaller", stored.Failure({'i', "0000000000", {}, 4, 1}), corrupt, "4 bytes"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(c.error.kind(), c.kind) << c.error.sentence();
    EXPECT_NE(c.error.sentence().find(c.expected), std::string::npos) << c.error.sentence();
    EXPECT_NE(c.error.sentence().find("deletion vector"), std::string::npos) << c.error.sentence();
  }
  const base::Error error = flipped(9);
  EXPECT_NE(error.sentence().find("at byte 1 of memory://"), std::string::npos) << error.sentence();
  EXPECT_FALSE(error.hint().empty());
}

TEST(DeletionVectorFile, AStoppedCallIsNoFaultOfTheVector) {
  StoredVectors stored({VectorOf({1})});
  std::stop_source stop;
  stop.request_stop();
  try {
    static_cast<void>(LoadDeletionVector(stored.store, "bronze/t", stored.descriptors[0],
                                         {stop.get_token(), {}}));
    ADD_FAILURE();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::ErrorKind::kCancelled);
    EXPECT_EQ(error.sentence().find("deletion vector at"), std::string::npos);
  }
}

// ---- Vectors that other implementations wrote.

std::string TextOf(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Every vector that a commit of the table adds.
std::vector<AddFile> FilesWithVectors(const fs::path& table) {
  std::vector<AddFile> files;
  for (const auto& entry : fs::directory_iterator(table / "_delta_log")) {
    if (entry.path().extension() != ".json") continue;
    for (const Action& action : ParseCommit(TextOf(entry.path()), entry.path().string())) {
      const auto* file = std::get_if<AddFile>(&action);
      if (file != nullptr && file->deletion_vector) files.push_back(*file);
    }
  }
  return files;
}

TEST(DeletionVectorFile, GoldenTables) {
  const char* shared = std::getenv("LAGUNA_SHARED");
  const fs::path folder =
      fs::path(shared == nullptr ? "../shared" : shared) / "conformance" / "delta_golden";
  if (!fs::exists(folder)) {
    if (std::getenv("CI") != nullptr) FAIL() << folder << " is missing";
    GTEST_SKIP() << "shared data: conformance/delta_golden";
  }
  io::LocalObjectStore store(folder.string());
  const std::map<std::string, size_t> tables = {{"dv-partitioned-with-checkpoint", 10},
                                                {"dv-with-columnmapping", 10},
                                                {"log-replay-dv-key-cases", 3}};
  for (const auto& [table, count] : tables) {
    const std::vector<AddFile> files = FilesWithVectors(folder / table / "delta");
    EXPECT_EQ(files.size(), count) << table;
    for (const AddFile& file : files) {
      const auto vector = LoadDeletionVector(store, table + "/delta", *file.deletion_vector);
      EXPECT_GT(vector.Cardinality(), 0U);
      EXPECT_LT(vector.Last(), static_cast<uint64_t>(*ParseRecordCount(file.statistics_json)));
      // What is written is what Spark wrote.
      EXPECT_EQ(vector.ToBytes().size(), static_cast<size_t>(file.deletion_vector->size_bytes));
    }
  }
}

}  // namespace
}  // namespace laguna::delta
