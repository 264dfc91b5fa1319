// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "base/iso_time.h"

namespace laguna::base {
namespace {

constexpr std::array<std::string_view, 4> kLevelNames{"debug", "info", "warning", "error"};

spdlog::level::level_enum SpdlogLevel(LogLevel level) {
  constexpr std::array kLevels{spdlog::level::debug, spdlog::level::info, spdlog::level::warn,
                               spdlog::level::err};
  return kLevels[static_cast<size_t>(level)];
}

// A log must take any text: what is not UTF-8 is shown by U+FFFD.
std::string Dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string HumanLine(std::string_view time, LogLevel level, std::string_view message,
                      const LogFields& context, const LogFields& fields) {
  // One event, one line: line ends and terminal escapes within appear in JSON's notation.
  std::string text = Dump(Json(std::string(message)));
  bool plain = text.size() == message.size() + 2;
  std::string line = fmt::format("{} {:7} {}", time, NameOf(level), plain ? message : text);
  for (const LogFields* list : {&context, &fields}) {
    for (const auto& [name, value] : *list) line += fmt::format(" {}={}", name, Dump(value));
  }
  return line;
}

std::string JsonLine(std::string_view time, LogLevel level, std::string_view message,
                     const LogFields& context, const LogFields& fields) {
  Json line = Json::object();
  line["time"] = time;
  line["level"] = NameOf(level);
  line["message"] = message;
  for (const LogFields* list : {&context, &fields}) {
    for (const auto& [name, value] : *list) line[name] = value;
  }
  return Dump(line);
}

std::unique_ptr<spdlog::logger> MakeSink(spdlog::sink_ptr sink) {
  auto logger = std::make_unique<spdlog::logger>("", std::move(sink));
  logger->set_pattern("%v");
  logger->set_level(spdlog::level::trace);
  logger->flush_on(spdlog::level::warn);
  // A full disk stops no work. It is said once, without the library's own words.
  logger->set_error_handler([told = false](const std::string& failure) mutable {
    if (!std::exchange(told, true)) {
      std::fprintf(stderr, "The log is not written: %s.\n", failure.c_str());
    }
  });
  return logger;
}

std::unique_ptr<spdlog::logger> OpenFile(const LogOptions& options) {
  try {
    return MakeSink(std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
        *options.file, options.file_bytes_max, options.files_max));
  } catch (const spdlog::spdlog_ex& failure) {
    throw Error(
        ErrorKind::kPermissionDenied, "log.cannot_open",
        fmt::format("The log file '{}' cannot be opened: {}.", *options.file, failure.what()))
        .Hint("Check that its folder exists and can be written.")
        .With("path", *options.file);
  }
}

}  // namespace

struct Logger::Sinks {
  LogLevel level;
  std::unique_ptr<spdlog::logger> human;
  std::unique_ptr<spdlog::logger> json;
};

std::string_view NameOf(LogLevel level) {
  return kLevelNames[static_cast<size_t>(level)];
}

Logger::Logger(const Clock& clock, LogOptions options)
    : clock_(&clock), sinks_(std::make_shared<Sinks>()) {
  sinks_->level = options.level;
  if (options.to_stderr) {
    sinks_->human = MakeSink(std::make_shared<spdlog::sinks::stderr_sink_mt>());
  }
  if (options.file) sinks_->json = OpenFile(options);
}

Logger::Logger(const Clock& clock, std::shared_ptr<Sinks> sinks, LogFields fields)
    : clock_(&clock), sinks_(std::move(sinks)), fields_(std::move(fields)) {}

Logger Logger::Silent(const Clock& clock) {
  return Logger(clock, {.to_stderr = false});
}

void Logger::Log(LogLevel level, std::string_view message, const LogFields& fields) const {
  if (level < sinks_->level || (!sinks_->human && !sinks_->json)) return;
  std::string time = FormatIsoMs(std::clamp(clock_->NowMs(), kIsoTimeMinMs, kIsoTimeMaxMs));
  if (sinks_->human) {
    sinks_->human->log(SpdlogLevel(level), HumanLine(time, level, message, fields_, fields));
  }
  if (sinks_->json) {
    sinks_->json->log(SpdlogLevel(level), JsonLine(time, level, message, fields_, fields));
  }
}

void Logger::Debug(std::string_view message, const LogFields& fields) const {
  Log(LogLevel::kDebug, message, fields);
}

void Logger::Info(std::string_view message, const LogFields& fields) const {
  Log(LogLevel::kInfo, message, fields);
}

void Logger::Warning(std::string_view message, const LogFields& fields) const {
  Log(LogLevel::kWarning, message, fields);
}

void Logger::Failure(std::string_view message, const Error& error, const LogFields& fields) const {
  LogFields all = fields;
  all.emplace_back("kind", InfoOf(error.kind()).name);
  all.emplace_back("code", error.code());
  if (error.place())
    all.emplace_back("place", fmt::format("{}:{}", error.place()->file, error.place()->line));
  for (const auto& [name, value] : error.values()) all.emplace_back(name, value);
  Log(LogLevel::kError, fmt::format("{}: {}", message, error.sentence()), all);
}

Logger Logger::With(LogFields fields) const {
  LogFields all = fields_;
  std::move(fields.begin(), fields.end(), std::back_inserter(all));
  return {*clock_, sinks_, std::move(all)};
}

void Logger::Flush() const {
  if (sinks_->human) sinks_->human->flush();
  if (sinks_->json) sinks_->json->flush();
}

}  // namespace laguna::base
