// SPDX-License-Identifier: Apache-2.0
#include "connect/secret.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace laguna::connect {
namespace {

constexpr size_t kSecretNameLengthMax = 64;

bool IsNameLetter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

bool IsSecretName(std::string_view name) {
  return !name.empty() && name.size() <= kSecretNameLengthMax &&
         std::ranges::all_of(name, IsNameLetter);
}

std::string ResolveSecret(const SecretReference& reference, std::string_view owner,
                          std::string_view option, const Environment& environment) {
  const std::string variable = fmt::format("{}{}", kSecretVariablePrefix, reference.name);
  auto value = environment(variable);
  if (value) return std::move(*value);
  throw base::Error(
      base::ErrorKind::kNotFound, "secret.missing",
      fmt::format("Option '{}' of {} needs the secret '{}', but the environment variable {} is "
                  "not set.",
                  option, owner, reference.name, variable))
      .Hint(fmt::format("Set it for this command: export {}=...", variable))
      .With("secret", reference.name);
}

}  // namespace laguna::connect
