// SPDX-License-Identifier: Apache-2.0
#include "delta/deletion_vector_file.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "base/assert.h"
#include "base/error.h"
#include "delta/codec/base85.h"
#include "delta/codec/byte_reader.h"
#include "delta/data_path.h"
#include "io/store/local.h"

namespace laguna::delta {
namespace {

constexpr uint8_t kFileVersion = 1;
// The version stands before the first vector.
constexpr uint64_t kFirstOffset = 1;
constexpr size_t kSizeBytes = 4;
constexpr size_t kChecksumBytes = 4;
// A vector that begins by here is read together with the file's version.
constexpr uint64_t kLeadBytesMax = 64 << 10;

// One place for the sentence; what it is about goes before it (Blame).
[[noreturn]] void Broken(const std::string& expected, const std::string& found) {
  throw base::Error(base::ErrorKind::kCorrupt, "delta.deletion_vector",
                    fmt::format("Expected {}, found {}.", expected, found))
      .With("expected", expected)
      .With("found", found);
}

// Where a descriptor's vector is, for errors.
struct Origin {
  // As the user knows it; empty for an inline vector.
  std::string file;
  uint64_t offset = 0;

  [[nodiscard]] std::string Name() const {
    return file.empty() ? std::string("An inline deletion vector")
                        : fmt::format("The deletion vector at byte {} of {}", offset, file);
  }
};

// Says of an error which vector it is about; of one that is not the vector's fault, nothing.
base::Error Blame(const base::Error& error, const Origin& origin) {
  const bool broken = error.kind() == base::ErrorKind::kCorrupt;
  const bool missing = error.kind() == base::ErrorKind::kNotFound;
  if (!broken && !missing && error.kind() != base::ErrorKind::kExhausted &&
      error.kind() != base::ErrorKind::kUnsupported) {
    return error;
  }
  base::Error blamed =
      base::Error(error).Within(fmt::format("{}{}", origin.Name(), broken ? " is broken" : ""));
  if (broken || missing) {
    blamed = std::move(blamed).Hint(
        "Without it deleted rows cannot be told from others. Bring its file back from a copy, or "
        "read a version of the table before it (VERSION AS OF).");
  }
  if (origin.file.empty()) return blamed;
  return std::move(blamed)
      .With("file", origin.file)
      .With("offset", fmt::format("{}", origin.offset));
}

void CheckDescriptor(const DeletionVectorDescriptor& descriptor) {
  if (descriptor.size_bytes < 0) {
    Broken("a sizeInBytes of zero or more", fmt::format("{}", descriptor.size_bytes));
  }
  if (static_cast<size_t>(descriptor.size_bytes) > DeletionVector::kBytesMax) {
    throw base::Error(base::ErrorKind::kExhausted, "delta.deletion_vector_size",
                      fmt::format("It has {} bytes; at most {} are read.", descriptor.size_bytes,
                                  DeletionVector::kBytesMax));
  }
  if (descriptor.offset.value_or(0) < 0) {
    Broken("an offset of zero or more", fmt::format("{}", *descriptor.offset));
  }
}

// The protocol reads an absent offset as 0, where the version stands and no vector can: both mean
// the first one.
uint64_t OffsetOf(const DeletionVectorDescriptor& descriptor) {
  return std::max(kFirstOffset, static_cast<uint64_t>(descriptor.offset.value_or(0)));
}

std::string RelativePath(std::string_view prefix, std::string_view uuid) {
  return fmt::format("{}{}deletion_vector_{}.bin", prefix, prefix.empty() ? "" : "/", uuid);
}

std::string RelativePath(const DeletionVectorDescriptor& descriptor) {
  const std::string_view text = descriptor.path_or_inline;
  if (text.size() < kBase85UuidLength) {
    Broken(fmt::format("a path of {} or more characters", kBase85UuidLength),
           fmt::format("\"{}\"", text));
  }
  const size_t prefix = text.size() - kBase85UuidLength;
  return RelativePath(text.substr(0, prefix), DecodeUuid(text.substr(prefix)));
}

std::string KeyBelow(const std::string& root, std::string_view path) {
  std::string key = root.empty() ? std::string(path) : fmt::format("{}/{}", root, path);
  try {
    io::CheckKey(key);
  } catch (const base::Error&) {
    Broken("a path below the table", fmt::format("\"{}\"", path));
  }
  return key;
}

// An object and the store it is in: the table's, or one made for a file outside of it.
struct Object {
  std::unique_ptr<io::ObjectStore> own_store;
  io::ObjectStore* store = nullptr;
  std::string key;
};

// The key of an absolute path that lies in the store.
std::optional<std::string> KeyInStore(const io::ObjectStore& store, std::string_view path) {
  const std::string root = store.Locate("");
  if (!path.starts_with(root)) return std::nullopt;
  path.remove_prefix(root.size());
  if (root.ends_with('/')) return std::string(path);
  if (!path.starts_with('/')) return std::nullopt;
  return std::string(path.substr(1));
}

Object FindAbsolute(io::ObjectStore& store, const std::string& path) {
  if (const auto key = KeyInStore(store, path)) return {nullptr, &store, KeyBelow("", *key)};
  const size_t slash = path.rfind('/');
  if (!path.starts_with('/')) {
    throw base::Error(
        base::ErrorKind::kUnsupported, "delta.deletion_vector_elsewhere",
        fmt::format("It lies outside of {}, where it cannot be read.", store.Locate("")));
  }
  Object object{std::make_unique<io::LocalObjectStore>(path.substr(0, slash + 1)), nullptr,
                KeyBelow("", std::string_view(path).substr(slash + 1))};
  object.store = object.own_store.get();
  return object;
}

Object Find(io::ObjectStore& store, const std::string& root,
            const DeletionVectorDescriptor& descriptor, const std::string& path) {
  if (descriptor.storage_type == 'p') return FindAbsolute(store, path);
  return {nullptr, &store, KeyBelow(root, path)};
}

std::string ReadRange(io::ObjectReader& reader, uint64_t offset, size_t size,
                      const io::Call& call) {
  std::string bytes(size, '\0');
  bytes.resize(reader.ReadAt(offset, std::as_writable_bytes(std::span(bytes)), call));
  return bytes;
}

void CheckVersion(std::string_view bytes) {
  const std::string found = bytes.empty() ? std::string("an empty file")
                                          : fmt::format("{}", static_cast<uint8_t>(bytes[0]));
  if (bytes.empty() || static_cast<uint8_t>(bytes[0]) != kFileVersion) {
    Broken(fmt::format("a file of version {}", kFileVersion), found);
  }
}

// The size, the vector and the checksum, as they stand in the file from `offset` on.
std::string ReadFrame(io::ObjectReader& reader, uint64_t offset, size_t vector_bytes,
                      const io::Call& call) {
  const size_t size = kSizeBytes + vector_bytes + kChecksumBytes;
  const uint64_t file_bytes = reader.info().size_bytes;
  if (offset > file_bytes || size > file_bytes - offset) {
    Broken(fmt::format("a file of at least {} bytes", offset + size),
           fmt::format("{} bytes", file_bytes));
  }
  if (offset > kLeadBytesMax) {
    CheckVersion(ReadRange(reader, 0, 1, call));
    return ReadRange(reader, offset, size, call);
  }
  std::string bytes = ReadRange(reader, 0, offset + size, call);
  CheckVersion(bytes);
  bytes.erase(0, offset);
  return bytes;
}

uint32_t ChecksumOf(std::string_view bytes) {
  const auto* data = reinterpret_cast<const Bytef*>(bytes.data());
  return static_cast<uint32_t>(crc32(crc32(0, nullptr, 0), data, static_cast<uInt>(bytes.size())));
}

// The vector's own bytes.
std::string_view CheckFrame(std::string_view frame, size_t vector_bytes) {
  ByteReader reader(frame);
  const auto size = reader.Big<uint32_t>("the vector's size");
  if (size != vector_bytes) {
    Broken(fmt::format("a vector of {} bytes, as its descriptor says", vector_bytes),
           fmt::format("one of {} bytes", size));
  }
  const std::string_view bytes = reader.Take(vector_bytes, "the vector");
  const auto checksum = reader.Big<uint32_t>("the checksum");
  if (checksum != ChecksumOf(bytes)) {
    Broken(fmt::format("bytes of the checksum {:08x}", checksum),
           fmt::format("bytes of the checksum {:08x}", ChecksumOf(bytes)));
  }
  return bytes;
}

DeletionVector Parse(std::string_view bytes, const DeletionVectorDescriptor& descriptor) {
  DeletionVector vector = DeletionVector::FromBytes(bytes);
  const uint64_t rows = vector.Cardinality();
  if (descriptor.cardinality < 0 || rows != static_cast<uint64_t>(descriptor.cardinality)) {
    Broken(fmt::format("{} deleted rows, as its descriptor says", descriptor.cardinality),
           fmt::format("{}", rows));
  }
  return vector;
}

DeletionVector LoadInline(const DeletionVectorDescriptor& descriptor) {
  const std::string bytes = DecodeBase85(descriptor.path_or_inline);
  const auto size = static_cast<size_t>(descriptor.size_bytes);
  if (size > bytes.size() || bytes.size() - size >= 4) {
    Broken(fmt::format("{} bytes, as its descriptor says", size),
           fmt::format("{} with what fills the last four", bytes.size()));
  }
  return Parse(std::string_view(bytes).substr(0, size), descriptor);
}

DeletionVector LoadStored(io::ObjectStore& store, const std::string& root,
                          const DeletionVectorDescriptor& descriptor, Origin& origin,
                          const io::Call& call) {
  const std::string path = DeletionVectorPath(descriptor);
  const Object object = Find(store, root, descriptor, path);
  origin.file = object.store->Locate(object.key);
  const auto size = static_cast<size_t>(descriptor.size_bytes);
  const auto reader = object.store->Open(object.key, call);
  const std::string frame = ReadFrame(*reader, origin.offset, size, call);
  return Parse(CheckFrame(frame, size), descriptor);
}

std::string BytesToWrite(const DeletionVector& vector) {
  std::string bytes = vector.ToBytes();
  if (bytes.size() <= DeletionVector::kBytesMax) return bytes;
  throw base::Error(base::ErrorKind::kExhausted, "delta.deletion_vector_size",
                    fmt::format("A deletion vector of {} rows takes {} bytes; at most {} are "
                                "written.",
                                vector.Cardinality(), bytes.size(), DeletionVector::kBytesMax))
      .Hint("Its data file has too many rows; rewrite it as smaller files.");
}

DeletionVectorDescriptor Describe(const DeletionVector& vector, const std::string& bytes) {
  DeletionVectorDescriptor descriptor;
  descriptor.size_bytes = static_cast<int32_t>(bytes.size());
  descriptor.cardinality = static_cast<int64_t>(vector.Cardinality());
  return descriptor;
}

void AppendBig(std::string& out, uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

}  // namespace

std::string DeletionVectorPath(const DeletionVectorDescriptor& descriptor) {
  switch (descriptor.storage_type) {
    case 'i':
      return "";
    case 'u':
      return RelativePath(descriptor);
    case 'p':
      if (descriptor.path_or_inline.empty()) Broken("an absolute path", "an empty one");
      return std::string(CanonicalPath(DecodeDataPath(descriptor.path_or_inline)));
    default:
      throw base::Error(base::ErrorKind::kUnsupported, "delta.deletion_vector_storage",
                        fmt::format("A deletion vector has the storage type '{}'; 'u', 'i' and 'p' "
                                    "are known.",
                                    descriptor.storage_type));
  }
}

DeletionVector LoadDeletionVector(io::ObjectStore& store, const std::string& root,
                                  const DeletionVectorDescriptor& descriptor,
                                  const io::Call& call) {
  Origin origin;
  const bool is_inline = descriptor.storage_type == 'i';
  if (!is_inline) origin = {store.Locate(root), OffsetOf(descriptor)};
  try {
    CheckDescriptor(descriptor);
    // Spark's way to say that no row is deleted.
    if (descriptor.size_bytes == 0 && descriptor.cardinality == 0) return {};
    return is_inline ? LoadInline(descriptor) : LoadStored(store, root, descriptor, origin, call);
  } catch (const base::Error& error) {
    throw Blame(error, origin);
  }
}

DeletionVectorDescriptor InlineDeletionVector(const DeletionVector& vector) {
  const std::string bytes = BytesToWrite(vector);
  DeletionVectorDescriptor descriptor = Describe(vector, bytes);
  descriptor.storage_type = 'i';
  descriptor.path_or_inline = EncodeBase85(bytes);
  return descriptor;
}

DeletionVectorFileBuilder::DeletionVectorFileBuilder(std::string uuid, std::string prefix)
    : uuid_(std::move(uuid)), prefix_(std::move(prefix)), bytes_(1, char{kFileVersion}) {}

DeletionVectorDescriptor DeletionVectorFileBuilder::Add(const DeletionVector& vector) {
  const std::string bytes = BytesToWrite(vector);
  LAGUNA_ASSERT(bytes_.size() + bytes.size() <= std::numeric_limits<int32_t>::max() - size_t{8});
  DeletionVectorDescriptor descriptor = Describe(vector, bytes);
  descriptor.storage_type = 'u';
  descriptor.path_or_inline = fmt::format("{}{}", prefix_, EncodeUuid(uuid_));
  descriptor.offset = static_cast<int32_t>(bytes_.size());
  AppendBig(bytes_, static_cast<uint32_t>(bytes.size()));
  bytes_ += bytes;
  AppendBig(bytes_, ChecksumOf(bytes));
  return descriptor;
}

std::string DeletionVectorFileBuilder::path() const {
  return RelativePath(prefix_, uuid_);
}

}  // namespace laguna::delta
