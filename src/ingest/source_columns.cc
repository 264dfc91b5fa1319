// SPDX-License-Identifier: Apache-2.0
#include "ingest/source_columns.h"

#include "base/error.h"
#include "catalog/session_table.h"
#include "ingest/offset_log.h"
#include "ingest/stream_source.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;

bool IsNumeric(const std::string& type) {
  return type.ends_with("INT") || type == "INTEGER" || type == "DOUBLE" || type == "FLOAT" ||
         type.starts_with("DECIMAL");
}

// What `table`'s stream holds fast for `source`.
bool TakePinned(const catalog::LakeEnvironment& environment, engine::Session& session,
                const std::string& table, StreamSource& source) {
  const auto state = catalog::ReadTableState(session, table);
  if (!state) return false;
  const auto id = state->properties.find(catalog::kStreamProperty);
  if (id == state->properties.end()) return false;
  for (const PinnedSource& pin : OffsetLog(environment.store, id->second).ReadPinned({})) {
    if (!source.IsNamedBy(pin)) continue;
    try {
      source.Take(pin);
      return true;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kInvalidInput) throw;
    }
  }
  return false;
}

}  // namespace

std::optional<std::vector<engine::ResultColumn>> SourceColumns(
    const catalog::LakeEnvironment& environment, engine::Session& session, const std::string& table,
    const engine::RelationMention& source) {
  const auto stream = MakeStreamSource(environment, session, source);
  if (!TakePinned(environment, session, table, *stream)) {
    const auto pin = stream->Look({}, {});
    if (!pin) {
      // A path that is only misspelt is an error.
      (void)stream->Missing();
      return std::nullopt;
    }
    stream->Take(*pin);
  }
  std::vector<engine::ResultColumn> columns;
  for (const SourceColumn& column : stream->Columns()) {
    columns.push_back({column.name, column.type, IsNumeric(column.type)});
  }
  return columns;
}

}  // namespace laguna::ingest
