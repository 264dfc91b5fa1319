// SPDX-License-Identifier: Apache-2.0
// Whether rows written under one definition of a table can be read under a later one. Pure;
// thread-safe.
#pragma once

#include <optional>
#include <string>

#include "delta/action.h"

namespace laguna::delta {

// Nothing when the columns of `written` are all in `read`, by physical name, with types that are
// the same or wider, and both are partitioned alike; `read` may have more columns. Else why not, as
// the end of a sentence: "column a is gone", "column a was int and is string".
[[nodiscard]] std::optional<std::string> WhyNotReadable(const Metadata& written,
                                                        const Metadata& read);

}  // namespace laguna::delta
