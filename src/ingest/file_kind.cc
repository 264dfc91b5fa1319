// SPDX-License-Identifier: Apache-2.0
#include "ingest/file_kind.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include "base/error.h"

namespace laguna::ingest {
namespace {

struct Mark {
  std::string_view bytes;
  std::string_view kind;
};

constexpr std::array<Mark, 6> kMarks = {
    {{"PAR1", "a Parquet file"},
     {"\x1F\x8B", "packed by gzip; such names end with .gz"},
     {"\x28\xB5\x2F\xFD", "packed by zstd; such names end with .zst"},
     {"PK\x03\x04", "a zip archive or an Excel file"},
     {"%PDF-", "a PDF file"},
     {"SQLite format 3", "an SQLite database"}}};

std::string_view WithoutBlanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  return text;
}

bool IsJson(std::string_view text) {
  text = WithoutBlanks(text);
  if (text.starts_with('[')) text = WithoutBlanks(text.substr(1));
  if (!text.starts_with('{')) return false;
  text = WithoutBlanks(text.substr(1));
  return text.starts_with('"') || text.starts_with('}');
}

bool IsPacked(std::string_view path) {
  return path.ends_with(".gz") || path.ends_with(".zst");
}

}  // namespace

std::optional<std::string_view> OtherKind(std::string_view first_bytes, TextKind kind) {
  for (const Mark& mark : kMarks) {
    if (first_bytes.starts_with(mark.bytes)) return mark.kind;
  }
  if (kind == TextKind::kCsvWithHeader && IsJson(first_bytes)) return "JSON";
  return std::nullopt;
}

void RefuseOtherKinds(FileReach& reach, const std::vector<FileRecord>& files, TextKind kind,
                      const io::Call& call) {
  std::array<std::byte, 64> buffer{};
  for (const FileRecord& file : files) {
    if (file.size_bytes == 0 || IsPacked(file.path)) continue;
    const size_t bytes = reach.Open(file.path, call)->ReadAt(0, buffer, call);
    const auto other = OtherKind({reinterpret_cast<const char*>(buffer.data()), bytes}, kind);
    if (!other) continue;
    const bool gzip = other->find("gzip") != std::string_view::npos;
    const bool packed = gzip || other->find("zstd") != std::string_view::npos;
    throw base::Error(
        base::ErrorKind::kInvalidInput, "read_files.kind",
        fmt::format("{} cannot be read with the others: it is {}.", file.path, *other))
        .Hint(packed ? fmt::format("It looks compressed: name it {}{}.", file.path,
                                   gzip ? ".gz" : ".zst")
                     : "Let the path name one kind of files ('landing/sales/*.csv'), and say with "
                       "format => which kind it is.")
        .With("file", file.path);
  }
}

}  // namespace laguna::ingest
