// SPDX-License-Identifier: Apache-2.0
// Names of flows, parameters and tasks: words of SQL expressions and of file names.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/yaml.h"

namespace laguna::flow {

// The scalar's text, when it is a letter or '_' and then letters, digits and '_', 64 at most; else
// InvalidInput "flow.name". `what` is as in "a task".
std::string NameFrom(const base::YamlNode& scalar, std::string_view what);

// Refuses names that differ by case alone: in SQL they are one.
class NameSet {
 public:
  explicit NameSet(std::string what) : what_(std::move(what)) {}
  void Add(const base::YamlNode& name);

 private:
  const std::string what_;
  std::map<std::string, std::string> names_;
};

}  // namespace laguna::flow
