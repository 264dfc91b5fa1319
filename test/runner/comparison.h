// SPDX-License-Identifier: Apache-2.0
// What came out against what should: rows, error texts, output lines. Pure.
//
// A cell is text: NULL is "NULL", an empty string "(empty)", tabs and line ends are written \t, \n,
// \r and \0. An expected cell or line may be a regular expression that must match the whole,
// "<REGEX>:...", or one that must not, "<!REGEX>:...". A column of type R matches when the numbers
// are equal to nine digits.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/test_file.h"

namespace laguna::test {

using Row = std::vector<std::string>;

// The text of a cell; nothing is NULL.
std::string FormatCell(std::optional<std::string_view> value);
// One line of an expectation.
std::string JoinCells(const Row& row);

// Rows as `sorting` wants them; kValues gives rows of one cell.
std::vector<Row> SortRows(std::vector<Row> rows, Sorting sorting);

// Nothing when `actual` is what `expected` says; else what differs, for a person. Both sides were
// sorted alike.
std::optional<std::string> CompareRows(const std::vector<std::string>& expected,
                                       const std::vector<Row>& actual, std::string_view types);
// Every line must be part of the text (or match it somewhere, as a regular expression).
std::optional<std::string> CompareContained(const std::vector<std::string>& expected,
                                            std::string_view actual);
// Line by line; blank lines of the output do not count.
std::optional<std::string> CompareLines(const std::vector<std::string>& expected,
                                        const std::vector<std::string>& actual);

std::vector<std::string> SplitLines(std::string_view text);

}  // namespace laguna::test
