// SPDX-License-Identifier: Apache-2.0
#include "io/whole_object.h"

#include <memory>
#include <span>

namespace laguna::io {

void WriteWhole(ObjectStore& store, const std::string& key, std::string_view bytes,
                const Call& call) {
  const std::unique_ptr<ObjectWriter> writer = store.Write(key, call);
  writer->Append(std::as_bytes(std::span(bytes)), call);
  writer->Finish(call);
}

}  // namespace laguna::io
