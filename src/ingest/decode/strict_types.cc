// SPDX-License-Identifier: Apache-2.0
#include "ingest/decode/strict_types.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "duckdb/common/extension_type_info.hpp"
#include "duckdb/common/operator/cast_operators.hpp"
#include "duckdb/common/types/date.hpp"
#include "duckdb/common/types/timestamp.hpp"
#include "duckdb/function/cast/default_casts.hpp"
#include "duckdb/function/scalar/strftime_format.hpp"
#include "duckdb/function/scalar_function.hpp"
#include "duckdb/parser/parsed_data/create_type_info.hpp"
#include "engine/duckdb.h"
#include "engine/duckdb_value.h"
#include "ingest/decode/strict_number.h"
#include "ingest/strict_type.h"

namespace laguna::ingest {
namespace {

using duckdb::idx_t;
using duckdb::LogicalType;
using duckdb::LogicalTypeId;
using duckdb::string_t;

// The modifiers of the type, by place.
constexpr size_t kTypePlace = 0;
constexpr size_t kChoicePlace = 1;
constexpr size_t kFormatPlace = 2;
constexpr size_t kSeparatorPlace = 3;
constexpr size_t kNullsPlace = 4;

// What the cast of one column needs.
struct Reading {
  TypeChoice choice = TypeChoice::kFound;
  bool comma_is_point = false;
  // Of days or moments; none is ISO 8601.
  std::optional<duckdb::StrpTimeFormat> format;
  std::vector<std::string> null_texts;

