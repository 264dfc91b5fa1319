// SPDX-License-Identifier: Apache-2.0
// A text is cut at its leaves: `{"numRecords":`, 12, `,"minValues":{"id":`, 1, `}}`. The pieces are
// the shape; the leaves, each behind its length, are what is packed. Where a leaf ends is decided
// by the same strict scanner whether the text is new or held against a known shape. So a text
// matches a shape exactly when cutting it afresh would give that shape, and what is known of a file
// does not depend on the files that were packed before it.
//
// Packing tries the shapes used last, which is nearly always the right one and costs a comparison
// of bytes; then it cuts the text and looks for the pieces by their hash. Both are bounded, however
// many shapes there are.
//
// What is known of a file comes from a few slots of its shape. A text without a shape is walked for
// the tokens asked for; of keys that come twice the last one counts either way.
#include "delta/packed_statistics.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <utility>

#include "delta/codec/json_text.h"
#include "delta/codec/varint.h"

namespace laguna::delta {
namespace {

using ColumnSlots = StatisticsShape::ColumnSlots;

enum class LeafKind { kOther, kRecordCount, kTightBounds, kMin, kMax, kNullCount };

LeafKind KindOf(const JsonLeaf& leaf) {
  const std::string_view first = leaf.path.front();
  if (leaf.path.size() == 1) {
    if (first == "numRecords") return LeafKind::kRecordCount;
    return first == "tightBounds" ? LeafKind::kTightBounds : LeafKind::kOther;
  }
  if (first == "minValues") return LeafKind::kMin;
  if (first == "maxValues") return LeafKind::kMax;
  return first == "nullCount" ? LeafKind::kNullCount : LeafKind::kOther;
}

template <class Names>
std::string ColumnKey(const Names& path) {
  std::string key;
  for (const std::string_view name : path) AppendText(key, name);
  return key;
}

std::string_view TokenOf(std::string_view json, const JsonLeaf& leaf) {
  return json.substr(leaf.begin, leaf.end - leaf.begin);
}

// --- What tokens say ---

std::optional<int64_t> CountOf(std::string_view token) {
  const std::optional<int64_t> count = DecodeJsonInteger(token);
  return count && *count >= 0 ? count : std::nullopt;
}

std::optional<std::string> BoundOf(std::string_view token, const DataType& type) {
  if (token.empty()) return std::nullopt;
  switch (token.front()) {
    case '"':
      if (!HasTextBounds(type)) return std::nullopt;
      if (token.find('\\') == std::string_view::npos) {
        return std::string(token.substr(1, token.size() - 2));
      }
      return DecodeJsonString(token);
    case 't':
    case 'f':
      return type.Is(Primitive::kBoolean) ? std::optional<std::string>(token) : std::nullopt;
    case 'n':
    case '[':
      return std::nullopt;
    default:
      return IsBoundNumber(type, token) ? std::optional<std::string>(token) : std::nullopt;
  }
}

// The tokens that tell of a file and of one of its columns; empty where there are none.
struct Tokens {
  std::string_view record_count;
  std::string_view tight_bounds;
  std::string_view min;
  std::string_view max;
  std::string_view null_count;
};

bool IsTight(const Tokens& tokens) {
  return tokens.tight_bounds != "false";
}

ColumnStatistics ColumnOf(const Tokens& tokens, const DataType& type) {
  ColumnStatistics column{BoundOf(tokens.min, type), BoundOf(tokens.max, type),
                          CountOf(tokens.null_count)};
  // With wide bounds a count of NULLs that is neither nothing nor everything says nothing.
  const bool vague = !IsTight(tokens) && column.null_count && *column.null_count != 0 &&
                     column.null_count != CountOf(tokens.record_count);
  if (vague) column.null_count.reset();
  return column;
}

// --- Texts as they are ---

void SetToken(Tokens& tokens, LeafKind kind, std::string_view token) {
  switch (kind) {
    case LeafKind::kRecordCount:
      tokens.record_count = token;
      break;
    case LeafKind::kTightBounds:
      tokens.tight_bounds = token;
      break;
    case LeafKind::kMin:
      tokens.min = token;
      break;
    case LeafKind::kMax:
      tokens.max = token;
      break;
    case LeafKind::kNullCount:
      tokens.null_count = token;
      break;
    case LeafKind::kOther:
      break;
  }
}

// Texts whose places do not fit in 32 bits count as malformed.
bool VisitStatistics(std::string_view json, const std::function<void(const JsonLeaf&)>& visit) {
  return json.size() <= UINT32_MAX && VisitJsonLeaves(json, visit);
}

// Of the file and the column at `path`.
Tokens TokensOfText(std::string_view json, std::span<const std::string> path) {
  Tokens tokens;
  const auto visit = [&](const JsonLeaf& leaf) {
    const LeafKind kind = KindOf(leaf);
    const bool of_file = kind == LeafKind::kRecordCount || kind == LeafKind::kTightBounds;
    if (of_file || std::ranges::equal(leaf.path.subspan(1), path)) {
      SetToken(tokens, kind, TokenOf(json, leaf));
    }
  };
  return VisitStatistics(json, visit) ? tokens : Tokens{};
}

// --- Packed texts ---

// Value after value of a packed text, to slots in rising order or back to the first.
class ValueReader {
 public:
  explicit ValueReader(std::string_view packed) : packed_(packed), reader_(packed) {}

