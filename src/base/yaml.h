// SPDX-License-Identifier: Apache-2.0
// YAML files that people write, as an immutable tree that knows where everything stands.
//
// Every node and key has its file, line and column, and every error shows them with the source
// line. What YAML allows but people rarely mean is refused: duplicate keys, keys that are not plain
// text, anchors and aliases (whose expansion has no bound), tags, several documents in a file. Size
// and depth are bounded. Scalars keep their text and whether they were quoted; their type is
// decided by the getter, so `version: 1.10` stays "1.10" for AsString.
//
// Values; safe to read from any thread. All errors are InvalidInput.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace laguna::base {

struct YamlLimits {
  size_t bytes_max = 4 * 1024 * 1024;
  size_t depth_max = 64;
};

class YamlNode final {
 public:
  enum class Kind { kNull, kScalar, kSequence, kMap };
  struct Entry;

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] bool IsNull() const { return kind_ == Kind::kNull; }
  // The text of a scalar, empty for all else.
  [[nodiscard]] const std::string& text() const { return text_; }
  // Whether the scalar stood in quotes (or in a block), so that it means text.
  [[nodiscard]] bool quoted() const { return quoted_; }
  [[nodiscard]] Place place() const;
  // Where `length` code points from byte `offset` of a scalar's text on stand in the file. Nothing
  // when the text is written another way there: with escapes, or folded from several lines.
  [[nodiscard]] std::optional<Place> PlaceIn(size_t offset, int length) const;

  // An error when this is no sequence, or no map.
  [[nodiscard]] const std::vector<YamlNode>& Elements() const;
  [[nodiscard]] const std::vector<Entry>& Entries() const;

  // An error when this is no scalar of the kind. Numbers and booleans must not be quoted;
  // true and false are the only booleans.
  [[nodiscard]] const std::string& AsString() const;
  [[nodiscard]] int64_t AsInteger() const;
  [[nodiscard]] int64_t AsInteger(int64_t min, int64_t max) const;
  [[nodiscard]] double AsNumber() const;
  [[nodiscard]] bool AsBoolean() const;
  // "10s", "1h30m" (base/quantity.h).
  [[nodiscard]] std::chrono::milliseconds AsDuration() const;
  // "512MB", "1GiB" (base/quantity.h).
  [[nodiscard]] uint64_t AsBytes() const;

  // An error about this node, to be thrown by a caller that finds it wrong.
  [[nodiscard]] Error Problem(std::string code, std::string sentence) const;

 private:
  friend class YamlBuilder;
  struct Source;

  [[nodiscard]] Error WrongType(std::string_view expected) const;
  [[nodiscard]] const std::string& Plain(std::string_view expected) const;

  Kind kind_ = Kind::kNull;
  bool quoted_ = false;
  std::string text_;
  std::vector<YamlNode> elements_;
  std::vector<Entry> entries_;
  size_t offset_ = 0;
  std::shared_ptr<const Source> source_;
};

struct YamlNode::Entry {
  YamlNode key;
  YamlNode value;
};

// `file` is the name shown in errors. An empty document is a null node.
YamlNode ParseYaml(std::string text, const std::string& file, const YamlLimits& limits = {});

// Reads a map key by key and, at the end, refuses the keys nobody asked for. The node must outlive
// it. Used by one thread.
class YamlMap final {
 public:
  // `what` names the map in errors: "a task", "laguna.yaml". An error when `node` is no map.
  YamlMap(const YamlNode& node, std::string what);

  // Null when the key is absent or its value is null.
  const YamlNode* Find(std::string_view name);
  // An error that names the key when it is absent or null.
  const YamlNode& Require(std::string_view name);
  // An error for the first key that was never asked for, with the nearest of those that were.
  void RefuseUnknown() const;

 private:
  const YamlNode& node_;
  const std::string what_;
  std::set<std::string, std::less<>> asked_;
};

}  // namespace laguna::base
