// SPDX-License-Identifier: Apache-2.0
#include "ingest/definition_fingerprint.h"

#include <fmt/format.h>

#include "ingest/stable_hash.h"

namespace laguna::ingest {

std::string FingerprintOf(const TableDefinition& definition) {
  std::string text(definition.query.text);
  for (const RowCheck& check : definition.checks) {
    text += fmt::format("\n{} {} {}", check.name, static_cast<int>(check.on_violation),
                        check.condition);
  }
  return StableHash(text);
}

}  // namespace laguna::ingest
