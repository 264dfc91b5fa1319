// SPDX-License-Identifier: Apache-2.0
#include "runner/file_result.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "runner/comparison.h"

namespace laguna::test {
namespace {

using Json = nlohmann::json;

// More failures of one file mostly follow from the first ones.
constexpr size_t kFailuresShownMax = 5;
constexpr size_t kSourceLinesShownMax = 20;

Json FailureToJson(const Failure& failure) {
  return {{"line", failure.line},
          {"what", failure.what},
          {"source", failure.source},
          {"detail", failure.detail}};
}

Failure FailureFromJson(const Json& json) {
  return {.line = json.at("line"),
          .what = json.at("what"),
          .source = json.at("source"),
          .detail = json.at("detail")};
}

std::string DescribeFailure(const std::string& path, const Failure& failure) {
  std::string text = fmt::format("{}:{}: {}\n", path, failure.line, failure.what);
  std::vector<std::string> source = SplitLines(failure.source);
  if (source.size() > kSourceLinesShownMax) {
    source.resize(kSourceLinesShownMax);
    source.emplace_back("...");
  }
  for (const std::string& line : source) text += fmt::format("    {}\n", line);
  return text + failure.detail;
}

}  // namespace

std::string ToJson(const FileResult& result) {
  Json failures = Json::array();
  for (const Failure& failure : result.failures) failures.push_back(FailureToJson(failure));
  const Json json = {{"path", result.path},      {"outcome", static_cast<int>(result.outcome)},
                     {"failures", failures},     {"skip_reason", result.skip_reason},
                     {"notes", result.notes},    {"blocks", result.blocks},
                     {"seconds", result.seconds}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

FileResult FromJson(std::string_view text) {
  const Json json = Json::parse(text);
  FileResult result{.path = json.at("path"),
                    .outcome = static_cast<Outcome>(json.at("outcome").get<int>()),
                    .skip_reason = json.at("skip_reason"),
                    .notes = json.at("notes"),
                    .blocks = json.at("blocks"),
                    .seconds = json.at("seconds")};
  for (const Json& failure : json.at("failures")) {
    result.failures.push_back(FailureFromJson(failure));
  }
  return result;
}

std::string Describe(const FileResult& result) {
  std::string text;
  for (const std::string& note : result.notes) text += note + "\n";
  const size_t shown = std::min(result.failures.size(), kFailuresShownMax);
  for (size_t at = 0; at < shown; ++at) text += DescribeFailure(result.path, result.failures[at]);
  if (shown < result.failures.size()) {
    text +=
        fmt::format("{}: ... and {} more failures\n", result.path, result.failures.size() - shown);
  }
  return text;
}

}  // namespace laguna::test
