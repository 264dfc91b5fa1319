// SPDX-License-Identifier: Apache-2.0
#include "ingest/stream_source.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/nearest_name.h"
#include "ingest/read_files_options.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;

std::string TableOf(const engine::RelationMention& mention) {
  const auto& name = mention.name;
  if (name.size() == 2) return name[0] + "." + name[1];
  if (name.size() == 3 && name[0] == "lake") return name[1] + "." + name[2];
  throw Error(ErrorKind::kInvalidInput, "stream.unknown_source",
              fmt::format("'{}' is no table of the lake.", name.empty() ? "" : name.back()))
      .Hint("Write the zone and the table's name: STREAM bronze.sales.");
}

}  // namespace

std::unique_ptr<StreamSource> MakeStreamSource(const catalog::LakeEnvironment& environment,
                                               engine::Session& session,
                                               const engine::RelationMention& mention) {
  if (!mention.call) return MakeTableSource(environment, session, TableOf(mention));
  const std::string& function = mention.call->function;
  if (function == kReadFilesFunction) return MakeFileSource(environment, session, *mention.call);
  const std::vector<std::string> known = {kReadFilesFunction};
  throw Error(ErrorKind::kInvalidInput, "stream.unknown_source",
              fmt::format("{} is no source of streams.", function))
      .Hint(base::SuggestName(function, known) + " A table of the lake is one as well.")
      .With("function", function);
}

}  // namespace laguna::ingest
