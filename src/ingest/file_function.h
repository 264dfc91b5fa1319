// SPDX-License-Identifier: Apache-2.0
// SQL functions of ours that read a whole file, unpacked if it is packed; paths are absolute.
#pragma once

namespace laguna::ingest {

// (path, dialect as JSON): the CsvShape as JSON.
inline constexpr const char* kCsvShapeFunction = "laguna_csv_shape";
// (path): why it cannot be unpacked to its end; NULL when it can.
inline constexpr const char* kUnpackProblemFunction = "laguna_unpack_problem";
// (path as a pattern): why the engine does not read the footer of a Parquet file; NULL when it
// does.
inline constexpr const char* kParquetProblemFunction = "laguna_parquet_problem";
// (path, byte offsets from low to high): the line, from 1, each of them is in.
inline constexpr const char* kLineNumbersFunction = "laguna_line_numbers";

// (path): the shape of a JSON file, as read_json calls its formats.
inline constexpr const char* kJsonShapeFunction = "laguna_json_shape";
inline constexpr const char* kJsonLines = "newline_delimited";

}  // namespace laguna::ingest
