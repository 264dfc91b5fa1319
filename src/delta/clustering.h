// SPDX-License-Identifier: Apache-2.0
// By which columns a table is clustered (protocol section "Clustered Table": the domain
// delta.clustering). Pure; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "delta/snapshot.h"

namespace laguna::delta {

// The columns' logical names, those of fields as "address.city", in the order of the domain; empty
// where the table is clustered by none, nothing when it is no clustered table. A physical name that
// the schema does not know stays as it is. Corrupt ("delta.clustering") for a domain that is not as
// the protocol has it.
[[nodiscard]] std::optional<std::vector<std::string>> ClusteringColumns(const Snapshot& snapshot);

}  // namespace laguna::delta
