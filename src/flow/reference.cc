// SPDX-License-Identifier: Apache-2.0
#include "flow/reference.h"

#include <algorithm>
#include <array>
#include <optional>

namespace laguna::flow {
namespace {

constexpr std::array<std::string_view, 4> kRoots{"params", "run", "tasks", "block"};

bool IsWordLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         (c & 0x80) != 0;
}

// Reads names, quoted or not, and dots.
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) {}

  [[nodiscard]] bool AtEnd() const { return offset_ >= text_.size(); }
  [[nodiscard]] size_t offset() const { return offset_; }

  std::optional<std::string> TakeName() {
    if (AtEnd()) return std::nullopt;
    if (text_[offset_] == '"') return TakeQuoted();
    const size_t start = offset_;
    while (!AtEnd() && IsWordLetter(text_[offset_])) ++offset_;
    if (offset_ == start) return std::nullopt;
    return std::string(text_.substr(start, offset_ - start));
  }

  bool TakeDot() {
    if (AtEnd() || text_[offset_] != '.') return false;
    ++offset_;
    return true;
  }

  // One character, or a whole string literal.
  void Skip() {
    if (text_[offset_] != '\'') {
      ++offset_;
      return;
    }
    const size_t end = text_.find('\'', offset_ + 1);
    offset_ = end == std::string_view::npos ? text_.size() : end + 1;
  }

 private:
  std::optional<std::string> TakeQuoted() {
    const size_t end = std::min(text_.find('"', offset_ + 1), text_.size());
    std::string name(text_.substr(offset_ + 1, end - offset_ - 1));
    offset_ = std::min(end + 1, text_.size());
    return name;
  }

  const std::string_view text_;
  size_t offset_ = 0;
};

}  // namespace

std::string Folded(std::string_view name) {
  std::string folded(name);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return folded;
}

std::vector<Reference> FindReferences(std::string_view expression) {
  std::vector<Reference> references;
  Words words(expression);
  while (!words.AtEnd()) {
    const size_t start = words.offset();
    const auto root = words.TakeName();
    if (!root) {
      words.Skip();
      continue;
    }
    std::vector<std::string> path{Folded(*root)};
    size_t end = words.offset();
    while (words.TakeDot()) {
      const auto name = words.TakeName();
      if (!name) break;
      path.push_back(Folded(*name));
      if (path.size() == 2) end = words.offset();
    }
    if (path.size() < 2 || std::ranges::find(kRoots, path[0]) == kRoots.end()) continue;
    references.push_back(
        {path[0], path[1], path.size() > 2 ? path[2] : std::string(), start, end - start});
  }
  return references;
}

}  // namespace laguna::flow
