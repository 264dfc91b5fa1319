// SPDX-License-Identifier: Apache-2.0
#include "catalog/write/partition_text.h"

#include <fmt/format.h>

#include <charconv>

#include "base/error.h"
#include "base/utf8.h"

namespace laguna::catalog {

namespace {

using base::Error;
using base::ErrorKind;
using delta::Primitive;

// "2024-02-29 ...": anything else (BC, five digits, infinity) has another length or ending.
void CheckYear(std::string_view column, std::string_view text) {
  const bool plain = text.size() >= 10 && text[4] == '-' && text[7] == '-' &&
                     text.find("BC") == std::string_view::npos;
  if (plain) return;
  throw Error(ErrorKind::kInvalidInput, "write.partition_value",
              fmt::format("Column \"{}\" partitions the table and cannot hold {}: Delta writes "
                          "partition values of the years 1 to 9999 only.",
                          column, text))
      .With("column", std::string(column))
      .With("value", std::string(text));
}

// Instants in ISO 8601, UTC: the one spelling that no session's time zone can bend.
std::string InstantText(std::string text) {
  if (text.ends_with("+00")) text.resize(text.size() - 3);
  text[10] = 'T';
  if (text.size() == 19) text += ".000000";
  while (text.size() < 26) text += '0';
  return text + "Z";
}

// DuckDB prints the bytes of a BLOB with \xHH for all but printable ASCII; the log holds them as
// text, so they must be UTF-8.
std::string BinaryText(std::string_view column, const std::string& text) {
  std::string bytes;
  for (size_t i = 0; i < text.size(); ++i) {
    int byte = static_cast<unsigned char>(text[i]);
    if (text.compare(i, 2, "\\x") == 0 && i + 4 <= text.size()) {
      std::from_chars(text.data() + i + 2, text.data() + i + 4, byte, 16);
      i += 3;
    }
    bytes += static_cast<char>(byte);
  }
  if (base::IsUtf8(bytes)) return bytes;
  throw Error(ErrorKind::kInvalidInput, "write.partition_value",
              fmt::format("Column \"{}\" partitions the table and cannot hold the bytes {}: Delta "
                          "writes partition values as text.",
                          column, text))
      .With("column", std::string(column))
      .With("value", text);
}

std::string FloatText(std::string_view text) {
  if (text == "nan") return "NaN";
  if (text == "inf") return "Infinity";
  if (text == "-inf") return "-Infinity";
  return std::string(text);
}

}  // namespace

bool CanPartitionBy(const delta::DataType& type) {
  if (type.AsDecimal()) return true;
  const Primitive* primitive = type.AsPrimitive();
  return primitive && *primitive != Primitive::kVariant && *primitive != Primitive::kVoid;
}

std::string PartitionText(const delta::DataType& type, std::string_view column, std::string text) {
  const Primitive* primitive = type.AsPrimitive();
  if (!primitive) return text;
  switch (*primitive) {
    case Primitive::kDate:
    case Primitive::kTimestampNtz:
      CheckYear(column, text);
      return text;
    case Primitive::kTimestamp:
      CheckYear(column, text);
      return InstantText(std::move(text));
    case Primitive::kFloat:
    case Primitive::kDouble:
      return FloatText(text);
    case Primitive::kBinary:
      return BinaryText(column, text);
    default:
      return text;
  }
}

}  // namespace laguna::catalog
