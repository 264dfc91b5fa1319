// SPDX-License-Identifier: Apache-2.0
// What is wrong with a table, and the statement that mends it: from numbers (table_facts.h) to
// findings. What laguna_doctor, `laguna table doctor` and the task `maintain` say.
//
// A finding that is `routine` may be mended by anybody at any time: its statement changes no row,
// takes no version away that the table promises to keep, and once it has run the finding is gone.
// Pure; thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalog/health/table_facts.h"

namespace laguna::catalog {

enum class Severity {
  // Rows are out of reach.
  kProblem,
  // It costs time or space, and more from day to day.
  kWarning,
  // It may be worth a thought.
  kAdvice,
};

// "problem", "warning", "advice".
std::string_view NameOf(Severity severity);

struct TableFinding {
  // "small_files": what programs go by.
  std::string name{};
  Severity severity = Severity::kWarning;
  // Full sentences.
  std::string sentence{};
  // What mends it; empty: no statement does.
  std::string statement{};
  // What to do, or to know before the statement is run; may be empty.
  std::string advice{};
  bool routine = false;
};

// The names of the findings that may be routine.
std::vector<std::string_view> RoutineFindings();

// Worst first, in the order in which statements are best run. `table` is how statements name it
// ("bronze.sales", "'/data/sales'").
std::vector<TableFinding> FindingsOf(const TableFacts& facts, const std::string& table);

}  // namespace laguna::catalog
