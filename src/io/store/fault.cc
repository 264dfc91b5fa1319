// SPDX-License-Identifier: Apache-2.0
#include "io/store/fault.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <thread>
#include <type_traits>
#include <utility>

namespace laguna::io {

using base::Error;
using base::ErrorKind;

namespace {

constexpr std::array<std::string_view, 12> kOperationNames{
    "head", "open", "read_at",       "write", "append",      "finish",
    "sync", "put",  "put_if_absent", "list",  "delete_many", "move_folder"};

// A reply that never came, before the store is asked or after.
struct LostReply {};

Error InvalidPlan(std::string_view spec, std::string_view why) {
  return Error(ErrorKind::kInvalidInput, "io.invalid_fault_plan",
               fmt::format("The fault '{}' cannot be read: {}.", spec, why))
      .Hint(
          "Write operation:key part:before|after:kill|stop|lose|error=<kind>|delay=<n>ms:nth, such "
          "as "
          "'put_if_absent:_log:after:kill:1'.");
}

std::optional<StoreOperation> ParseOperation(std::string_view spec, std::string_view text) {
  if (text == "*") return std::nullopt;
  auto found = std::find(kOperationNames.begin(), kOperationNames.end(), text);
  if (found == kOperationNames.end()) throw InvalidPlan(spec, "there is no such operation");
  return static_cast<StoreOperation>(found - kOperationNames.begin());
}

uint64_t ParseNumber(std::string_view spec, std::string_view text) {
  uint64_t number = 0;
  auto [rest, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || rest != text.data() + text.size()) {
    throw InvalidPlan(spec, fmt::format("'{}' is no number", text));
  }
  return number;
}

ErrorKind ParseKind(std::string_view spec, std::string_view text) {
  for (const base::ErrorKindInfo& info : base::ErrorKinds()) {
    if (info.name == text) return info.kind;
  }
  throw InvalidPlan(spec, fmt::format("'{}' is no kind of error", text));
}

void ParseAction(std::string_view spec, std::string_view text, Fault& fault) {
  constexpr std::string_view kError = "error=";
  constexpr std::string_view kDelay = "delay=";
  if (text == "kill") {
    fault.action = FaultAction::kKill;
  } else if (text == "stop") {
    fault.action = FaultAction::kStop;
  } else if (text == "lose") {
    fault.action = FaultAction::kLose;
  } else if (text.starts_with(kError)) {
    fault.action = FaultAction::kThrow;
    fault.error_kind = ParseKind(spec, text.substr(kError.size()));
  } else if (text.starts_with(kDelay) && text.ends_with("ms")) {
    fault.action = FaultAction::kDelay;
    text = text.substr(kDelay.size(), text.size() - kDelay.size() - 2);
    fault.delay = std::chrono::milliseconds(ParseNumber(spec, text));
  } else {
    throw InvalidPlan(spec, fmt::format("there is no action '{}'", text));
  }
}

// Cuts the part behind the last colon off `rest`: only the key part may hold colons itself.
std::string_view TakeLast(std::string_view spec, std::string_view& rest) {
  size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos) throw InvalidPlan(spec, "it has fewer than five parts");
  std::string_view part = rest.substr(colon + 1);
  rest = rest.substr(0, colon);
  return part;
}

Fault ParseFault(std::string_view spec) {
  std::string_view rest = spec;
  std::string_view nth = TakeLast(spec, rest);
  std::string_view action = TakeLast(spec, rest);
  std::string_view when = TakeLast(spec, rest);
  size_t colon = rest.find(':');
  if (colon == std::string_view::npos) throw InvalidPlan(spec, "it has fewer than five parts");
  if (when != "before" && when != "after") throw InvalidPlan(spec, "'when' is before or after");
  Fault fault;
  fault.operation = ParseOperation(spec, rest.substr(0, colon));
  fault.key_part = rest.substr(colon + 1);
  fault.after = when == "after";
  fault.nth = ParseNumber(spec, nth);
  if (fault.nth == 0) throw InvalidPlan(spec, "calls count from 1");
  ParseAction(spec, action, fault);
  return fault;
}

}  // namespace

std::string_view NameOf(StoreOperation operation) {
  return kOperationNames[static_cast<size_t>(operation)];
}

FaultPlan ParseFaultPlan(std::string_view spec) {
  FaultPlan plan;
  while (!spec.empty()) {
    size_t end = std::min(spec.find(';'), spec.size());
    if (end > 0) plan.push_back(ParseFault(spec.substr(0, end)));
    spec.remove_prefix(std::min(end + 1, spec.size()));
  }
  return plan;
}

FaultObjectStore::FaultObjectStore(ObjectStore& store, FaultPlan plan)
    : store_(store), plan_(std::move(plan)), seen_(plan_.size(), 0) {}

std::vector<TracedOperation> FaultObjectStore::Trace() const {
  std::lock_guard lock(mutex_);
  return trace_;
}

FaultObjectStore::Fate FaultObjectStore::Meet(StoreOperation operation, const std::string& key) {
  std::lock_guard lock(mutex_);
  if (trace_.size() < kTraceMax) trace_.push_back({operation, key});
  Fate fate;
  for (size_t i = 0; i < plan_.size(); ++i) {
    const Fault& fault = plan_[i];
    bool matches = fault.operation.value_or(operation) == operation &&
                   key.find(fault.key_part) != std::string::npos;
    if (!matches || ++seen_[i] != fault.nth) continue;
    (fault.after ? fate.after : fate.before).push_back(fault);
  }
  return fate;
}

