// SPDX-License-Identifier: Apache-2.0
#include "catalog/scan/parquet_columns.h"

#include <utility>

namespace laguna::catalog {
namespace {

// Thrift's compact protocol (thrift-compact-protocol.md), as far as a footer needs it: the types a
// field's header tells, and how long each is.
enum class WireType : uint8_t {
  kStop = 0,
  kTrue = 1,
  kFalse = 2,
  kByte = 3,
  kShort = 4,
  kInteger = 5,
  kLong = 6,
  kDouble = 7,
  kBytes = 8,
  kList = 9,
  kSet = 10,
  kMap = 11,
  kStruct = 12,
};

// What is nested deeper was not written by a program that meant well.
constexpr int kDepthMax = 100;

struct FieldHeader {
  int32_t id = 0;
  WireType type = WireType::kStop;
};

// Reads from the front of bytes. Once it met what cannot be, it gives zeros and says so.
class CompactReader {
 public:
  explicit CompactReader(std::string_view bytes) : bytes_(bytes) {}

  [[nodiscard]] bool is_bad() const { return bad_; }

  uint8_t TakeByte() {
    if (bytes_.empty()) return Fail();
    const auto byte = static_cast<uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    return byte;
  }

  uint64_t TakeVarint() {
    uint64_t number = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const uint8_t byte = TakeByte();
      number |= static_cast<uint64_t>(byte & 0x7FU) << shift;
      if ((byte & 0x80U) == 0) return number;
    }
    return Fail();
  }

  int64_t TakeInteger() {
    const uint64_t zigzag = TakeVarint();
    return static_cast<int64_t>(zigzag >> 1U) ^ -static_cast<int64_t>(zigzag & 1U);
  }

  std::string_view TakeBytes() {
    const uint64_t length = TakeVarint();
    if (length > bytes_.size()) {
      Fail();
      return {};
    }
    const std::string_view taken = bytes_.substr(0, length);
    bytes_.remove_prefix(length);
    return taken;
  }

  // Ids are told as the distance from the last one where that is small.
  FieldHeader TakeField(int32_t last_id) {
    const uint8_t byte = TakeByte();
    const auto type = static_cast<WireType>(byte & 0x0FU);
    if (type == WireType::kStop) return {};
    const int64_t distance = byte >> 4U;
    return {static_cast<int32_t>(distance == 0 ? TakeInteger() : last_id + distance), type};
  }

  struct ListHeader {
    uint64_t count = 0;
    WireType type = WireType::kStop;
  };
  ListHeader TakeList() {
    const uint8_t byte = TakeByte();
    const uint64_t count = byte >> 4U;
    return {count == 15 ? TakeVarint() : count, static_cast<WireType>(byte & 0x0FU)};
  }

  void Skip(WireType type, int depth = 0) {
    if (depth > kDepthMax) Fail();
    if (bad_) return;
    switch (type) {
      case WireType::kTrue:
      case WireType::kFalse:
        return;
      case WireType::kByte:
        TakeByte();
        return;
      case WireType::kShort:
      case WireType::kInteger:
      case WireType::kLong:
        TakeVarint();
        return;
      case WireType::kDouble:
        for (int i = 0; i < 8; ++i) TakeByte();
        return;
      case WireType::kBytes:
        TakeBytes();
        return;
      case WireType::kList:
      case WireType::kSet:
        return SkipList(depth);
      case WireType::kStruct:
        return SkipStruct(depth);
      case WireType::kMap:
      case WireType::kStop:
        break;
    }
    // A footer has no maps.
    Fail();
  }

 private:
  uint8_t Fail() {
    bad_ = true;
    bytes_ = {};
    return 0;
  }

  void SkipList(int depth) {
    const ListHeader list = TakeList();
    const bool is_flag = list.type == WireType::kTrue || list.type == WireType::kFalse;
    for (uint64_t i = 0; i < list.count && !bad_; ++i) {
      // In a list a flag takes a byte.
      if (is_flag) {
        TakeByte();
      } else {
        Skip(list.type, depth + 1);
      }
    }
  }

  void SkipStruct(int depth) {
    FieldHeader field;
    while (!bad_ && (field = TakeField(field.id)).type != WireType::kStop) {
      Skip(field.type, depth + 1);
    }
  }

  std::string_view bytes_;
  bool bad_ = false;
};

// Fields of parquet.thrift.
constexpr int32_t kFileSchema = 2;
constexpr int32_t kElementRepetition = 3;
constexpr int32_t kElementName = 4;
constexpr int32_t kElementChildren = 5;
constexpr int32_t kElementFieldId = 9;
constexpr int64_t kRepeated = 2;

struct Element {
  ParquetColumn column;
  uint64_t children = 0;
};

Element TakeElement(CompactReader& reader) {
  Element element;
  FieldHeader field;
  while (!reader.is_bad() && (field = reader.TakeField(field.id)).type != WireType::kStop) {
    if (field.id == kElementName && field.type == WireType::kBytes) {
      element.column.name = reader.TakeBytes();
    } else if (field.type != WireType::kInteger) {
      reader.Skip(field.type);
    } else if (field.id == kElementRepetition) {
      element.column.repeated = reader.TakeInteger() == kRepeated;
    } else if (field.id == kElementChildren) {
      element.children = static_cast<uint64_t>(reader.TakeInteger());
    } else if (field.id == kElementFieldId) {
      element.column.field_id = static_cast<int32_t>(reader.TakeInteger());
    } else {
      reader.Skip(field.type);
    }
  }
  return element;
}

// A group stands before its children. Takes what belongs to one of `left` elements.
std::optional<ParquetColumn> TakeTree(CompactReader& reader, uint64_t& left, int depth) {
  if (left == 0 || depth > kDepthMax) return std::nullopt;
  --left;
  Element element = TakeElement(reader);
  if (reader.is_bad() || element.children > left) return std::nullopt;
  for (uint64_t i = 0; i < element.children; ++i) {
    auto child = TakeTree(reader, left, depth + 1);
    if (!child) return std::nullopt;
    element.column.children.push_back(*std::move(child));
  }
  return std::move(element.column);
}

}  // namespace

std::optional<ParquetColumn> ParseParquetColumns(std::string_view footer) {
  CompactReader reader(footer);
  FieldHeader field;
  while (!reader.is_bad() && (field = reader.TakeField(field.id)).type != WireType::kStop) {
    if (field.id != kFileSchema || field.type != WireType::kList) {
      reader.Skip(field.type);
      continue;
    }
    CompactReader::ListHeader list = reader.TakeList();
    return list.type == WireType::kStruct ? TakeTree(reader, list.count, 0) : std::nullopt;
  }
  return std::nullopt;
}

const ParquetColumn* ElementOf(const ParquetColumn& list) {
  if (list.repeated) return &list;
  if (list.children.size() != 1 || !list.children[0].repeated) return nullptr;
  const ParquetColumn& inner = list.children[0];
  const bool is_element =
      inner.children.size() != 1 || inner.name == "array" || inner.name == list.name + "_tuple";
  return is_element ? &inner : &inner.children[0];
}

}  // namespace laguna::catalog
