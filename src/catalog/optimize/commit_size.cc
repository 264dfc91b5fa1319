// SPDX-License-Identifier: Apache-2.0
#include "catalog/optimize/commit_size.h"

#include <fmt/format.h>

#include <optional>
#include <string>

#include "base/error.h"
#include "base/quantity.h"
#include "duckdb/main/client_context.hpp"
#include "duckdb/main/config.hpp"
#include "engine/guard.h"

namespace laguna::catalog {
namespace {

constexpr const char* kCommitSize = "lake_optimize_commit_size";
// Minutes of work at most are lost.
constexpr const char* kDefault = "256MB";
constexpr uint64_t kInsideTimes = 16;
constexpr uint64_t kBytesMax = uint64_t{1} << 50;

std::optional<uint64_t> Parse(const duckdb::Value& value) {
  const auto bytes = value.IsNull() ? std::nullopt : base::ParseBytes(value.ToString());
  return bytes && *bytes > 0 && *bytes <= kBytesMax ? bytes : std::nullopt;
}

void CheckCommitSize(duckdb::ClientContext& /*context*/, duckdb::SetScope /*scope*/,
                     duckdb::Value& value) {
  engine::Guarded([&] {
    if (Parse(value)) return;
    throw base::Error(base::ErrorKind::kInvalidInput, "optimize.commit_size",
                      fmt::format("{} cannot be '{}'.", kCommitSize, value.ToString()))
        .Hint("Give a number of bytes with a unit, such as '256MB' or '1GiB'.");
  });
}

}  // namespace

void AddOptimizeSettings(duckdb::DBConfig& config) {
  config.AddExtensionOption(kCommitSize,
                            "How much OPTIMIZE and REORG write anew before they commit behind a "
                            "partition; inside of one they do with sixteen times as much",
                            duckdb::LogicalType::VARCHAR, duckdb::Value(kDefault), CheckCommitSize);
}

CommitSize CommitSizeOf(duckdb::ClientContext& context) {
  duckdb::Value value;
  context.TryGetCurrentSetting(kCommitSize, value);
  const uint64_t bytes = Parse(value).value_or(*base::ParseBytes(kDefault));
  return {bytes, bytes * kInsideTimes};
}

}  // namespace laguna::catalog
