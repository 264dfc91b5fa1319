// SPDX-License-Identifier: Apache-2.0
// What the tests of this module share: a clock that jumps, two task types, an evaluator that knows
// a handful of expressions.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "flow/definition.h"
#include "flow/message_queue.h"

namespace laguna::flow {

class JumpingClock final : public base::Clock {
 public:
  [[nodiscard]] int64_t NowMs() const override { return now_ms_; }
  void SleepFor(std::chrono::milliseconds duration) const override { now_ms_ += duration.count(); }
  void JumpTo(int64_t now_ms) const { now_ms_ = now_ms; }

 private:
  mutable std::atomic<int64_t> now_ms_ = 1'000'000;
};

// Lets real work go on for a moment; if nothing comes of it, the time that is waited for has come.
inline WaitUntil WaitByJumping(const JumpingClock& clock) {
  return
      [&clock](std::condition_variable& wake, std::unique_lock<std::mutex>& lock, int64_t due_ms) {
        constexpr std::chrono::milliseconds kMoment{30};
        if (wake.wait_for(lock, kMoment) == std::cv_status::timeout) clock.JumpTo(due_ms);
      };
}

inline constexpr connect::OptionSpec kWorkOptions[] = {
    {.name = "say", .documentation = "What to say.", .default_text = "nothing"},
    {.name = "rows", .type = connect::OptionType::kInteger, .documentation = "A number."},
    {.name = "select", .type = connect::OptionType::kTextList, .documentation = "A list."},
};
inline constexpr TaskType kWorkType{
    .name = "work", .summary = "Works.", .documentation = "Works.", .options = kWorkOptions};
inline constexpr connect::OptionSpec kCopyOptions[] = {
    {.name = "from", .documentation = "Where from.", .required = true},
};
inline constexpr std::string_view kCopyOutputs[] = {"files", "rows"};
inline constexpr TaskType kCopyType{.name = "copy",
                                    .summary = "Copies.",
                                    .documentation = "Copies.",
                                    .options = kCopyOptions,
                                    .outputs = kCopyOutputs};
inline const std::vector<const TaskType*> kTaskTypes{&kWorkType, &kCopyType};

inline FlowDefinition ParseFlowText(const std::string& text,
                                    const connect::Blocks* blocks = nullptr) {
  return ParseFlow(text, "flows/f.yaml", {kTaskTypes, blocks});
}

template <typename Action>
base::Error ErrorFrom(Action action) {
  try {
    action();
  } catch (const base::Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error";
  return {base::ErrorKind::kInternal, "none", ""};
}

// The value of "a.b.c" in the named values; "CAST(value AS T)" gives the value, and refuses 'bad'.
inline engine::Value EvaluatePath(std::string_view expression, const engine::NamedValues& values) {
  if (expression.starts_with("CAST(value")) {
    const engine::Value& value = values.at("value");
    if (value.ToText() == "bad") {
      throw base::Error(base::ErrorKind::kInvalidInput, "sql.conversion", "Not of the type.");
    }
    return value;
  }
  if (expression == "true") return true;
  if (expression == "false") return false;
  const size_t dot = expression.find('.');
  const auto found = values.find(std::string(expression.substr(0, dot)));
  engine::Value value = found == values.end() ? engine::Value() : found->second;
  std::string_view rest = dot == std::string_view::npos ? "" : expression.substr(dot + 1);
  while (!rest.empty()) {
    const std::string name(rest.substr(0, rest.find('.')));
    rest.remove_prefix(std::min(name.size() + 1, rest.size()));
    const auto* fields = std::get_if<engine::ValueStruct>(&value.alternatives());
    engine::Value next;
    bool has = false;
    for (size_t i = 0; fields != nullptr && i < fields->size(); ++i) {
      if ((*fields)[i].first != name) continue;
      next = (*fields)[i].second;
      has = true;
    }
    if (!has) {
      throw base::Error(base::ErrorKind::kInvalidInput, "sql.binder",
                        fmt::format("There is no '{}'.", name))
          .At({.file = "<expression>", .line = 1, .column = 1});
    }
    value = std::move(next);
  }
  return value;
}

}  // namespace laguna::flow
