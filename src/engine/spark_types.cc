// SPDX-License-Identifier: Apache-2.0
#include "engine/spark_types.h"

#include "duckdb/main/extension/extension_loader.hpp"

namespace laguna::engine {

void AddSparkTypes(duckdb::DatabaseInstance& instance) {
  duckdb::ExtensionLoader loader(instance, "laguna");
  loader.RegisterType("TIMESTAMP_NTZ", duckdb::LogicalType::TIMESTAMP);
  loader.RegisterType("TIMESTAMP_LTZ", duckdb::LogicalType::TIMESTAMP_TZ);
  loader.RegisterType("BYTE", duckdb::LogicalType::TINYINT);
}

}  // namespace laguna::engine
