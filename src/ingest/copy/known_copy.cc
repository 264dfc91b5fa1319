// SPDX-License-Identifier: Apache-2.0
#include "ingest/copy/known_copy.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "ingest/copy/copy_log.h"

namespace laguna::ingest {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;

bool SameName(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

// With links followed as far as there is something.
fs::path Whole(const catalog::Lake& lake, const std::string& name) {
  const fs::path path = lake.ResolvePath(name);
  std::error_code failure;
  const fs::path whole = fs::weakly_canonical(path, failure);
  return failure ? path.lexically_normal() : whole;
}

// The identities of all copies but `own`.
std::vector<CopyIdentity> OtherCopies(io::ObjectStore& store, const std::string& own,
                                      const io::Call& call) {
  io::ListOptions options{.start_after = {}, .delimited = true};
  std::vector<CopyIdentity> others;
  while (true) {
    const io::ListPage page = store.List(kCopiesPrefix, options, call);
    for (const std::string& folder : page.folders) {
      if (folder == own) continue;
      try {  // the damaged history of another copy is found when that one is made
        if (auto first = ReadCopyRecord(store, IntentKey(folder, 1))) {
          others.push_back(std::move(first->intent.copy));
        }
      } catch (const Error& error) {
        if (error.kind() != ErrorKind::kCorrupt) throw;
      }
    }
    if (!page.next_start_after) return others;
    options.start_after = *page.next_start_after;
  }
}

Error OtherCursor(const CopyIdentity& wanted, const CopyIdentity& known) {
  return Error(ErrorKind::kInvalidInput, "copy.other_cursor",
               fmt::format("'{}' is copied to '{}' by cursor '{}' already; by '{}' all its rows "
                           "would be copied once more.",
                           known.from, known.to, known.cursor, wanted.cursor))
      .Hint(fmt::format("Keep to cursor '{}' (--cursor {}), or copy to another folder.",
                        known.cursor, known.cursor));
}

Error OtherName(const CopyIdentity& wanted, const CopyIdentity& known) {
  return Error(ErrorKind::kInvalidInput, "copy.other_name",
               fmt::format("'{}' is copied to '{}' already; '{}' may be the same table.",
                           known.from, known.to, wanted.from))
      .Hint(fmt::format("Write it as '{}', or copy to another folder.", known.from));
}

}  // namespace

CopyIdentity KnownIdentity(const catalog::LakeEnvironment& environment, const CopyIdentity& wanted,
                           const io::Call& call) {
  const std::string own = fmt::format("{}{}/", kCopiesPrefix, CopyIdOf(wanted));
  if (environment.store.Head(IntentKey(own, 1), call)) return wanted;
  const fs::path source = Whole(environment.lake, wanted.from);
  for (const CopyIdentity& known : OtherCopies(environment.store, own, call)) {
    if (known.to != wanted.to || known.mode != wanted.mode) continue;
    if (Whole(environment.lake, known.from) == source) {
      if (!SameName(known.cursor, wanted.cursor)) throw OtherCursor(wanted, known);
      return known;
    }
    const bool tables = wanted.from.find(':') != std::string::npos;
    if (tables && SameName(known.from, wanted.from)) throw OtherName(wanted, known);
  }
  return wanted;
}

}  // namespace laguna::ingest
