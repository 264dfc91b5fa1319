// SPDX-License-Identifier: Apache-2.0
#include "io/file_error.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace laguna::io {
namespace {

using base::ErrorKind;

struct Row {
  int error_number;
  ErrorKind kind;
  std::string_view code;
  std::string_view hint;
};

constexpr std::string_view kFreeSpace =
    "Free space on that disk, or move the storage to a larger one, and try again.";
constexpr std::string_view kPermission =
    "Give the user this program runs as the right to read and write there.";
constexpr std::string_view kTryAgain =
    "Check the disk or the network mount (the kernel log says more), then try again.";
constexpr std::string_view kInTheWay = "Rename or remove what is in the way.";

constexpr std::array kRows{
    Row{ENOENT, ErrorKind::kNotFound, "io.not_found", "Check the spelling of the path."},
    Row{ENOTDIR, ErrorKind::kNotFound, "io.not_found",
        "A part of the path is a file, not a folder; check the path."},
    Row{EACCES, ErrorKind::kPermissionDenied, "io.permission_denied", kPermission},
    Row{EPERM, ErrorKind::kPermissionDenied, "io.permission_denied", kPermission},
    Row{EROFS, ErrorKind::kPermissionDenied, "io.read_only",
        "The file system is mounted read-only; mount it for writing or use another folder."},
    Row{ENOSPC, ErrorKind::kExhausted, "io.disk_full", kFreeSpace},
    Row{EDQUOT, ErrorKind::kExhausted, "io.quota_reached",
        "Free space below your disk quota or have it raised, and try again."},
    Row{EFBIG, ErrorKind::kExhausted, "io.file_too_large",
        "The file system or the process limit (ulimit -f) allows no larger file."},
    Row{EMFILE, ErrorKind::kExhausted, "io.too_many_open_files",
        "Raise the limit of open files (ulimit -n) and try again."},
    Row{ENFILE, ErrorKind::kExhausted, "io.too_many_open_files",
        "The whole machine has too many open files; close some or raise fs.file-max."},
    Row{ENOMEM, ErrorKind::kExhausted, "io.no_memory", "Free memory and try again."},
    Row{EIO, ErrorKind::kUnavailable, "io.disk_error", kTryAgain},
    Row{ESTALE, ErrorKind::kUnavailable, "io.disk_error", kTryAgain},
    Row{EBUSY, ErrorKind::kUnavailable, "io.busy", kTryAgain},
    Row{ETIMEDOUT, ErrorKind::kUnavailable, "io.disk_error", kTryAgain},
    Row{EAGAIN, ErrorKind::kUnavailable, "io.busy", kTryAgain},
    Row{ENAMETOOLONG, ErrorKind::kInvalidInput, "io.name_too_long",
        "Use a shorter name; most file systems allow 255 bytes between two slashes."},
    Row{ELOOP, ErrorKind::kInvalidInput, "io.too_many_links",
        "Symbolic links in this path lead in a circle; remove one."},
    Row{EEXIST, ErrorKind::kExists, "io.exists", kInTheWay},
    Row{EISDIR, ErrorKind::kExists, "io.exists", kInTheWay},
    Row{ENOTEMPTY, ErrorKind::kExists, "io.exists", kInTheWay},
    Row{EXDEV, ErrorKind::kUnsupported, "io.two_file_systems",
        "Both ends have to lie on one file system; copy the folder instead."},
};

constexpr Row kUnknownRow{0, ErrorKind::kInternal, "io.failed", ""};

const Row& RowOf(int error_number) {
  for (const Row& row : kRows) {
    if (row.error_number == error_number) return row;
  }
  return kUnknownRow;
}

}  // namespace

base::Error FileError(int error_number, std::string_view action, const std::string& path) {
  const Row& row = RowOf(error_number);
  std::string reason = std::system_category().message(error_number);
  base::Error error(row.kind, std::string(row.code),
                    fmt::format("Cannot {} '{}': {}.", action, path, reason));
  return std::move(error).Hint(std::string(row.hint)).With("path", path);
}

}  // namespace laguna::io
