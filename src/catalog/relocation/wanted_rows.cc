// SPDX-License-Identifier: Apache-2.0
#include "catalog/relocation/wanted_rows.h"

namespace laguna::catalog {
namespace {

// Of an entry beside its key.
constexpr size_t kEntryBytes = 96;

}  // namespace

WantedRows::Wanted* WantedRows::Find(uint64_t hash, std::string_view key) {
  const auto [begin, end] = rows_.equal_range(hash);
  for (auto row = begin; row != end; ++row) {
    if (row->second.key == key) return &row->second;
  }
  return nullptr;
}

bool WantedRows::Want(uint64_t hash, std::string_view key, RowUse use) {
  Wanted* wanted = Find(hash, key);
  if (wanted == nullptr) {
    bytes_ += kEntryBytes + key.size();
    if (bytes_ > kBytesMax) return false;
    wanted = &rows_.emplace(hash, Wanted{std::string(key)})->second;
  }
  filter_[hash % kFilterBits] = true;
  ++(use == RowUse::kDelete ? wanted->to_delete : wanted->to_depend_on);
  is_ambiguous_ |= wanted->to_delete > 0 && wanted->to_depend_on > 0;
  ++missing_;
  return true;
}

std::optional<RowUse> WantedRows::Take(uint64_t hash, std::string_view key) {
  Wanted* wanted = Find(hash, key);
  if (wanted == nullptr) return std::nullopt;
  for (const RowUse use : {RowUse::kDelete, RowUse::kDependOn}) {
    size_t& count = use == RowUse::kDelete ? wanted->to_delete : wanted->to_depend_on;
    if (count == 0) continue;
    --count;
    --missing_;
    return use;
  }
  is_ambiguous_ = true;
  return std::nullopt;
}

}  // namespace laguna::catalog
