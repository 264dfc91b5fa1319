// SPDX-License-Identifier: Apache-2.0
// Version 1: runs, task runs, their history, and what expectations counted.
#include "state/migration.h"

namespace laguna::state {

extern const Migration v001_runs_migration{.version = 1, .sql = R"(
CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  flow TEXT NOT NULL,
  parameters TEXT NOT NULL,
  type TEXT NOT NULL,
  name TEXT NOT NULL,
  message TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  started_ms INTEGER,
  ended_ms INTEGER,
  host TEXT NOT NULL,
  heartbeat_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX runs_by_time ON runs (created_ms);
CREATE INDEX runs_unfinished ON runs (flow) WHERE ended_ms IS NULL;

CREATE TABLE task_runs (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  task TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  type TEXT NOT NULL,
  name TEXT NOT NULL,
  message TEXT NOT NULL,
  started_ms INTEGER,
  ended_ms INTEGER,
  outputs TEXT NOT NULL,
  PRIMARY KEY (run_id, task, attempt)
) WITHOUT ROWID;

CREATE TABLE state_changes (
  id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  task TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  type TEXT NOT NULL,
  name TEXT NOT NULL,
  message TEXT NOT NULL,
  at_ms INTEGER NOT NULL
);
CREATE INDEX state_changes_by_run ON state_changes (run_id);

CREATE TABLE expectation_counts (
  table_name TEXT NOT NULL,
  stream_id TEXT NOT NULL,
  batch INTEGER NOT NULL,
  name TEXT NOT NULL,
  pipeline TEXT NOT NULL,
  passed INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  recorded_ms INTEGER NOT NULL,
  PRIMARY KEY (table_name, stream_id, batch, name)
) WITHOUT ROWID;
)"};

}  // namespace laguna::state
