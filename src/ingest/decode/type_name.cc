// SPDX-License-Identifier: Apache-2.0
#include "ingest/decode/type_name.h"

#include "engine/duckdb_value.h"

namespace laguna::ingest {

std::string CanonicalType(const std::string& type) {
  return engine::TypeNamed(type).ToString();
}

}  // namespace laguna::ingest
