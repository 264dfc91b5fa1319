// SPDX-License-Identifier: Apache-2.0
// From a secret's name to its value, at the moment it is used.
//
// The environment comes in as a function, so that only app/compose touches the process'. Values
// never appear in errors or logs; who gets one must not keep it. Pure functions.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "connect/option.h"

namespace laguna::connect {

// A variable's value, or nothing when it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& variable)>;

constexpr std::string_view kSecretVariablePrefix = "LAGUNA_SECRET_";

// One to 64 of A-Z, 0-9 and '_': what a variable's name can carry.
bool IsSecretName(std::string_view name);

// The value of LAGUNA_SECRET_<name>. NotFound "secret.missing" when the variable is not set, naming
// `owner` ("block 'shop'"), `option` and the variable.
std::string ResolveSecret(const SecretReference& reference, std::string_view owner,
                          std::string_view option, const Environment& environment);

}  // namespace laguna::connect
