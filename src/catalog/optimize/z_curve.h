// SPDX-License-Identifier: Apache-2.0
// Where rows of a table lie among the tiles over some of its columns (delta/tiling.h), and in their
// tile on a Z-order curve (delta/zorder.h), as the engine computes it: a sample of the values
// first, then a number for each row.
//
// Immutable once made, shared by the threads that compute with it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "catalog/table_view.h"
#include "delta/tiling.h"
#include "delta/zorder.h"
#include "duckdb/planner/expression.hpp"
#include "engine/duckdb.h"
#include "io/object_store.h"

namespace laguna::catalog {

// A column, or a field of a struct, that rows are ordered by.
struct ZColumn {
  // An index of the schema, and the fields down from it.
  size_t column = 0;
  std::vector<size_t> fields;
};

// `names` as the user wrote them ("k", "address.city"). InvalidInput for a column that the table
// does not have, is given twice, is a partition column, or is of a type that has no order; for one
// without statistics, which no reader could leave files out by.
std::vector<ZColumn> ZColumnsOf(const delta::Metadata& metadata,
                                const std::vector<std::vector<std::string>>& names,
                                const std::string& table);

class ZCurve {
 public:
  ZCurve(std::vector<ZColumn> columns, delta::Tiling tiling,
         std::vector<delta::ValueRanges> ranges);

  [[nodiscard]] const std::vector<ZColumn>& columns() const { return columns_; }
  [[nodiscard]] const std::vector<delta::Tiling::Tile>& tiles() const { return tiling_.tiles(); }
  // `rows` has the columns' values, one vector for each of `columns`; fills `result` (UBIGINT).
  void PlacesOf(duckdb::DataChunk& rows, duckdb::Vector& result) const;
  // Of a place: tiles follow one another.
  [[nodiscard]] size_t TileOf(uint64_t place) const { return place >> tile_shift_; }

 private:
  std::vector<ZColumn> columns_;
  delta::Tiling tiling_;
  std::vector<delta::ValueRanges> ranges_;
  // A place has the tile above this bit, and below it what there is room for of the curve's code.
  int tile_shift_;
  int curve_shift_;
};

using ZCurvePtr = std::shared_ptr<const ZCurve>;

// Looks at a sample of the rows of `view`, which shall fill `files` files. Errors of reading them.
ZCurvePtr SampleCurve(duckdb::ClientContext& context, const TableViewPtr& view,
                      io::ObjectStore& store, std::vector<ZColumn> columns, size_t files);

// The place of a row; `values` as PlacesOf has them.
duckdb::unique_ptr<duckdb::Expression> PlaceExpression(
    ZCurvePtr curve, duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> values);

}  // namespace laguna::catalog
