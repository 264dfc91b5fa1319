// SPDX-License-Identifier: Apache-2.0
// Block type `postgres`: a PostgreSQL database.
#include "connect/block.h"

namespace laguna::connect {
namespace {

constexpr std::string_view kSslModes[] = {"disable", "allow",     "prefer",
                                          "require", "verify-ca", "verify-full"};

constexpr OptionSpec kOptions[] = {
    {.name = "host",
     .type = OptionType::kText,
     .documentation = "The server's name or address, or the folder of its socket.",
     .default_text = "localhost"},
    {.name = "port",
     .type = OptionType::kInteger,
     .documentation = "The server's port.",
     .default_text = "5432"},
    {.name = "database",
     .type = OptionType::kText,
     .documentation = "The database.",
     .required = true},
    {.name = "user", .type = OptionType::kText, .documentation = "Who connects.", .required = true},
    {.name = "password",
     .type = OptionType::kSecret,
     .documentation = "The user's password, as `{secret: NAME}`. Without it, the server has to let "
                      "the user in."},
    {.name = "sslmode",
     .type = OptionType::kText,
     .documentation = "Whether the connection is encrypted and the server's certificate checked, "
                      "in libpq's words.",
     .default_text = "prefer",
     .choices = kSslModes},
};

}  // namespace

extern const BlockType postgres_block{
    .name = "postgres",
    .summary = "A PostgreSQL database.",
    .documentation = R"(A PostgreSQL database, read by `copy` tasks.

```yaml
# blocks/shop.yaml
type: postgres
host: db.example.org
database: shop
user: reader
password: {secret: SHOP_PASSWORD}    # from the environment variable LAGUNA_SECRET_SHOP_PASSWORD
```
)",
    .options = kOptions,
};

}  // namespace laguna::connect
