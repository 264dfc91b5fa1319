// SPDX-License-Identifier: Apache-2.0
// Materialized views: tables that always equal their query in the pipeline folder. What builds them
// marks them by a table property and writes them; nobody else does.
#pragma once

#include "delta/action.h"
#include "engine/session.h"

namespace duckdb {
class ClientContext;
}

namespace laguna::catalog {

// The table property that says what a pipeline made a table as, and its value for these.
inline constexpr const char* kPipelineProperty = "laguna.pipeline";
inline constexpr const char* kMaterializedView = "materialized view";

// While it lives, statements of the session may write to materialized views. Used on the session's
// thread; does not outlive the session.
class MaterializedViewWrites {
 public:
  explicit MaterializedViewWrites(engine::Session& session);
  ~MaterializedViewWrites();
  MaterializedViewWrites(const MaterializedViewWrites&) = delete;
  MaterializedViewWrites& operator=(const MaterializedViewWrites&) = delete;

 private:
  engine::Session& session_;
};

// Unsupported ("write.materialized_view") when the table `name` ("gold.x") is one and the session
// may not write to it.
void CheckMayWriteRows(duckdb::ClientContext& context, const delta::Metadata& table,
                       const std::string& name);

}  // namespace laguna::catalog
