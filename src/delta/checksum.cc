// SPDX-License-Identifier: Apache-2.0
#include "delta/checksum.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "base/error.h"
#include "base/json.h"
#include "delta/codec/action_json.h"
#include "delta/codec/json_text.h"
#include "delta/commit_time.h"
#include "delta/log_path.h"

namespace laguna::delta {
namespace {

constexpr char kFile[] = ".crc";

// The protocol's fields hold actions as a commit does, so the commit's parser reads them.
template <typename T>
T ReadAction(std::string_view name, const base::Json& body) {
  std::string line = fmt::format(R"({{"{}":{}}})", name, base::DumpJson(body));
  std::vector<Action> actions = ParseCommit(std::move(line), kFile);
  if (actions.size() != 1) {
    throw base::Error(base::ErrorKind::kCorrupt, "delta.checksum",
                      fmt::format("The checksum has no {}.", name));
  }
  return std::get<T>(std::move(actions[0]));
}

template <typename T>
std::optional<std::vector<T>> ReadActions(const base::JsonView& object, std::string_view field,
                                          std::string_view name) {
  std::optional<base::JsonView> list = object.Find(field);
  if (!list) return std::nullopt;
  std::vector<T> actions;
  for (const base::JsonView& element : list->Elements()) {
    actions.push_back(ReadAction<T>(name, element.value()));
  }
  return actions;
}

int64_t RequiredCount(const base::JsonView& object, std::string_view name) {
  base::JsonView field = object.Require(name);
  if (field.AsInteger() < 0) throw field.Problem("must not be negative");
  return field.AsInteger();
}

std::optional<int64_t> OptionalLong(const base::JsonView& object, std::string_view name) {
  std::optional<base::JsonView> field = object.Find(name);
  if (!field) return std::nullopt;
  return field->AsInteger();
}

Checksum Read(const base::JsonView& object) {
  Checksum checksum;
  if (std::optional<base::JsonView> id = object.Find("txnId")) checksum.txn_id = id->AsString();
  checksum.total_bytes = RequiredCount(object, "tableSizeBytes");
  checksum.file_count = RequiredCount(object, "numFiles");
  for (const char* field : {"numMetadata", "numProtocol"}) {
    base::JsonView count = object.Require(field);
    if (count.AsInteger() != 1) throw count.Problem("must be 1");
  }
  checksum.metadata = ReadAction<Metadata>("metaData", object.Require("metadata").value());
  checksum.protocol = ReadAction<Protocol>("protocol", object.Require("protocol").value());
  checksum.in_commit_timestamp_ms = OptionalLong(object, "inCommitTimestampOpt");
  checksum.transactions = ReadActions<SetTransaction>(object, "setTransactions", "txn");
  checksum.domains = ReadActions<DomainMetadata>(object, "domainMetadata", "domainMetadata");
  checksum.deleted_row_count = OptionalLong(object, "numDeletedRecordsOpt");
  checksum.deletion_vector_count = OptionalLong(object, "numDeletionVectorsOpt");
  return checksum;
}

// The body of an action as a commit would hold it.
std::string BodyOf(const Action& action) {
  std::string line;
  AppendAction(line, action);
  size_t colon = line.find(':');
  return line.substr(colon + 1, line.size() - colon - 2);
}

template <typename T>
std::string BodiesOf(const std::vector<T>& actions) {
  std::string out = "[";
  for (const T& action : actions) {
    if (out.size() > 1) out += ',';
    out += BodyOf(action);
  }
  return out + "]";
}

bool SameTransactions(const std::vector<SetTransaction>& listed, const Snapshot::State& state) {
  return listed.size() == state.transactions.size() &&
         std::all_of(listed.begin(), listed.end(), [&](const SetTransaction& transaction) {
           auto held = state.transactions.find(transaction.app_id);
           return held != state.transactions.end() && held->second.version == transaction.version;
         });
}

bool SameDomains(const std::vector<DomainMetadata>& listed, const Snapshot::State& state) {
  return listed.size() == state.domains.size() &&
         std::all_of(listed.begin(), listed.end(), [&](const DomainMetadata& domain) {
           auto held = state.domains.find(domain.domain);
           return held != state.domains.end() && held->second == domain;
         });
}

// Writers differ in how they spell a schema and order features; the same table is told by what it
// means.
bool SameProtocol(Protocol a, Protocol b) {
  for (std::vector<std::string>* features :
       {&a.reader_features, &a.writer_features, &b.reader_features, &b.writer_features}) {
    std::sort(features->begin(), features->end());
  }
  return a == b;
}

// Nothing where the files' vectors do not fit an int64.
std::optional<int64_t> DeletedRows(const FileTable& files) {
  int64_t total = 0;
  if (files.deletion_vector_count() == 0) return total;
  for (size_t i = 0; i < files.size(); ++i) {
    if (!files.at(i).has_deletion_vector()) continue;
    if (__builtin_add_overflow(total, files.at(i).deletion_vector()->cardinality, &total)) {
      return std::nullopt;
    }
  }
  return total;
}

template <typename Map>
auto ValuesOf(const Map& map) {
  std::vector<typename Map::mapped_type> values;
  for (const auto& [key, value] : map) values.push_back(value);
  return values;
}

}  // namespace

std::optional<Checksum> ParseChecksum(std::string_view json) {
  try {
    base::JsonLimits limits;
    limits.bytes_max = kChecksumBytesMax;
    base::Json document = base::ParseJson(json, kFile, base::ErrorKind::kCorrupt, limits);
    return Read(base::JsonView(document, kFile, base::ErrorKind::kCorrupt));
  } catch (const base::Error&) {
    return std::nullopt;
  }
}

std::string WriteChecksum(const Checksum& checksum) {
  std::string out = "{";
  auto raw = [&](std::string_view name, std::string_view json) {
    out += fmt::format("{}\"{}\":{}", out.size() > 1 ? "," : "", name, json);
  };
  auto integer = [&](std::string_view name, const std::optional<int64_t>& value) {
    if (value) raw(name, std::to_string(*value));
  };
  if (checksum.txn_id) raw("txnId", JsonString(*checksum.txn_id));
  integer("tableSizeBytes", checksum.total_bytes);
  integer("numFiles", checksum.file_count);
  integer("numDeletedRecordsOpt", checksum.deleted_row_count);
  integer("numDeletionVectorsOpt", checksum.deletion_vector_count);
  integer("numMetadata", 1);
  integer("numProtocol", 1);
  integer("inCommitTimestampOpt", checksum.in_commit_timestamp_ms);
  if (checksum.transactions) raw("setTransactions", BodiesOf(*checksum.transactions));
  if (checksum.domains) raw("domainMetadata", BodiesOf(*checksum.domains));
  raw("metadata", BodyOf(checksum.metadata));
  raw("protocol", BodyOf(checksum.protocol));
  return out + "}";
}

Checksum ChecksumOf(const Snapshot& snapshot) {
  Checksum checksum;
  checksum.total_bytes = snapshot.files().total_bytes();
  checksum.file_count = static_cast<int64_t>(snapshot.files().size());
  checksum.metadata = snapshot.metadata();
  checksum.protocol = snapshot.protocol();
  if (InCommitTimestampsOf(snapshot.metadata())) {
    checksum.in_commit_timestamp_ms = snapshot.timestamp_ms();
  }
  checksum.transactions = ValuesOf(snapshot.state().transactions);
  checksum.domains = ValuesOf(snapshot.state().domains);
  checksum.deleted_row_count = DeletedRows(snapshot.files());
  checksum.deletion_vector_count = static_cast<int64_t>(snapshot.files().deletion_vector_count());
  return checksum;
}

std::vector<std::string> Differences(const Checksum& checksum, const Snapshot::State& state) {
  std::vector<std::string> fields;
  auto compare = [&](bool same, std::string_view field) {
    if (!same) fields.emplace_back(field);
  };
  compare(checksum.total_bytes == state.files.total_bytes(), "tableSizeBytes");
  compare(checksum.file_count == static_cast<int64_t>(state.files.size()), "numFiles");
  compare(checksum.metadata == state.metadata, "metadata");
  compare(SameProtocol(checksum.protocol, state.protocol), "protocol");
  if (checksum.transactions) {
    compare(SameTransactions(*checksum.transactions, state), "setTransactions");
  }
  if (checksum.domains) compare(SameDomains(*checksum.domains, state), "domainMetadata");
  if (checksum.deletion_vector_count) {
    compare(*checksum.deletion_vector_count ==
                static_cast<int64_t>(state.files.deletion_vector_count()),
            "numDeletionVectorsOpt");
  }
  if (checksum.deleted_row_count) {
    compare(checksum.deleted_row_count == DeletedRows(state.files), "numDeletedRecordsOpt");
  }
  return fields;
}

std::string ChecksumKey(const std::string& root, int64_t version) {
  std::string name = CommitName(version);
  name.replace(name.size() - 4, 4, "crc");
  return LogFolder(root) + name;
}

}  // namespace laguna::delta
