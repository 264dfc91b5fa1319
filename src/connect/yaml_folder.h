// SPDX-License-Identifier: Apache-2.0
// The YAML files of one of a lake's folders (blocks/, flows/), read whole and in order of name.
#pragma once

#include <string>
#include <vector>

namespace laguna::connect {

struct YamlFile {
  // Without the extension.
  std::string name;
  // As errors show it: "blocks/shop.yaml".
  std::string shown_as;
  std::string text;
};

// Files *.yaml directly in the folder; none when there is no folder. Names that begin with '.' or
// '_' are left out. InvalidInput for *.yml, which would be overlooked, PermissionDenied and
// Unavailable for what cannot be read.
std::vector<YamlFile> ReadYamlFolder(const std::string& folder, const std::string& shown_as);

}  // namespace laguna::connect
