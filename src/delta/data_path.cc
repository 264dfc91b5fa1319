// SPDX-License-Identifier: Apache-2.0
#include "delta/data_path.h"

#include <cctype>

namespace laguna::delta {
namespace {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

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

// A colon is escaped too: in the first segment of a relative path it would read as a scheme.
bool StandsForItself(char c) {
  constexpr std::string_view kKept = "-._~/=@+,;!$&()";
  return IsAsciiAlphanumeric(c) || kKept.find(c) != std::string_view::npos;
}

}  // namespace

std::string DecodeDataPath(std::string_view uri) {
  std::string path;
  path.reserve(uri.size());
  for (size_t i = 0; i < uri.size(); ++i) {
    int high = uri[i] == '%' && i + 2 < uri.size() ? HexValue(uri[i + 1]) : -1;
    int low = high >= 0 ? HexValue(uri[i + 2]) : -1;
    if (low < 0) {
      path += uri[i];
      continue;
    }
    path += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return path;
}

std::string EncodeDataPath(std::string_view path) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  size_t scheme = SchemeLength(path);
  std::string uri(path.substr(0, scheme));
  for (char c : path.substr(scheme)) {
    if (StandsForItself(c)) {
      uri += c;
      continue;
    }
    auto byte = static_cast<unsigned char>(c);
    uri += '%';
    uri += kDigits[byte >> 4];
    uri += kDigits[byte & 15];
  }
  return uri;
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
