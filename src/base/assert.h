// SPDX-License-Identifier: Apache-2.0
// LAGUNA_ASSERT(condition): a broken invariant ends the process, in every build.
//
// For what can only be false when this program is wrong; bad input is an Error (base/error.h).
// Prints the expression and where it stands, then aborts.
#pragma once

namespace laguna::base {

// `file` as the compiler has it; printed from "src/" on.
[[noreturn]] void FailAssertion(const char* expression, const char* file, int line) noexcept;

}  // namespace laguna::base

#define LAGUNA_ASSERT(condition)      \
  ((condition) ? static_cast<void>(0) \
               : ::laguna::base::FailAssertion(#condition, __FILE__, __LINE__))
