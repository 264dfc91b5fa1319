// SPDX-License-Identifier: Apache-2.0
#include "app/table/maintenance.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace laguna::app {
namespace {

struct Case {
  std::string (*statement)(const MaintenanceOptions& options);
  MaintenanceOptions options;
  const char* expected;
};

MaintenanceOptions On(const std::string& table) {
  MaintenanceOptions options;
  options.name = table;
  return options;
}

template <class Change>
MaintenanceOptions With(MaintenanceOptions options, const Change& change) {
  change(options);
  return options;
}

TEST(Maintenance, EachCommandIsOneStatement) {
  const Case cases[] = {
      {OptimizeStatement, On("bronze.t"), "OPTIMIZE bronze.t"},
      {OptimizeStatement, On("data/t's"), "OPTIMIZE 'data/t''s'"},
      {OptimizeStatement,
       With(On("bronze.\"My table\""),
            [](auto& o) {
              o.where = "p = 'a' AND q IN (1, 2)";
              o.zorder = {"k", "address.city", "\"Total price\""};
            }),
       "OPTIMIZE bronze.\"My table\" WHERE p = 'a' AND q IN (1, 2) ZORDER BY (k, address.city, "
       "\"Total price\")"},
      {OptimizeStatement, With(On("bronze.t"), [](auto& o) { o.purge = true; }),
       "REORG TABLE bronze.t APPLY (PURGE)"},
      {VacuumStatement, On("bronze.t"), "VACUUM bronze.t"},
      {VacuumStatement,
       With(On("bronze.t"),
            [](auto& o) {
              o.lite = true;
              o.retain_hours = "168";
              o.dry_run = true;
            }),
       "VACUUM bronze.t LITE RETAIN 168 HOURS DRY RUN"},
      {RestoreStatement, With(On("bronze.t"), [](auto& o) { o.version = 0; }),
       "RESTORE TABLE bronze.t TO VERSION AS OF 0"},
      {RestoreStatement, With(On("bronze.t"), [](auto& o) { o.time = "2024-01-01"; }),
       "RESTORE TABLE bronze.t TO TIMESTAMP AS OF '2024-01-01'"},
      {CloneStatement,
       With(On("/data/t"),
            [](auto& o) {
              o.target = "silver.c";
              o.version = 3;
              o.replace = true;
            }),
       "CREATE OR REPLACE TABLE silver.c SHALLOW CLONE '/data/t' VERSION AS OF 3"},
      {CheckpointStatement, On("bronze.t"), "CHECKPOINT TABLE bronze.t"},
  };
  for (const Case& test : cases) EXPECT_EQ(test.statement(test.options), test.expected);
}

TEST(Maintenance, NothingSlipsInWithWhatIsTyped) {
  const auto is_refused = [](auto statement, const MaintenanceOptions& options) {
    EXPECT_THROW(statement(options), base::Error) << statement(options);
  };
  is_refused(OptimizeStatement, On("bronze.t; DROP TABLE bronze.t"));
  is_refused(OptimizeStatement, On("bronze.t ZORDER BY (k)"));
  is_refused(OptimizeStatement, With(On("bronze.t"), [](auto& o) { o.where = "p; SELECT 1"; }));
  is_refused(OptimizeStatement, With(On("bronze.t"), [](auto& o) { o.zorder = {"k) --"}; }));
  is_refused(OptimizeStatement, With(On("bronze.t"), [](auto& o) {
               o.zorder = {"k"};
               o.purge = true;
             }));
  is_refused(RestoreStatement, On("bronze.t"));
}

}  // namespace
}  // namespace laguna::app
