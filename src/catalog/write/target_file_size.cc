// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/target_file_size.h"

#include <charconv>
#include <string>

namespace laguna::catalog {

namespace {

// The power of 1024 that "kb", "m", "GiB" ... stand for by their first letter; 0 for bytes.
int ExponentOf(std::string_view unit) {
  constexpr std::string_view kUnits = "bkmgt";
  if (unit.empty()) return 0;
  const size_t at = kUnits.find(static_cast<char>(unit.front() | 0x20));
  return at == std::string_view::npos ? 0 : static_cast<int>(at);
}

}  // namespace

uint64_t TargetFileSize(const delta::Properties& properties) {
  const auto property = properties.find("delta.targetFileSize");
  if (property == properties.end()) return kDefaultTargetFileSizeBytes;
  const std::string& text = property->second;
  uint64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || number == 0) return kDefaultTargetFileSizeBytes;
  std::string_view unit(end, static_cast<size_t>(text.data() + text.size() - end));
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  const int shift = 10 * ExponentOf(unit);
  if (number > (UINT64_MAX >> shift)) return kDefaultTargetFileSizeBytes;
  return number << shift;
}

}  // namespace laguna::catalog
