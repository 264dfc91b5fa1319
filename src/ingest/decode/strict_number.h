// SPDX-License-Identifier: Apache-2.0
// Which texts are numbers of which kind, so that none is changed. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace laguna::ingest {

// Who chose the column's type: what was found in files takes no text that may be an identifier.
enum class TypeChoice { kFound, kGiven };

std::string_view WithoutBlanks(std::string_view text);

// -?[0-9]+ within 64 bits. Of a found type neither a sign "+" nor a zero before other digits.
std::optional<int64_t> ReadWholeNumber(std::string_view text, TypeChoice choice);
// Of neither type a number too large or too small for a DOUBLE. Of a found type none that a DOUBLE
// cannot tell from others either: a whole one that it has not exactly (an identifier of 20 digits),
// more than 17 digits, a zero before other digits.
std::optional<double> ReadDouble(std::string_view text, TypeChoice choice);
// A sign and digits, however many.
bool IsWholeText(std::string_view text);
// A sign, digits and a point, and behind the point at most `scale` digits that are no zeros at the
// end.
bool FitsScale(std::string_view text, int scale);
// More than six digits of seconds' fraction that matter.
bool IsFinerThanMicroseconds(std::string_view text);

}  // namespace laguna::ingest