  // Empty for kNone.
  std::string_view At(uint32_t slot) {
    if (slot == StatisticsShape::kNone) return {};
    if (slot < next_) {
      reader_ = VarintReader(packed_);
      next_ = 0;
    }
    for (; next_ < slot; ++next_) reader_.Text();
    ++next_;
    return reader_.Text();
  }

 private:
  std::string_view packed_;
  VarintReader reader_;
  uint32_t next_ = 0;
};

// All of them, for those who want many.
struct ValueList {
  std::vector<std::string_view> values;
  [[nodiscard]] std::string_view At(uint32_t slot) const {
    return slot == StatisticsShape::kNone ? std::string_view() : values[slot];
  }
};

// In the order texts usually have them, so that one pass does.
template <class Values>
Tokens TokensOf(const StatisticsShape& shape, const ColumnSlots& slots, Values& values) {
  Tokens tokens;
  tokens.record_count = values.At(shape.record_count_slot());
  tokens.min = values.At(slots.min);
  tokens.max = values.At(slots.max);
  tokens.null_count = values.At(slots.null_count);
  tokens.tight_bounds = values.At(shape.tight_bounds_slot());
  return tokens;
}

// Calls `visit` for every column that is no struct, and the path to it.
void VisitLeaves(const StructType& fields, ColumnPath& path,
                 const std::function<void(const DataType&)>& visit) {
  if (path.size() >= kJsonScanDepthMax) return;
  for (const StructField& field : fields.fields) {
    path.push_back(field.PhysicalName());
    if (const StructType* nested = field.type.AsStruct()) {
      VisitLeaves(*nested, path, visit);
    } else {
      visit(field.type);
    }
    path.pop_back();
  }
}

}  // namespace

// --- Shapes ---

std::shared_ptr<const StatisticsShape> StatisticsShape::Of(std::string_view json,
                                                           std::vector<std::string_view>& values) {
  auto shape = std::make_shared<StatisticsShape>();
  size_t literal_begin = 0;
  const bool whole = VisitStatistics(json, [&](const JsonLeaf& leaf) {
    shape->AddValue(json.substr(literal_begin, leaf.begin - literal_begin), leaf);
    values.push_back(TokenOf(json, leaf));
    literal_begin = leaf.end;
  });
  if (!whole) return nullptr;
  shape->literals_ += json.substr(literal_begin);
  shape->literal_ends_.push_back(static_cast<uint32_t>(shape->literals_.size()));
  shape->literals_.shrink_to_fit();
  shape->literal_ends_.shrink_to_fit();
  return shape;
}

void StatisticsShape::AddValue(std::string_view literal, const JsonLeaf& leaf) {
  literals_ += literal;
  literal_ends_.push_back(static_cast<uint32_t>(literals_.size()));
  AddSlot(leaf, static_cast<uint32_t>(literal_ends_.size() - 1));
}

void StatisticsShape::AddSlot(const JsonLeaf& leaf, uint32_t slot) {
  const LeafKind kind = KindOf(leaf);
  switch (kind) {
    case LeafKind::kOther:
      return;
    case LeafKind::kRecordCount:
      record_count_slot_ = slot;
      return;
    case LeafKind::kTightBounds:
      tight_bounds_slot_ = slot;
      return;
    default:
      break;
  }
  ColumnSlots& slots = columns_[ColumnKey(leaf.path.subspan(1))];
  uint32_t& of_kind = kind == LeafKind::kMin   ? slots.min
                      : kind == LeafKind::kMax ? slots.max
                                               : slots.null_count;
  of_kind = slot;
}

std::string_view StatisticsShape::Literal(size_t index) const {
  const size_t begin = index == 0 ? 0 : literal_ends_[index - 1];
  return std::string_view(literals_).substr(begin, literal_ends_[index] - begin);
}

char* StatisticsShape::PackValues(std::string_view json, char* to) const {
  size_t at = 0;
  for (size_t value = 0;; ++value) {
    const std::string_view literal = Literal(value);
    if (!json.substr(at).starts_with(literal)) return nullptr;
    at += literal.size();
    if (value == value_count()) return at == json.size() ? to : nullptr;
    const size_t end = JsonLeafEnd(json, at);
    if (end == kNoJson) return nullptr;
    to = PutVarint(to, end - at);
    std::memcpy(to, json.data() + at, end - at);
    to += end - at;
    at = end;
  }
}

StatisticsShape::ColumnSlots StatisticsShape::Find(std::span<const std::string> path) const {
  const auto column = columns_.find(ColumnKey(path));
  return column == columns_.end() ? ColumnSlots{} : column->second;
}

size_t StatisticsShape::bytes_in_memory() const {
  // What a node of the map takes beside what it holds.
  constexpr size_t kNodeBytes = 32;
  size_t bytes = sizeof(*this) + literals_.capacity() +
                 literal_ends_.capacity() * sizeof(uint32_t) +
                 columns_.bucket_count() * sizeof(void*);
  for (const auto& [key, slots] : columns_) {
    bytes += kNodeBytes + sizeof(key) + key.capacity() + sizeof(slots);
  }
  return bytes;
}

// --- Packing ---

uint32_t StatisticsShapes::Pack(std::string_view json, std::string& out) {
  const size_t begin = out.size();
  for (const uint32_t recent : recent_) {
    const StatisticsShape& shape = At(recent);
    out.resize(begin + json.size() + kVarintBytesMax * shape.value_count());
    if (const char* end = shape.PackValues(json, out.data() + begin)) {
      out.resize(static_cast<size_t>(end - out.data()));
      MoveToFront(recent);
      return recent;
    }
  }
  out.resize(begin);
  std::vector<std::string_view> values;
  auto shape = json.size() > kShapesBytesMax ? nullptr : StatisticsShape::Of(json, values);
  const uint32_t number = shape == nullptr ? 0 : FindOrAdd(std::move(shape));
  if (number == 0) {
    out += json;
    return 0;
  }
  for (const std::string_view value : values) AppendText(out, value);
  MoveToFront(number);
  return number;
}

uint32_t StatisticsShapes::FindOrAdd(std::shared_ptr<const StatisticsShape> shape) {
  const size_t hash = std::hash<std::string_view>()(shape->literals_);
  for (size_t known = 0; known < shapes_.size(); ++known) {
    if (hashes_[known] == hash && shapes_[known]->literals_ == shape->literals_ &&
        shapes_[known]->literal_ends_ == shape->literal_ends_) {
      return static_cast<uint32_t>(known + 1);
    }
  }
  const size_t bytes = shape->bytes_in_memory();
  if (shapes_.size() >= kShapesMax || bytes > kShapesBytesMax - bytes_) return 0;
  bytes_ += bytes;
  shapes_.push_back(std::move(shape));
  hashes_.push_back(hash);
  return static_cast<uint32_t>(shapes_.size());
}

void StatisticsShapes::MoveToFront(uint32_t shape) {
  auto place = std::ranges::find(recent_, shape);
  if (place == recent_.end()) {
    if (recent_.size() == kRecentMax) recent_.pop_back();
    place = recent_.insert(recent_.end(), shape);
  }
  std::rotate(recent_.begin(), place, place + 1);
}

// --- What was packed ---

std::string StatisticsShapes::Unpack(uint32_t shape, std::string_view packed) const {
  std::string json;
  Unpack(shape, packed, json);
  return json;
}

void StatisticsShapes::Unpack(uint32_t shape, std::string_view packed, std::string& json) const {
  json.clear();
  if (shape == 0) {
    json = packed;
    return;
  }
  const StatisticsShape& known = At(shape);
  json.reserve(known.literals_.size() + packed.size());
  VarintReader reader(packed);
  for (size_t value = 0; value < known.value_count(); ++value) {
    json += known.Literal(value);
    json += reader.Text();
  }
  json += known.Literal(known.value_count());
}

void StatisticsShapes::Values(uint32_t shape, std::string_view packed,
                              std::vector<std::string_view>& out) const {
  if (shape == 0) return;
  for (VarintReader reader(packed); !reader.done();) out.push_back(reader.Text());
}

std::optional<int64_t> StatisticsShapes::RecordCount(uint32_t shape,
                                                     std::string_view packed) const {
  if (shape == 0) return CountOf(TokensOfText(packed, {}).record_count);
  return CountOf(ValueReader(packed).At(At(shape).record_count_slot()));
}

bool StatisticsShapes::HasTightBounds(uint32_t shape, std::string_view packed) const {
  if (shape == 0) return IsTight(TokensOfText(packed, {}));
  ValueReader values(packed);
  return IsTight(TokensOf(At(shape), {}, values));
}

ColumnStatistics StatisticsShapes::Column(uint32_t shape, std::string_view packed,
                                          const ColumnPath& path, const DataType& type) const {
  if (shape == 0) return ColumnOf(TokensOfText(packed, path), type);
  const StatisticsShape& known = At(shape);
  ValueReader values(packed);
  return ColumnOf(TokensOf(known, known.Find(path), values), type);
}

FileStatistics StatisticsShapes::All(uint32_t shape, std::string_view packed,
                                     const Schema& schema) const {
  ValueList list;
  // A text as it is gets a shape for the moment: one cut instead of a walk per column.
  const auto known = shape == 0 ? StatisticsShape::Of(packed, list.values) : shapes_[shape - 1];
  if (known == nullptr) return {};
  Values(shape, packed, list.values);
  FileStatistics statistics;
  const Tokens of_file = TokensOf(*known, {}, list);
  statistics.num_records = CountOf(of_file.record_count);
  statistics.tight_bounds = IsTight(of_file);
  ColumnPath path;
  VisitLeaves(schema, path, [&](const DataType& type) {
    ColumnStatistics column = ColumnOf(TokensOf(*known, known->Find(path), list), type);
    if (column != ColumnStatistics{}) statistics.columns.emplace(path, std::move(column));
  });
  return statistics;
}

size_t StatisticsShapes::bytes_in_memory() const {
  return sizeof(*this) + bytes_ +
         shapes_.capacity() * (sizeof(shapes_.front()) + sizeof(hashes_.front())) +
         recent_.capacity() * sizeof(recent_.front());
}

}  // namespace laguna::delta