  [[nodiscard]] bool IsNull(std::string_view text) const {
    return text.empty() || std::ranges::find(null_texts, text) != null_texts.end();
  }
};

std::string_view View(const string_t& text) {
  return {text.GetData(), text.GetSize()};
}

// Each reads one text, and gives false for what its type does not hold.
template <class Integer>
struct WholeNumber {
  using Type = Integer;
  static bool Read(std::string_view text, const Reading& reading, Integer& value) {
    const auto number = ReadWholeNumber(text, reading.choice);
    if (!number || !std::in_range<Integer>(*number)) return false;
    value = static_cast<Integer>(*number);
    return true;
  }
};

struct FloatingNumber {
  using Type = double;
  static bool Read(std::string_view text, const Reading& reading, double& value) {
    std::string with_point;
    if (reading.comma_is_point) {
      if (text.find('.') != std::string_view::npos) return false;
      with_point = text;
      std::ranges::replace(with_point, ',', '.');
      text = with_point;
    }
    const auto number = ReadDouble(text, reading.choice);
    value = number.value_or(0);
    return number.has_value();
  }
};

struct Truth {
  using Type = bool;
  static bool Read(std::string_view text, const Reading& /*reading*/, bool& value) {
    text = WithoutBlanks(text);
    return duckdb::TryCast::Operation<string_t, bool>(
        string_t(text.data(), static_cast<uint32_t>(text.size())), value, false);
  }
};

bool HasLetters(std::string_view text) {
  return text.find_first_of("iI") != std::string_view::npos ||
         text.find_first_of("eE") != std::string_view::npos;
}

struct Day {
  using Type = duckdb::date_t;
  static bool Read(std::string_view text, const Reading& reading, duckdb::date_t& value) {
    if (reading.format) {
      duckdb::StrpTimeFormat::ParseResult parsed;
      if (!reading.format->Parse(text.data(), text.size(), parsed) || parsed.is_special) {
        return false;
      }
      duckdb::timestamp_t moment;
      if (!parsed.TryToTimestamp(moment)) return false;
      value = duckdb::Timestamp::GetDate(moment);
      return moment == duckdb::Timestamp::FromDatetime(value, duckdb::dtime_t(0));
    }
    idx_t end = 0;
    bool special = false;
    const auto outcome =
        duckdb::Date::TryConvertDate(text.data(), text.size(), end, value, special, true);
    return outcome == duckdb::DateCastResult::SUCCESS && !special;
  }
};

struct Moment {
  using Type = duckdb::timestamp_t;
  static bool Read(std::string_view text, const Reading& reading, duckdb::timestamp_t& value) {
    if (IsFinerThanMicroseconds(text)) return false;
    if (reading.format) {
      duckdb::StrpTimeFormat::ParseResult parsed;
      return reading.format->Parse(text.data(), text.size(), parsed) && !parsed.is_special &&
             parsed.TryToTimestamp(value);
    }
    const auto outcome = duckdb::Timestamp::TryConvertTimestamp(text.data(), text.size(), value,
                                                                false, nullptr, true);
    return outcome == duckdb::TimestampCastResult::SUCCESS && duckdb::Timestamp::IsFinite(value);
  }
};

bool Failed(duckdb::CastParameters& parameters, const LogicalType& type) {
  const std::string message =
      fmt::format("A text is no {}.", duckdb::StructType::GetChildType(type, 0).ToString());
  if (parameters.error_message == nullptr) throw duckdb::ConversionException(message);
  if (parameters.error_message->empty()) *parameters.error_message = message;
  return false;
}

// The engine's own cast to the column's type, and what has to be asked of a text before it.
struct ReadingData final : duckdb::BoundCastData {
  ReadingData(Reading reading, LogicalType type, duckdb::BoundCastInfo cast)
      : reading(std::move(reading)), type(std::move(type)), cast(std::move(cast)) {}
  duckdb::unique_ptr<duckdb::BoundCastData> Copy() const override {
    return duckdb::make_uniq<ReadingData>(reading, type, cast.Copy());
  }
  Reading reading;
  LogicalType type;
  duckdb::BoundCastInfo cast;
};

struct ReadingState final : duckdb::FunctionLocalState {
  duckdb::unique_ptr<duckdb::FunctionLocalState> of_cast;
};

duckdb::unique_ptr<duckdb::FunctionLocalState> MakeState(
    duckdb::CastLocalStateParameters& parameters) {
  auto& data = parameters.cast_data->Cast<ReadingData>();
  auto state = duckdb::make_uniq<ReadingState>();
  if (data.cast.init_local_state != nullptr) {
    duckdb::CastLocalStateParameters of_cast(parameters, data.cast.cast_data);
    state->of_cast = data.cast.init_local_state(of_cast);
  }
  return state;
}

template <class Kind>
bool CastOwn(duckdb::Vector& source, duckdb::Vector& result, idx_t count,
             duckdb::CastParameters& parameters) {
  const Reading& reading = parameters.cast_data->Cast<ReadingData>().reading;
  duckdb::UnifiedVectorFormat texts;
  source.ToUnifiedFormat(count, texts);
  result.SetVectorType(duckdb::VectorType::FLAT_VECTOR);
  auto& validity = duckdb::FlatVector::Validity(result);
  duckdb::Vector& child = *duckdb::StructVector::GetEntries(result)[0];
  auto& child_validity = duckdb::FlatVector::Validity(child);
  auto* const values = duckdb::FlatVector::GetData<typename Kind::Type>(child);
  bool all = true;
  for (idx_t row = 0; row < count; ++row) {
    const idx_t at = texts.sel->get_index(row);
    const bool has_text = texts.validity.RowIsValid(at);
    const std::string_view text =
        has_text ? View(duckdb::UnifiedVectorFormat::GetData<string_t>(texts)[at])
                 : std::string_view();
    if (has_text && !reading.IsNull(text)) {
      if (Kind::Read(text, reading, values[row])) continue;
      all = false;
      validity.SetInvalid(row);
    }
    if (!has_text) validity.SetInvalid(row);
    child_validity.SetInvalid(row);
  }
  return all || Failed(parameters, result.GetType());
}

// What the engine's own cast would take and change.
bool WouldChange(std::string_view text, const LogicalType& type) {
  if (type.id() == LogicalTypeId::DECIMAL) {
    return !FitsScale(text, duckdb::DecimalType::GetScale(type));
  }
  if (type.IsIntegral()) return !IsWholeText(text);
  switch (type.id()) {
    case LogicalTypeId::TIMESTAMP:
    case LogicalTypeId::TIMESTAMP_TZ:
    case LogicalTypeId::TIME:
      return IsFinerThanMicroseconds(text) || HasLetters(text.substr(0, 1));
    case LogicalTypeId::FLOAT:
      return !ReadDouble(text, TypeChoice::kGiven);
    default:
      return false;
  }
}

// The texts that go to the engine's cast: the others are NULL.
class TextsToCast {
 public:
  TextsToCast(duckdb::Vector& source, idx_t count, const ReadingData& data)
      : texts_(LogicalType::VARCHAR, count) {
    duckdb::UnifiedVectorFormat given;
    source.ToUnifiedFormat(count, given);
    auto& validity = duckdb::FlatVector::Validity(texts_);
    for (idx_t row = 0; row < count; ++row) {
      const idx_t at = given.sel->get_index(row);
      if (!given.validity.RowIsValid(at)) {
        nothing_.push_back(row);
        validity.SetInvalid(row);
        continue;
      }
      const string_t text = duckdb::UnifiedVectorFormat::GetData<string_t>(given)[at];
      if (data.reading.IsNull(View(text))) {
        validity.SetInvalid(row);
      } else {
        Add(text, row, data);
      }
    }
  }

