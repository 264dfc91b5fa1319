// SPDX-License-Identifier: Apache-2.0
#include "ingest/copy/copy_options.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"

namespace laguna::ingest {
namespace {

using base::Error;
using base::ErrorKind;

// What means nothing to a full copy.
constexpr std::string_view kIncrementalOnly[] = {"cursor", "cursor_format", "lag", "encoding",
                                                 "delimiter"};

void RefuseIncrementalOptions(const connect::Options& options) {
  for (const std::string_view name : kIncrementalOnly) {
    if (!options.OptionalText(name)) continue;
    throw Error(
        ErrorKind::kInvalidInput, "copy.option",
        fmt::format("'{}' means something to incremental copies only; this copy is full.", name))
        .Hint(
            "A full copy takes files as they are and tables whole. Say mode: incremental "
            "(--incremental), or leave it out.");
  }
}

}  // namespace

std::string_view NameOf(CopyMode mode) {
  return kCopyModes[static_cast<size_t>(mode)];
}

CopyRequest CopyRequestFrom(const connect::Options& options) {
  CopyRequest request;
  request.from = options.Text("from");
  request.to = options.Text("to");
  request.mode = options.Text("mode") == "incremental" ? CopyMode::kIncremental : CopyMode::kFull;
  if (request.mode == CopyMode::kFull) RefuseIncrementalOptions(options);
  if (auto cursor = options.OptionalText("cursor")) request.cursor = std::move(*cursor);
  request.cursor_format = options.Text("cursor_format");
  request.lag = options.Text("lag");
  request.encoding = options.Text("encoding");
  request.delimiter = options.Text("delimiter");
  request.format = options.Text("format");
  request.as_text = options.Boolean("as_text");
  return request;
}

}  // namespace laguna::ingest
