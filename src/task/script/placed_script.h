// SPDX-License-Identifier: Apache-2.0
// The statements of a `sql` task, and where their user finds them: in a file of their own, or in
// some lines of the flow's file. Immutable.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "base/yaml.h"
#include "engine/script.h"

namespace laguna::task {

class PlacedScript {
 public:
  // Those of a file; `file` is its name in errors.
  PlacedScript(std::string text, const std::string& file);
  // Those of `scalar`, whose templates have become `text`.
  PlacedScript(std::string text, base::YamlNode scalar);

  [[nodiscard]] const engine::Script& script() const { return script_; }
  [[nodiscard]] base::Place PlaceOf(const engine::ScriptStatement& statement) const;
  // An error of the script, with its place in the file that the user wrote. Where that shows a
  // template, the line that was made of it goes along.
  [[nodiscard]] base::Error Placed(const base::Error& error) const;

 private:
  [[nodiscard]] base::Place InFlow(const base::Place& place) const;

  // Nothing for a file.
  const std::optional<base::YamlNode> scalar_;
  const engine::Script script_;
};

}  // namespace laguna::task
