// SPDX-License-Identifier: Apache-2.0
// What code an input reaches, in builds that say so (cmake/sanitize.cmake: the preset asan).
//
// Every basic block of the instrumented code counts itself in a table of bytes, by a hash of its
// address; DuckDB is not instrumented. In other builds nothing ever counts. Blocks count from any
// thread; the functions here belong to one.
#pragma once

namespace laguna::test {

// Forgets what the last input reached.
void BeginCoverage();

// Whether since BeginCoverage a block ran that never ran before, or many times more often than ever
// before; remembers it.
bool ReachedNewCode();

}  // namespace laguna::test
