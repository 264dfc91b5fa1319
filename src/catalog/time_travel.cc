// SPDX-License-Identifier: Apache-2.0
#include "catalog/time_travel.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/error.h"
#include "duckdb/common/string_util.hpp"

namespace laguna::catalog {
namespace {

base::Error BadVersion(std::string sentence) {
  return base::Error(base::ErrorKind::kInvalidInput, "catalog.bad_version", std::move(sentence))
      .Hint("Write AT (VERSION => 3) or AT (TIMESTAMP => '2024-05-01 12:00').");
}

// Nothing when the value cannot be one.
duckdb::Value Cast(duckdb::ClientContext& context, const duckdb::Value& value,
                   const duckdb::LogicalType& type) {
  duckdb::Value result;
  std::string ignored;
  const bool done = value.TryCastAs(context, type, result, &ignored);
  return done ? result : duckdb::Value(type);
}

// What has no time in it must not become 1970: a number is a version.
bool MayBeTime(const duckdb::LogicalType& type) {
  return !type.IsNumeric() && type.id() != duckdb::LogicalTypeId::BOOLEAN;
}

}  // namespace

// Casts round and give NULL where the meaning would change, so both are looked for.
int64_t VersionOf(duckdb::ClientContext& context, const duckdb::Value& value) {
  const auto version = Cast(context, value, duckdb::LogicalType::BIGINT);
  if (!version.IsNull() && version.ToString() == value.ToString()) {
    return version.GetValue<int64_t>();
  }
  throw BadVersion(fmt::format("\"{}\" is no version of a table.", value.ToString()));
}

int64_t InstantMillisOf(duckdb::ClientContext& context, const duckdb::Value& value) {
  const auto instant = MayBeTime(value.type())
                           ? Cast(context, value, duckdb::LogicalType::TIMESTAMP_TZ)
                           : duckdb::Value();
  if (instant.IsNull() ||
      !duckdb::Timestamp::IsFinite(instant.GetValueUnsafe<duckdb::timestamp_t>())) {
    throw BadVersion(fmt::format("\"{}\" is no time.", value.ToString()));
  }
  const auto micros = instant.GetValueUnsafe<duckdb::timestamp_t>().value;
  return micros >= 0 ? micros / 1000 : -((-micros + 999) / 1000);
}

delta::SnapshotPtr SnapshotAt(duckdb::ClientContext& context, delta::Table& table,
                              const duckdb::BoundAtClause& at) {
  const auto unit = duckdb::StringUtil::Lower(at.Unit());
  const auto& value = at.GetValue();
  if (value.IsNull()) throw BadVersion(fmt::format("{} NULL is no version.", at.Unit()));
  if (unit == "version") return table.AtVersion(VersionOf(context, value));
  if (unit == "timestamp") return table.AtTimestamp(InstantMillisOf(context, value));
  throw BadVersion(fmt::format("AT ({} => ...) is not known.", at.Unit()));
}

}  // namespace laguna::catalog
