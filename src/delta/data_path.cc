// SPDX-License-Identifier: Apache-2.0
#include "delta/data_path.h"

#include "base/percent_encoding.h"

namespace laguna::delta {
namespace {

bool IsAsciiAlphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Length of "s3://" or "file:" at the start of an absolute URI; 0 for other paths.
size_t SchemeLength(std::string_view path) {
  size_t colon = path.find(":/");
  if (colon == std::string_view::npos || colon == 0) return 0;
  for (char c : path.substr(0, colon)) {
    if (!IsAsciiAlphanumeric(c) && c != '+' && c != '-' && c != '.') return 0;
  }
  return colon + 1;
}

// A colon is not among them: in the first segment of a relative path it would read as a scheme.
constexpr std::string_view kPathCharacters = "/=@+,;!$&()";

}  // namespace

std::string DecodeDataPath(std::string_view uri) {
  return base::PercentDecode(uri).value_or(std::string(uri));
}

std::string EncodeDataPath(std::string_view path) {
  size_t scheme = SchemeLength(path);
  return std::string(path.substr(0, scheme)) +
         base::PercentEncode(path.substr(scheme), kPathCharacters);
}

std::string_view CanonicalPath(std::string_view path) {
  constexpr std::string_view kFileScheme = "file:/";
  if (!path.starts_with(kFileScheme)) return path;
  path.remove_prefix(kFileScheme.size() - 1);
  while (path.starts_with("//")) path.remove_prefix(1);
  return path;
}

std::string FileKey(std::string_view path, std::string_view deletion_vector_id) {
  std::string_view canonical = CanonicalPath(path);
  std::string key;
  key.reserve(canonical.size() + 1 + deletion_vector_id.size());
  key += canonical;
  key += '\0';
  key += deletion_vector_id;
  return key;
}

}  // namespace laguna::delta
