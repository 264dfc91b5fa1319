// SPDX-License-Identifier: Apache-2.0
// The actions of a commit that name files, out of their JSON objects (protocol section "Add File
// and Remove File"). A table of 300,000 files has 300,000 of them, so they are read into rows that
// own next to nothing. Errors: those of json_fields.h.
#pragma once

#include <string>
#include <vector>

#include "delta/action.h"
#include "delta/codec/json_fields.h"
#include "delta/file_view.h"

namespace laguna::delta {

// Reads one add action after the other and keeps the memory of the last. Belongs to one thread.
class AddReader {
 public:
  AddReader() = default;
  AddReader(const AddReader&) = delete;
  AddReader& operator=(const AddReader&) = delete;

  // Holds until the next call, and as long as the parsed document.
  const FileRow& Read(JsonObject object);

  // What a row is made of, filled field by field.
  struct Draft {
    FileRow row;
    // The path where it had to be decoded.
    std::string path;
    std::vector<FileRow::PartitionValue> partition_values;
    std::vector<FileRow::Tag> tags;
    DeletionVectorDescriptor vector;
  };

 private:
  Draft draft_;
};

[[nodiscard]] AddFile OwnedFile(const FileRow& row);

RemoveFile ReadRemove(JsonObject object);
AddCdcFile ReadCdc(JsonObject object);
Sidecar ReadSidecar(JsonObject object);

// What names a removed file; the rest of the action is skipped.
struct RemovedName {
  std::string path;
  std::string deletion_vector_id;
};
RemovedName ReadRemovedName(JsonObject object);

}  // namespace laguna::delta
