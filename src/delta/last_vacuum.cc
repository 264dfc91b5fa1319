// SPDX-License-Identifier: Apache-2.0
#include "delta/last_vacuum.h"

#include "base/error.h"
#include "base/json.h"
#include "delta/log_path.h"
#include "io/whole_object.h"

namespace laguna::delta {
namespace {

constexpr char kField[] = "latestCommitVersionOutsideOfRetentionWindow";
constexpr char kFile[] = "_last_vacuum_info";
constexpr uint64_t kBytesMax = 64 << 10;

std::string KeyOf(const std::string& root) {
  return LogFolder(root) + kFile;
}

std::optional<int64_t> Parse(std::string_view json) {
  base::JsonLimits limits;
  limits.bytes_max = kBytesMax;
  const base::Json document = base::ParseJson(json, kFile, base::ErrorKind::kCorrupt, limits);
  const auto field = base::JsonView(document, kFile, base::ErrorKind::kCorrupt).Find(kField);
  if (!field) return std::nullopt;
  const int64_t version = field->AsInteger();
  return version < 0 ? std::nullopt : std::optional(version);
}

}  // namespace

std::optional<int64_t> ReadLastVacuum(io::ObjectStore& store, const std::string& root,
                                      const io::Call& call) {
  try {
    return Parse(io::ReadAll(store, KeyOf(root), kBytesMax, call));
  } catch (const base::Error& error) {
    // What cannot be read says nothing; a store that does not answer is a failure.
    const bool store_failed = error.kind() == base::ErrorKind::kCancelled ||
                              error.kind() == base::ErrorKind::kUnavailable;
    if (store_failed) throw;
    return std::nullopt;
  }
}

void PutLastVacuum(io::ObjectStore& store, const std::string& root, int64_t version,
                   const io::Call& call) {
  const base::Json document = {{kField, version}};
  io::WriteWhole(store, KeyOf(root), base::DumpJson(document), call);
}

}  // namespace laguna::delta