void FaultObjectStore::Suffer(const Fault& fault, const std::string& key) const {
  switch (fault.action) {
    case FaultAction::kKill:
      ::kill(::getpid(), SIGKILL);
      break;
    case FaultAction::kStop:
      // To this thread, so that it does not go on before the signal has reached another.
      ::raise(SIGSTOP);
      break;
    case FaultAction::kThrow:
      throw Error(fault.error_kind, "io.injected_fault",
                  fmt::format("An injected fault hit '{}'.", Locate(key)));
    case FaultAction::kLose:
      throw LostReply{};
    case FaultAction::kDelay:
      std::this_thread::sleep_for(fault.delay);
      break;
  }
}

template <typename Work>
auto FaultObjectStore::Around(StoreOperation operation, const std::string& key, const Work& work) {
  using Result = decltype(work());
  Fate fate = Meet(operation, key);
  try {
    for (const Fault& fault : fate.before) Suffer(fault, key);
    // A call that fails has been made as well: a process may die right behind it.
    const auto attempt = [&]() -> Result {
      try {
        return work();
      } catch (...) {
        for (const Fault& fault : fate.after) {
          if (fault.action == FaultAction::kKill) Suffer(fault, key);
        }
        throw;
      }
    };
    if constexpr (std::is_void_v<Result>) {
      attempt();
      for (const Fault& fault : fate.after) Suffer(fault, key);
    } else {
      Result result = attempt();
      for (const Fault& fault : fate.after) Suffer(fault, key);
      return result;
    }
  } catch (const LostReply&) {
    if constexpr (std::is_same_v<Result, PutOutcome>) {
      return PutOutcome::kUnknown;
    } else {
      throw Error(ErrorKind::kUnavailable, "io.reply_lost",
                  fmt::format("No reply came from '{}'.", Locate(key)));
    }
  }
}

class FaultReader final : public ObjectReader {
 public:
  FaultReader(FaultObjectStore& store, std::unique_ptr<ObjectReader> reader)
      : store_(store), reader_(std::move(reader)) {}

  [[nodiscard]] const ObjectInfo& info() const override { return reader_->info(); }
  size_t ReadAt(uint64_t offset, std::span<std::byte> into, const Call& call) override {
    return store_.Around(StoreOperation::kReadAt, reader_->info().key,
                         [&] { return reader_->ReadAt(offset, into, call); });
  }

 private:
  FaultObjectStore& store_;
  const std::unique_ptr<ObjectReader> reader_;
};

class FaultWriter final : public ObjectWriter {
 public:
  FaultWriter(FaultObjectStore& store, std::unique_ptr<ObjectWriter> writer, std::string key)
      : store_(store), writer_(std::move(writer)), key_(std::move(key)) {}

  void Append(std::span<const std::byte> bytes, const Call& call) override {
    store_.Around(StoreOperation::kAppend, key_, [&] { writer_->Append(bytes, call); });
  }
  ObjectInfo Finish(const Call& call) override {
    return store_.Around(StoreOperation::kFinish, key_, [&] { return writer_->Finish(call); });
  }
  void Abort() noexcept override { writer_->Abort(); }

 private:
  FaultObjectStore& store_;
  const std::unique_ptr<ObjectWriter> writer_;
  const std::string key_;
};

std::string FaultObjectStore::Locate(std::string_view key) const {
  return store_.Locate(key);
}

std::optional<ObjectInfo> FaultObjectStore::Head(const std::string& key, const Call& call) {
  return Around(StoreOperation::kHead, key, [&] { return store_.Head(key, call); });
}

std::unique_ptr<ObjectReader> FaultObjectStore::Open(const std::string& key, const Call& call) {
  auto reader = Around(StoreOperation::kOpen, key, [&] { return store_.Open(key, call); });
  return std::make_unique<FaultReader>(*this, std::move(reader));
}

std::unique_ptr<ObjectWriter> FaultObjectStore::Write(const std::string& key, const Call& call) {
  auto writer = Around(StoreOperation::kWrite, key, [&] { return store_.Write(key, call); });
  return std::make_unique<FaultWriter>(*this, std::move(writer), key);
}

void FaultObjectStore::Sync(std::span<const std::string> keys, const Call& call) {
  std::string first = keys.empty() ? std::string() : keys.front();
  Around(StoreOperation::kSync, first, [&] { store_.Sync(keys, call); });
}

void FaultObjectStore::Put(const std::string& key, std::string_view bytes, const Call& call) {
  Around(StoreOperation::kPut, key, [&] { store_.Put(key, bytes, call); });
}

PutOutcome FaultObjectStore::PutIfAbsent(const std::string& key, std::string_view bytes,
                                         const Call& call) {
  return Around(StoreOperation::kPutIfAbsent, key,
                [&] { return store_.PutIfAbsent(key, bytes, call); });
}

ListPage FaultObjectStore::List(const std::string& prefix, const ListOptions& options,
                                const Call& call) {
  return Around(StoreOperation::kList, prefix, [&] { return store_.List(prefix, options, call); });
}

void FaultObjectStore::DeleteMany(std::span<const std::string> keys, const Call& call) {
  std::string first = keys.empty() ? std::string() : keys.front();
  Around(StoreOperation::kDeleteMany, first, [&] { store_.DeleteMany(keys, call); });
}

void FaultObjectStore::MoveFolder(const std::string& from, const std::string& to,
                                  const Call& call) {
  Around(StoreOperation::kMoveFolder, from, [&] { store_.MoveFolder(from, to, call); });
}

}  // namespace laguna::io
