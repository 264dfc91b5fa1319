// SPDX-License-Identifier: Apache-2.0
// Block type `sqlite`: a SQLite database file.
#include "connect/block.h"

namespace laguna::connect {
namespace {

constexpr OptionSpec kOptions[] = {
    {.name = "path",
     .type = OptionType::kText,
     .documentation = "The database file. A relative path starts at `laguna.yaml`; one whose first "
                      "part is a zone lies below the storage root.",
     .required = true},
};

}  // namespace

extern const BlockType sqlite_block{
    .name = "sqlite",
    .summary = "A SQLite database file.",
    .documentation = R"(A SQLite database, read by `copy` tasks.

```yaml
# blocks/office.yaml
type: sqlite
path: ../office/office.db
```
)",
    .options = kOptions,
};

}  // namespace laguna::connect
