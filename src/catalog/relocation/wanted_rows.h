// SPDX-License-Identifier: Apache-2.0
// Rows that are looked for by their values: how many of each are wanted, and what for.
//
// A row comes as its key (bytes that are the same exactly for equal rows) and a hash of it, by
// which nearly all rows that are not wanted are told without their key. A key may also be of some
// columns only: then it has named its rows where exactly as many were found as are wanted, all for
// the same use. Belongs to one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace laguna::catalog {

enum class RowUse { kDelete, kDependOn };

class WantedRows {
 public:
  // Of keys, with what it takes to keep them.
  static constexpr size_t kBytesMax = size_t{128} << 20;

  // False when there are too many of them.
  [[nodiscard]] bool Want(uint64_t hash, std::string_view key, RowUse use);
  // Whether a row with this hash may be wanted; true for all that are.
  [[nodiscard]] bool MayWant(uint64_t hash) const {
    return filter_[hash % kFilterBits] && rows_.contains(hash);
  }
  // A row was found: what it is taken for; nothing when no (further) one of its value is wanted.
  std::optional<RowUse> Take(uint64_t hash, std::string_view key);
  // How many were not found yet.
  [[nodiscard]] size_t missing() const { return missing_; }
  // Whether more rows of a wanted value were found than are wanted, or rows of one value are wanted
  // for both uses.
  [[nodiscard]] bool is_ambiguous() const { return is_ambiguous_; }

 private:
  static constexpr size_t kFilterBits = size_t{1} << 20;
  struct Wanted {
    std::string key;
    size_t to_delete = 0;
    size_t to_depend_on = 0;
  };
  Wanted* Find(uint64_t hash, std::string_view key);

  // By hash.
  std::unordered_multimap<uint64_t, Wanted> rows_;
  // By the hashes' last bits: small enough to be at hand for each row.
  std::vector<bool> filter_ = std::vector<bool>(kFilterBits);
  bool is_ambiguous_ = false;
  size_t bytes_ = 0;
  size_t missing_ = 0;
};

}  // namespace laguna::catalog
