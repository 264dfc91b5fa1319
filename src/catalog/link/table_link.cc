// SPDX-License-Identifier: Apache-2.0
#include "catalog/link/table_link.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/assert.h"
#include "base/error.h"
#include "base/percent_encoding.h"
#include "catalog/zone_listing.h"
#include "delta/text_limit.h"

namespace laguna::catalog {
namespace {

using base::Error;
using base::ErrorKind;

constexpr std::string_view kMark = "/@";
// What file systems take for a path.
constexpr size_t kLocationBytesMax = 4096;

bool IsControl(char character) {
  return static_cast<unsigned char>(character) < 0x20;
}

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::string WithoutSlash(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

std::string WithoutScheme(std::string_view location) {
  if (location.starts_with("file:///")) location.remove_prefix(std::string_view("file://").size());
  if (location.starts_with("file:/")) location.remove_prefix(std::string_view("file:").size());
  return std::string(location);
}

Error BadLocation(const std::string& written, const std::string& why) {
  return Error(ErrorKind::kInvalidInput, "catalog.bad_location",
               fmt::format("A table cannot be at LOCATION '{}': {}.", written, why))
      .With("location", written);
}

// Empty for a folder outside of the storage root.
std::string BelowStorage(const Lake& lake, const std::string& folder) {
  const auto below = std::filesystem::path(folder).lexically_relative(lake.storage_root);
  if (below.empty() || *below.begin() == "..") return {};
  return below.string();
}

void CheckPlace(const Lake& lake, const std::string& folder, const std::string& written) {
  const std::string below = BelowStorage(lake, folder);
  if (below.empty()) return;
  const auto slash = below.find('/');
  const Zone* zone = lake.FindZone(below.substr(0, slash));
  if (zone != nullptr && zone->files && slash != std::string::npos) return;
  throw BadLocation(written, "below the storage root, tables of the lake are the folders of zones")
      .Hint("Give a folder outside of the storage root, or one in a zone of files.");
}

}  // namespace

std::string LinkKeyOf(std::string_view folder) {
  return fmt::format("{}{}", folder, kLinkSuffix);
}

std::string LinkedRoot(std::string_view folder, std::string_view location) {
  return fmt::format("{}{}{}", LinkKeyOf(folder), kMark, base::PercentEncode(location));
}

std::optional<LinkedKey> ParseLinkedKey(std::string_view key) {
  const size_t zone = key.find('/');
  if (zone == std::string_view::npos) return std::nullopt;
  const size_t link = key.find('/', zone + 1);
  if (link == std::string_view::npos || !key.substr(link).starts_with(kMark)) return std::nullopt;
  if (!key.substr(0, link).ends_with(kLinkSuffix)) return std::nullopt;
  const size_t begin = link + kMark.size();
  const size_t end = std::min(key.find('/', begin), key.size());
  const auto location = base::PercentDecode(key.substr(begin, end - begin));
  if (!location || location->empty()) return std::nullopt;
  return LinkedKey{std::string(key.substr(0, link)), *location,
                   std::string(key.substr(std::min(end + 1, key.size())))};
}

std::string LocationIn(std::string_view text, std::string_view link) {
  const std::string_view location = Trimmed(text);
  const bool is_line = !location.empty() && location.size() <= kLocationBytesMax &&
                       std::ranges::none_of(location, IsControl);
  if (is_line) return WithoutSlash(std::string(location));
  throw Error(ErrorKind::kCorrupt, "catalog.bad_link",
              fmt::format("The link {} does not hold one line with the location of a table.", link))
      .Hint("Write the folder that holds _delta_log into it, or drop the table and make it anew.")
      .With("link", std::string(link));
}

std::string LinkedFolder(const Lake& lake, std::string_view location) {
  const std::string resolved = lake.ResolvePath(WithoutScheme(location));
  if (resolved.find("://") != std::string::npos) {
    throw Error(
        ErrorKind::kUnsupported, "catalog.unsupported_location",
        fmt::format("Tables are read from local folders only for now, not from {}.", location))
        .With("location", std::string(location));
  }
  return WithoutSlash(std::filesystem::path(resolved).lexically_normal().string());
}

std::string NewLocation(const Lake& lake, const std::string& written) {
  std::string location = WithoutSlash(WithoutScheme(Trimmed(written)));
  if (location.empty()) throw BadLocation(written, "it is empty");
  if (location.size() > kLocationBytesMax || std::ranges::any_of(location, IsControl)) {
    throw BadLocation(written, "it is too long, or no line");
  }
  CheckPlace(lake, LinkedFolder(lake, location), written);
  return location;
}

std::string WritePathOf(const Lake& lake, std::string_view key) {
  return (lake.storage_root / key).string();
}

bool HaveSameColumns(const delta::Metadata& a, const delta::Metadata& b) {
  const auto type = [](const delta::StructField& field) {
    return delta::TypeText(field.type, delta::TextLimitsOf(field));
  };
  const auto same = [&](const delta::StructField& one, const delta::StructField& other) {
    return one.name == other.name && type(one) == type(other);
  };
  return std::ranges::equal(a.schema.fields, b.schema.fields, same) &&
         a.partition_columns == b.partition_columns;
}

}  // namespace laguna::catalog