  duckdb::Vector& texts() { return texts_; }
  // Rows without a text.
  [[nodiscard]] const std::vector<idx_t>& nothing() const { return nothing_; }
  // Rows whose text must not be cast.
  [[nodiscard]] const std::vector<idx_t>& refused() const { return refused_; }

 private:
  void Add(const string_t& text, idx_t row, const ReadingData& data) {
    auto* const texts = duckdb::FlatVector::GetData<string_t>(texts_);
    std::string with_point(View(text));
    const bool replaces = data.reading.comma_is_point && data.type.IsNumeric();
    const bool has_point = replaces && with_point.find('.') != std::string::npos;
    if (replaces) std::ranges::replace(with_point, ',', '.');
    if (has_point || WouldChange(with_point, data.type)) {
      refused_.push_back(row);
      duckdb::FlatVector::Validity(texts_).SetInvalid(row);
    } else {
      texts[row] = replaces ? duckdb::StringVector::AddString(texts_, with_point) : text;
    }
  }

  duckdb::Vector texts_;
  std::vector<idx_t> nothing_;
  std::vector<idx_t> refused_;
};

bool CastByEngine(duckdb::Vector& source, duckdb::Vector& result, idx_t count,
                  duckdb::CastParameters& parameters) {
  auto& data = parameters.cast_data->Cast<ReadingData>();
  TextsToCast given(source, count, data);
  result.SetVectorType(duckdb::VectorType::FLAT_VECTOR);
  duckdb::Vector& child = *duckdb::StructVector::GetEntries(result)[0];
  std::string message;
  duckdb::optional_ptr<duckdb::FunctionLocalState> state;
  if (parameters.local_state) state = parameters.local_state->Cast<ReadingState>().of_cast.get();
  duckdb::CastParameters of_cast(data.cast.cast_data.get(), parameters.strict, &message, state);
  data.cast.function(given.texts(), child, count, of_cast);
  child.Flatten(count);
  auto& validity = duckdb::FlatVector::Validity(result);
  bool all = given.refused().empty();
  for (idx_t row = 0; row < count; ++row) {
    if (!duckdb::FlatVector::Validity(given.texts()).RowIsValid(row)) continue;
    if (duckdb::FlatVector::Validity(child).RowIsValid(row)) continue;
    all = false;
    validity.SetInvalid(row);
  }
  for (const auto* const rows : {&given.nothing(), &given.refused()}) {
    for (const idx_t row : *rows) validity.SetInvalid(row);
  }
  return all || Failed(parameters, result.GetType());
}

duckdb::cast_function_t CastFor(LogicalTypeId type) {
  switch (type) {
    case LogicalTypeId::TINYINT:
      return CastOwn<WholeNumber<int8_t>>;
    case LogicalTypeId::SMALLINT:
      return CastOwn<WholeNumber<int16_t>>;
    case LogicalTypeId::INTEGER:
      return CastOwn<WholeNumber<int32_t>>;
    case LogicalTypeId::BIGINT:
      return CastOwn<WholeNumber<int64_t>>;
    case LogicalTypeId::DOUBLE:
      return CastOwn<FloatingNumber>;
    case LogicalTypeId::BOOLEAN:
      return CastOwn<Truth>;
    case LogicalTypeId::DATE:
      return CastOwn<Day>;
    case LogicalTypeId::TIMESTAMP:
      return CastOwn<Moment>;
    default:
      return CastByEngine;
  }
}

Reading ReadingOf(const LogicalType& type) {
  Reading reading;
  const auto& modifiers = type.GetExtensionInfo()->modifiers;
  const auto text = [&](size_t place) {
    return place < modifiers.size() ? modifiers[place].value.ToString() : std::string();
  };
  if (text(kChoicePlace) == kGivenChoice) reading.choice = TypeChoice::kGiven;
  reading.comma_is_point = text(kSeparatorPlace) == ",";
  if (const std::string format = text(kFormatPlace); !format.empty()) {
    reading.format.emplace();
    const std::string problem =
        duckdb::StrTimeFormat::ParseFormatSpecifier(format, *reading.format);
    if (!problem.empty()) {
      throw duckdb::InvalidInputException("'%s' is no format of dates: %s", format, problem);
    }
  }
  for (size_t i = kNullsPlace; i < modifiers.size(); ++i) reading.null_texts.push_back(text(i));
  return reading;
}

// Asked for all casts of texts to a STRUCT: only our type is ours.
duckdb::BoundCastInfo BindCast(duckdb::BindCastInput& input, const LogicalType& source,
                               const LogicalType& target) {
  if (!target.HasAlias() || target.GetAlias() != kStrictType || !target.HasExtensionInfo()) {
    return duckdb::DefaultCasts::GetDefaultCastFunction(input, source, target);
  }
  const LogicalType& type = duckdb::StructType::GetChildType(target, 0);
  auto data = duckdb::make_uniq<ReadingData>(ReadingOf(target), type,
                                             input.GetCastFunction(LogicalType::VARCHAR, type));
  return {CastFor(type.id()), std::move(data), MakeState};
}

LogicalType StrictType(const LogicalType& type) {
  LogicalType strict = LogicalType::STRUCT({{"value", type}});
  strict.SetAlias(kStrictType);
  return strict;
}

LogicalType BindType(duckdb::BindLogicalTypeInput& input) {
  if (input.modifiers.size() <= kSeparatorPlace) {
    throw duckdb::BinderException(
        "%s is written with a type, who chose it, a format and a "
        "decimal separator",
        kStrictType);
  }
  LogicalType type =
      StrictType(engine::TypeNamed(input.modifiers[kTypePlace].GetValue().ToString()));
  auto info = duckdb::make_uniq<duckdb::ExtensionTypeInfo>();
  for (const duckdb::TypeArgument& modifier : input.modifiers) {
    info->modifiers.emplace_back(modifier.GetValue());
  }
  type.SetExtensionInfo(std::move(info));
  return type;
}

// The value in one of ours, without a copy.
void Values(duckdb::DataChunk& arguments, duckdb::ExpressionState& /*state*/,
            duckdb::Vector& result) {
  duckdb::Vector& strict = arguments.data[0];
  strict.Flatten(arguments.size());
  result.Reference(*duckdb::StructVector::GetEntries(strict)[0]);
}

duckdb::unique_ptr<duckdb::FunctionData> BindValues(
    duckdb::ClientContext& /*context*/, duckdb::ScalarFunction& function,
    duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>& arguments) {
  const LogicalType& strict = arguments.at(0)->return_type;
  if (strict.id() != LogicalTypeId::STRUCT) throw duckdb::BinderException("no value of ours");
  function.arguments[0] = strict;
  function.SetReturnType(duckdb::StructType::GetChildType(strict, 0));
  return nullptr;
}

}  // namespace

void RegisterStrictTypes(duckdb::ExtensionLoader& loader) {
  loader.RegisterType(kStrictType, StrictType(LogicalType::VARCHAR), BindType);
  loader.RegisterCastFunction(LogicalType::VARCHAR,
                              LogicalType::STRUCT({{"any", LogicalType::ANY}}), BindCast);
  loader.RegisterFunction(duckdb::ScalarFunction(kStrictValueFunction, {LogicalType::ANY},
                                                 LogicalType::ANY, Values, BindValues));
}

}  // namespace laguna::ingest
