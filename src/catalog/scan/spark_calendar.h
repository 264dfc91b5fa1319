// SPDX-License-Identifier: Apache-2.0
// The calendar in which Spark counted the days of a data file.
//
// Spark before 3.0, and later ones in the mode LEGACY, count in the Julian calendar up to
// 1582-10-04, as Java did; Parquet, Delta and we count in the Gregorian one throughout. Spark says
// in the file's footer which it was. The day itself is what it was, only its number differs: by two
// days in the year 1, by ten in 1582. A file by another program counts as Parquet says.
//
// Instants of such files went through a day of the writer's time zone. In UTC they are moved like
// dates; elsewhere they depend on what Java knew of old zones, and are refused before 1900. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "duckdb/planner/expression.hpp"
#include "engine/duckdb.h"

namespace laguna::catalog {

struct FileCalendar {
  // Whether old dates and instants, and old instants kept as INT96, are counted in Java's way.
  bool julian = false;
  bool julian_int96 = false;
  // Whether instants were made in UTC.
  bool in_utc = false;
  [[nodiscard]] bool IsGregorian() const { return !julian && !julian_int96; }
};

// From the bytes of a Parquet footer, which hold Spark's keys and values as they are.
FileCalendar CalendarOf(std::string_view footer);

// Whether values of the type, or of a type inside, may have been counted in Java's way.
bool HasCalendar(const duckdb::LogicalType& type);

// The number of a day, counted in Java's way, in the Gregorian calendar.
int32_t GregorianDay(int32_t julian_day);

// `value`, a column as the file has it, counted in the Gregorian calendar. `in_table` says which of
// its times are instants. Reading ends in Unsupported "table.calendar" where that is not known.
duckdb::unique_ptr<duckdb::Expression> InGregorian(duckdb::unique_ptr<duckdb::Expression> value,
                                                   const duckdb::LogicalType& in_table,
                                                   const FileCalendar& calendar);

}  // namespace laguna::catalog
