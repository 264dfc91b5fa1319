// SPDX-License-Identifier: Apache-2.0
#include "delta/conflict.h"

#include <gtest/gtest.h>

#include "delta/definition_change.h"
#include "delta/deletion_vector_file.h"
#include "delta/table_feature.h"
#include "delta/table_for_test.h"

namespace laguna::delta {
namespace {

using Actions = std::vector<Action>;

DeletionVector Rows(std::initializer_list<uint64_t> positions) {
  DeletionVector rows;
  for (const uint64_t position : positions) rows.Add(position);
  return rows;
}

std::optional<DeletionVectorDescriptor> Vector(std::initializer_list<uint64_t> positions) {
  if (positions.size() == 0) return std::nullopt;
  return InlineDeletionVector(Rows(positions));
}

AddFile Added(const std::string& path, std::initializer_list<uint64_t> deleted = {},
              bool data_change = true) {
  AddFile file = FileNamed(path);
  file.deletion_vector = Vector(deleted);
  file.data_change = data_change;
  return file;
}

RemoveFile Removed(const std::string& path, std::initializer_list<uint64_t> deleted = {},
                   bool data_change = true) {
  RemoveFile file;
  file.path = path;
  file.deletion_vector = Vector(deleted);
  file.data_change = data_change;
  return file;
}

CommitInfo Info(bool blind, const std::string& operation = "") {
  CommitInfo info;
  info.is_blind_append = blind;
  info.operation = operation;
  return info;
}

Metadata BaseMetadata() {
  Metadata metadata = SimpleMetadata();
  metadata.id = "table";
  metadata.configuration["delta.enableDeletionVectors"] = "true";
  return metadata;
}

// Files a, b without vectors, and c, whose row 0 is deleted.
SnapshotPtr Base() {
  Snapshot::State state;
  state.version = 7;
  state.metadata = BaseMetadata();
  state.protocol = MinimalProtocol(state.metadata);
  const AddFile files[] = {Added("a"), Added("b"), Added("c", {0})};
  state.files = FileTable().With({}, files);
  return std::make_shared<const Snapshot>(std::move(state));
}

std::optional<std::string> Meet(const CommitIntent& intent, const std::vector<Actions>& winners) {
  TestLake lake;
  ConflictCheck check(intent, Base(), [&](const DeletionVectorDescriptor& vector) {
    return LoadDeletionVector(lake.store, "bronze/t", vector);
  });
  for (const Actions& winner : winners) {
    if (std::optional<std::string> reason = check.Meet(winner)) return reason;
  }
  return std::nullopt;
}

// --- What others did ---

Actions BlindAppend() {
  return {Info(true), Added("w")};
}
// By a writer that does not say whether it is blind.
Actions SilentAppend() {
  return {Added("w")};
}
Actions ReadingAppend() {
  return {Info(false), Added("w")};
}
// Files written anew.
Actions Update() {
  return {Info(false), Removed("a"), Added("w")};
}
Actions Delete() {
  return {Info(false), Removed("a")};
}
Actions DeleteRowThree() {
  return {Info(false), Removed("a"), Added("a", {3})};
}
Actions DeleteMoreOfC() {
  return {Info(false), Removed("c", {0}), Added("c", {0, 3})};
}
Actions UpdateRowThree() {
  return {Info(false), Removed("a"), Added("a", {3}), Added("w")};
}
Actions RestoreC() {
  return {Info(false, "RESTORE"), Removed("c", {0}), Added("c")};
}
Actions Optimize() {
  return {Info(false), Removed("a", {}, false), Added("w", {}, false)};
}
// Says something new of a file (statistics, row ids).
Actions Refresh() {
  return {Info(false), Added("a", {}, false)};
}
Actions ChangeMetadata() {
  Metadata metadata = BaseMetadata();
  metadata.schema.fields.push_back({"more", Primitive::kString, true, {}});
  return {Info(true), metadata};
}
Actions ChangeProperty(const std::string& name, const std::string& value) {
  Metadata metadata = BaseMetadata();
  metadata.configuration[name] = value;
  return {Info(true), GrowProtocol(Base()->protocol(), metadata), metadata};
}
Actions AddFeature(const std::string& feature) {
  Protocol protocol = Base()->protocol();
  protocol.writer_features.push_back(feature);
  return {Info(true), protocol};
}
Actions DropFeature() {
  return {Info(true), Protocol{1, 2, {}, {}}};
}
Actions ReplaceAll() {
  Actions actions = ChangeMetadata();
  for (Action action : Actions{Removed("a"), Removed("b"), Removed("c", {0}), Added("w")}) {
    actions.push_back(std::move(action));
  }
  std::get<CommitInfo>(actions.front()).is_blind_append = false;
  return actions;
}
Actions Progress() {
  return {Info(true), SetTransaction{"app", 3, {}}};
}
Actions ChangeDomain(const std::string& domain) {
  return {Info(true), DomainMetadata{domain, "{}", false}};
}

// --- What we do ---

ReadScope All() {
  return {};
}
ReadScope RowByRow(bool may_hold) {
  return {true, [may_hold](std::span<const AddFile>) { return may_hold; }};
}
ReadScope Some(const std::string& path) {
  return {false, [path](std::span<const AddFile> files) {
            return std::any_of(files.begin(), files.end(),
                               [&](const AddFile& file) { return file.path == path; });
          }};
}

CommitIntent Append() {
  return {};
}
CommitIntent Reading(ReadScope scope) {
  CommitIntent intent;
  intent.reads.push_back(std::move(scope));
  return intent;
}
CommitIntent Serializable(CommitIntent intent) {
  intent.isolation = Isolation::kSerializable;
  return intent;
}
CommitIntent Replace() {
  CommitIntent intent;
  intent.replaces_table = true;
  return intent;
}
CommitIntent ReplaceRead() {
  CommitIntent intent = Reading(All());
  intent.replaces_table = true;
  return intent;
}
CommitIntent Alter() {
  CommitIntent intent;
  intent.changes_metadata = true;
  return intent;
}
CommitIntent AlterRead() {
  CommitIntent intent = Reading(All());
  intent.changes_metadata = true;
  return intent;
}
CommitIntent ReplaceDefinition() {
  CommitIntent intent = Replace();
  intent.changes_metadata = true;
  return intent;
}
CommitIntent UpgradeProtocol() {
  CommitIntent intent = Alter();
  intent.changes_protocol = true;
  return intent;
}
CommitIntent Upgrade() {
  CommitIntent intent;
  intent.changes_protocol = true;
  return intent;
}
CommitIntent Removal() {
  CommitIntent intent;
  intent.removed = {"a"};
  return intent;
}
CommitIntent Compaction() {
  CommitIntent intent = Removal();
  intent.isolation = Isolation::kSnapshot;
  intent.reads.push_back(RowByRow(true));
  return intent;
}
CommitIntent CompactionOf(const std::string& path) {
  CommitIntent intent = Compaction();
  intent.removed = {path};
  return intent;
}
// DELETE, UPDATE and MERGE look at each row alone.
CommitIntent Dml(bool may_hold, const std::string& path, std::initializer_list<uint64_t> deleted) {
  CommitIntent intent = Reading(RowByRow(may_hold));
  intent.rows[path].deleted = Rows(deleted);
  return intent;
}
// Its rows depend on others, which it looked at as a whole.
CommitIntent WithSubQuery() {
  CommitIntent intent = Dml(false, "b", {3});
  intent.reads.push_back(All());
  return intent;
}
CommitIntent Depending(const std::string& path, std::initializer_list<uint64_t> rows) {
  CommitIntent intent = Reading(RowByRow(false));
  intent.rows[path].depended_on = Rows(rows);
  return intent;
}
CommitIntent Stream() {
  CommitIntent intent;
  intent.app_ids = {"app"};
  return intent;
}
CommitIntent Domain(const std::string& domain) {
  CommitIntent intent;
  intent.domains = {domain};
  return intent;
}

struct Case {
  std::string what;
  CommitIntent ours;
  std::vector<Actions> winners;
  bool conflict = false;
};

void Expect(const std::vector<Case>& cases) {
  for (const Case& test : cases) {
    EXPECT_EQ(Meet(test.ours, test.winners).has_value(), test.conflict) << test.what;
  }
}

constexpr bool kConflict = true;
constexpr bool kNone = false;

TEST(Conflict, BlindAppendsStandBesideAllChangesOfData) {
  Expect({
      {"blind append", Append(), {BlindAppend()}, kNone},
      {"update", Append(), {Update()}, kNone},
      {"delete", Append(), {Delete()}, kNone},
      {"rows deleted", Append(), {DeleteRowThree()}, kNone},
      {"optimize", Append(), {Optimize()}, kNone},
      {"metadata", Append(), {ChangeMetadata()}, kConflict},
      {"serializable / blind append", Serializable(Append()), {BlindAppend()}, kNone},
      {"serializable / update", Serializable(Append()), {Update()}, kNone},
  });
}

TEST(Conflict, WhatWasReadConflictsWithWhatChangedIt) {
  Expect({
      {"all / blind append", Reading(All()), {BlindAppend()}, kNone},
      {"all / silent append", Reading(All()), {SilentAppend()}, kConflict},
      {"all / reading append", Reading(All()), {ReadingAppend()}, kConflict},
      {"all / update", Reading(All()), {Update()}, kConflict},
      {"all / delete", Reading(All()), {Delete()}, kConflict},
      {"all / rows deleted", Reading(All()), {DeleteRowThree()}, kConflict},
      {"all / optimize", Reading(All()), {Optimize()}, kNone},
      {"all / delete after optimize",
       Reading(All()),
       {Optimize(), {Info(false), Removed("w")}},
       kConflict},
      {"all, serializable / blind append",
       Serializable(Reading(All())),
       {BlindAppend()},
       kConflict},
      {"all, serializable / optimize", Serializable(Reading(All())), {Optimize()}, kNone},
      {"b / file a deleted", Reading(Some("b")), {Delete()}, kNone},
      {"a / file a deleted", Reading(Some("a")), {Delete()}, kConflict},
      {"b / rows of a deleted", Reading(Some("b")), {DeleteRowThree()}, kNone},
      {"b / w added", Reading(Some("b")), {ReadingAppend()}, kNone},
      {"w / w added", Reading(Some("w")), {ReadingAppend()}, kConflict},
      {"w, serializable / w added blindly",
       Serializable(Reading(Some("w"))),
       {BlindAppend()},
       kConflict},
  });
}

TEST(Conflict, RowsThatBothChangeConflict) {
  Expect({
      {"the same row", Dml(false, "a", {3}), {DeleteRowThree()}, kConflict},
      {"other rows of the same file", Dml(false, "a", {2, 4}), {DeleteRowThree()}, kNone},
      {"rows of another file", Dml(false, "b", {3}), {DeleteRowThree()}, kNone},
      {"more rows of a file with a vector", Dml(false, "c", {2}), {DeleteMoreOfC()}, kNone},
      {"the same of a file with a vector", Dml(false, "c", {2, 3}), {DeleteMoreOfC()}, kConflict},
      {"the file was removed", Dml(false, "a", {2}), {Delete()}, kConflict},
      {"the file was written anew", Dml(false, "a", {2}), {Update()}, kConflict},
      {"the file was compacted", Dml(false, "a", {2}), {Optimize()}, kConflict},
      {"another file was compacted", Dml(false, "b", {2}), {Optimize()}, kNone},
      {"the file got other statistics", Dml(false, "a", {2}), {Refresh()}, kNone},
      {"other rows, then the same",
       Dml(false, "a", {4}),
       {DeleteRowThree(), {Info(false), Removed("a", {3}), Added("a", {3, 4})}},
       kConflict},
      {"a row it depends on", Depending("a", {3}), {DeleteRowThree()}, kConflict},
      {"another row than it depends on", Depending("a", {4}), {DeleteRowThree()}, kNone},
      {"the file of a row it depends on", Depending("a", {3}), {Optimize()}, kConflict},
  });
}

TEST(Conflict, RowsThatOthersAddedAreAskedFor) {
  Expect({
      {"blind append that may match", Dml(true, "a", {2}), {BlindAppend()}, kNone},
      {"the same, serializable", Serializable(Dml(true, "a", {2})), {BlindAppend()}, kConflict},
      {"serializable, cannot match", Serializable(Dml(false, "a", {2})), {BlindAppend()}, kNone},
      {"reading append that may match", Dml(true, "a", {2}), {ReadingAppend()}, kConflict},
      {"reading append that cannot", Dml(false, "a", {2}), {ReadingAppend()}, kNone},
      {"update whose new rows may match", Dml(true, "a", {2}), {UpdateRowThree()}, kConflict},
      {"update whose new rows cannot", Dml(false, "a", {2}), {UpdateRowThree()}, kNone},
      {"delete adds none", Dml(true, "a", {2}), {DeleteRowThree()}, kNone},
      {"rows that came back", Dml(true, "a", {2}), {RestoreC()}, kConflict},
      {"rows that came back and cannot match", Dml(false, "a", {2}), {RestoreC()}, kNone},
      {"compaction adds none", Dml(true, "b", {2}), {Optimize()}, kNone},
  });
}

TEST(Conflict, FilesThatGoAsAWholeAreOurs) {
  Expect({
      {"removed", Removal(), {Delete()}, kConflict},
      {"rearranged", Removal(), {Optimize()}, kConflict},
      {"rows deleted", Removal(), {DeleteRowThree()}, kConflict},
      {"rows of another file deleted", Removal(), {DeleteMoreOfC()}, kNone},
      {"refreshed", Removal(), {Refresh()}, kNone},
      {"append", Removal(), {ReadingAppend()}, kNone},
      {"compaction / append", Compaction(), {BlindAppend()}, kNone},
      {"compaction / reading append", Compaction(), {ReadingAppend()}, kNone},
      {"compaction / rows deleted", Compaction(), {DeleteRowThree()}, kConflict},
      {"compaction / compaction", Compaction(), {Optimize()}, kConflict},
      {"compaction / rows of another file", Compaction(), {DeleteMoreOfC()}, kNone},
  });
}

TEST(Conflict, ReplacingTheTable) {
  Expect({
      {"blind append", Replace(), {BlindAppend()}, kNone},
      {"reading append", Replace(), {ReadingAppend()}, kConflict},
      {"delete", Replace(), {Delete()}, kConflict},
      {"optimize", Replace(), {Optimize()}, kNone},
      {"from itself / blind append", ReplaceRead(), {BlindAppend()}, kConflict},
  });
}

TEST(Conflict, DefinitionsChangeAlone) {
  Expect({
      {"alter / blind append", Alter(), {BlindAppend()}, kNone},
      {"alter / update", Alter(), {Update()}, kNone},
      {"alter that read / blind append", AlterRead(), {BlindAppend()}, kConflict},
      {"alter / metadata", Alter(), {ChangeMetadata()}, kConflict},
      {"alter / harmless metadata",
       Alter(),
       {ChangeProperty("delta.checkpointPolicy", "classic")},
       kConflict},
      {"dml / metadata", Dml(false, "a", {2}), {ChangeMetadata()}, kConflict},
      {"upgrade / protocol", Upgrade(), {AddFeature("domainMetadata")}, kConflict},
      {"append / harmless feature", Append(), {AddFeature("domainMetadata")}, kNone},
      {"append / feature that asks something",
       Append(),
       {AddFeature("checkConstraints")},
       kConflict},
      {"append / unknown feature", Append(), {AddFeature("magic")}, kConflict},
      {"append / features dropped", Append(), {DropFeature()}, kConflict},
      {"append / timestamps switched on",
       Append(),
       {ChangeProperty("delta.enableInCommitTimestamps", "true")},
       kNone},
      {"append / row tracking switched on",
       Append(),
       {ChangeProperty("delta.enableRowTracking", "true")},
       kNone},
      {"dml / row tracking switched on",
       Dml(false, "a", {2}),
       {ChangeProperty("delta.enableRowTracking", "true")},
       kConflict},
      {"append / vectors switched off",
       Append(),
       {ChangeProperty("delta.enableDeletionVectors", "false")},
       kConflict},
      {"append / constraint",
       Append(),
       {ChangeProperty("delta.constraints.positive", "id > 0")},
       kConflict},
      {"append / property of the user", Append(), {ChangeProperty("owner", "me")}, kConflict},
  });
}

// Every statement beside every winner, by both levels of isolation: Delta's matrix, with rows in
// the place of files. All that read or change rows are about row 3 of a, which the winners change
// too.
TEST(Conflict, TheWholeMatrix) {
  const std::pair<std::string, Actions> winners[] = {
      {"blind append", BlindAppend()},
      {"silent append", SilentAppend()},
      {"reading append", ReadingAppend()},
      {"rows deleted", DeleteRowThree()},
      {"rows updated", UpdateRowThree()},
      {"file deleted", Delete()},
      {"file written anew", Update()},
      {"optimize", Optimize()},
      {"metadata", ChangeMetadata()},
      {"harmless metadata", ChangeProperty("delta.checkpointPolicy", "classic")},
      {"protocol", AddFeature("checkConstraints")},
      {"harmless protocol", AddFeature("domainMetadata")},
      {"replaced table", ReplaceAll()},
  };
  struct Row {
    std::string what;
    CommitIntent ours;
    // A letter for each winner: '.' never, 'S' by Serializable only, 'C' by both.
    std::string conflicts;
  };
  const Row rows[] = {
      {"blind append", Append(), "........C.C.C"},
      {"append that read", Reading(All()), "SCCCCCC.C.C.C"},
      {"row change", Dml(true, "a", {3}), "SCCCCCCCC.C.C"},
      {"row change that no new row meets", Dml(false, "a", {3}), "...CCCCCC.C.C"},
      {"row change elsewhere", Dml(false, "b", {3}), "........C.C.C"},
      {"row change by a sub-query", WithSubQuery(), "SCCCCCC.C.C.C"},
      {"whole file", Removal(), "...CCCCCC.C.C"},
      {"optimize", Compaction(), "...CCCCCC.C.C"},
      {"optimize elsewhere", CompactionOf("b"), "........C.C.C"},
      {"overwrite", Replace(), ".CCCCCC.C.C.C"},
      {"overwrite by itself", ReplaceRead(), "CCCCCCC.C.C.C"},
      {"metadata", Alter(), "........CCC.C"},
      {"metadata after a look at the rows", AlterRead(), "CCCCCCC.CCC.C"},
      {"protocol", UpgradeProtocol(), "........CCCCC"},
      {"replace table", ReplaceDefinition(), ".CCCCCC.CCC.C"},
      {"stream", Stream(), "........C.C.C"},
  };
  for (const Row& row : rows) {
    ASSERT_EQ(row.conflicts.size(), std::size(winners)) << row.what;
    for (size_t i = 0; i < std::size(winners); ++i) {
      const auto& [winner, actions] = winners[i];
      const char letter = row.conflicts[i];
      EXPECT_EQ(Meet(row.ours, {actions}).has_value(), letter == 'C')
          << row.what << " / " << winner;
      const bool serializable = Meet(Serializable(row.ours), {actions}).has_value();
      // What only rearranges data has its own level.
      if (row.ours.isolation == Isolation::kSnapshot) continue;
      EXPECT_EQ(serializable, letter != '.') << row.what << ", serializable / " << winner;
    }
  }
}

TEST(Conflict, ColumnMappingMaySwitchOnUnderAWriter) {
  Metadata mapped = BaseMetadata();
  mapped.configuration["delta.columnMapping.mode"] = "name";
  mapped.configuration["delta.columnMapping.maxColumnId"] = "1";
  mapped.schema.fields[0].metadata = {{"delta.columnMapping.id", "1"},
                                      {"delta.columnMapping.physicalName", "\"id\""}};
  Metadata renamed = mapped;
  renamed.schema.fields[0].metadata[1].json = "\"col-1\"";
  const Protocol protocol = GrowProtocol(Base()->protocol(), mapped);
  EXPECT_FALSE(Meet(Append(), {{Info(true), protocol, mapped}}));
  EXPECT_TRUE(Meet(Append(), {{Info(true), protocol, renamed}}));
  EXPECT_TRUE(Meet(Append(), {{Info(true), protocol, mapped}, {Info(true), renamed}}));
}

TEST(Conflict, AHigherVersionAsksNothingByItself) {
  EXPECT_TRUE(IsHarmlessChange(Protocol{1, 2, {}, {}}, Protocol{2, 5, {}, {}}));
  EXPECT_FALSE(IsHarmlessChange(Protocol{1, 4, {}, {}}, Protocol{1, 2, {}, {}}));
}

TEST(Conflict, ProgressAndDomains) {
  Expect({
      {"stream / the same stream", Stream(), {Progress()}, kConflict},
      {"stream / append", Stream(), {BlindAppend()}, kNone},
      {"append / progress of another", Append(), {Progress()}, kNone},
      {"domain / the same domain",
       Domain("delta.clustering"),
       {ChangeDomain("delta.clustering")},
       kConflict},
      {"domain / another", Domain("delta.clustering"), {ChangeDomain("mine")}, kNone},
      {"row ids are counted on",
       Domain("delta.rowTracking"),
       {ChangeDomain("delta.rowTracking")},
       kNone},
  });
}

TEST(Conflict, FilesAreShownAsTheyWereBeforeTheyWent) {
  std::vector<AddFile> shown;
  const CommitIntent intent = Reading({false, [&](std::span<const AddFile> files) {
                                         shown.insert(shown.end(), files.begin(), files.end());
                                         return false;
                                       }});
  EXPECT_FALSE(Meet(intent, {DeleteMoreOfC(), {Info(false), Removed("c", {0, 3})}}));
  ASSERT_EQ(shown.size(), 2U);
  EXPECT_EQ(shown[0].deletion_vector, Vector({0}));
  EXPECT_EQ(shown[0].statistics_json, FileNamed("c").statistics_json);
  EXPECT_EQ(shown[1].deletion_vector, Vector({0, 3}));
}

}  // namespace
}  // namespace laguna::delta
