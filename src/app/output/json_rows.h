// SPDX-License-Identifier: Apache-2.0
// The rows of a result as JSON objects, one a line, with whatever the format puts round them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/output/result_writer.h"

namespace laguna::app {

struct JsonFraming {
  std::string_view open;
  std::string_view before_first;
  std::string_view between;
  // After the last row, and when there was none.
  std::string_view close;
  std::string_view close_empty;
};

class JsonRows final : public ResultWriter {
 public:
  JsonRows(Output& output, JsonFraming framing) : output_(output), framing_(framing) {}
  void Begin(const std::vector<engine::ResultColumn>& columns) override;
  void Rows(const engine::ResultBatch& batch) override;
  void End() override;

 private:
  Output& output_;
  JsonFraming framing_;
  // `"name": ` of each column, ready to write.
  std::vector<std::string> keys_;
  bool any_row_ = false;
};

}  // namespace laguna::app
