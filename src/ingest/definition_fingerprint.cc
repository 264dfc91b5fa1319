// SPDX-License-Identifier: Apache-2.0
#include "ingest/definition_fingerprint.h"

#include <fmt/format.h>

#include <cstdint>

namespace laguna::ingest {
namespace {

// FNV-1a, in hexadecimal digits.
std::string Fingerprint(const std::string& text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return fmt::format("{:016x}", hash);
}

}  // namespace

std::string FingerprintOf(const TableDefinition& definition) {
  std::string text(definition.query.text);
  for (const RowCheck& check : definition.checks) {
    text += fmt::format("\n{} {} {}", check.name, static_cast<int>(check.on_violation),
                        check.condition);
  }
  return Fingerprint(text);
}

}  // namespace laguna::ingest
