// SPDX-License-Identifier: Apache-2.0
#include "app/output/paint.h"

namespace laguna::app {
namespace {

std::string_view EscapeOf(Paint paint) {
  switch (paint) {
    case Paint::kPlain:
      return "";
    case Paint::kBold:
      return "\x1b[1m";
    case Paint::kDim:
      return "\x1b[2m";
    case Paint::kRed:
      return "\x1b[1;31m";
    case Paint::kYellow:
      return "\x1b[33m";
    case Paint::kGreen:
      return "\x1b[32m";
    case Paint::kCyan:
      return "\x1b[36m";
  }
  return "";
}

}  // namespace

std::string Painted(std::string_view text, Paint paint, bool colour) {
  if (!colour || paint == Paint::kPlain || text.empty()) return std::string(text);
  std::string painted(EscapeOf(paint));
  painted += text;
  painted += "\x1b[0m";
  return painted;
}

}  // namespace laguna::app
