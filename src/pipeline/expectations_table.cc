// SPDX-License-Identifier: Apache-2.0
#include "pipeline/expectations_table.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "base/iso_time.h"

namespace laguna::pipeline {
namespace {

using engine::Value;
using engine::ValueList;

constexpr const char* kTimeType = "TIMESTAMP WITH TIME ZONE";

Value Instant(int64_t since_epoch_ms) {
  return engine::Typed{kTimeType, base::FormatIsoMs(since_epoch_ms)};
}

ValueList RowOf(const state::ExpectationCount& count) {
  const Value stream = count.stream_id.empty() ? Value() : Value(count.stream_id);
  return {count.pipeline, count.table,  stream,       count.batch,
          count.name,     count.passed, count.failed, Instant(count.counted_ms)};
}

class CountReader final : public engine::RowReader {
 public:
  explicit CountReader(std::vector<state::ExpectationCount> counts) : counts_(std::move(counts)) {}

  std::vector<ValueList> Next(size_t rows_max) override {
    std::vector<ValueList> rows;
    const size_t end = std::min(counts_.size(), next_ + rows_max);
    for (; next_ < end; ++next_) rows.push_back(RowOf(counts_[next_]));
    return rows;
  }

 private:
  const std::vector<state::ExpectationCount> counts_;
  size_t next_ = 0;
};

}  // namespace

engine::RowSource ExpectationsSource(std::function<const state::ControlState*()> state) {
  engine::RowSource source;
  source.name = "expectations";
  source.columns = [](const engine::NamedValues&) -> std::vector<engine::RowColumn> {
    return {{"pipeline", "VARCHAR"}, {"table", "VARCHAR"},  {"stream", "VARCHAR"},
            {"batch", "BIGINT"},     {"name", "VARCHAR"},   {"passed", "BIGINT"},
            {"failed", "BIGINT"},    {"counted", kTimeType}};
  };
  source.open = [state = std::move(state)](const engine::NamedValues&) {
    const state::ControlState* known = state();
    return std::make_unique<CountReader>(known == nullptr ? std::vector<state::ExpectationCount>()
                                                          : known->ExpectationCounts());
  };
  return source;
}

}  // namespace laguna::pipeline
