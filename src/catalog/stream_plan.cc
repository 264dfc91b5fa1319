// SPDX-License-Identifier: Apache-2.0
#include "catalog/stream_plan.h"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "duckdb/catalog/catalog_entry/table_catalog_entry.hpp"
#include "duckdb/common/string_util.hpp"
#include "duckdb/parser/parser.hpp"
#include "duckdb/planner/operator/logical_cteref.hpp"
#include "duckdb/planner/operator/logical_get.hpp"
#include "duckdb/planner/operator/logical_join.hpp"
#include "duckdb/planner/operator/logical_materialized_cte.hpp"
#include "duckdb/planner/operator/logical_set_operation.hpp"
#include "duckdb/planner/planner.hpp"
#include "engine/duckdb.h"
#include "engine/guard.h"
#include "engine/sql_text.h"

namespace laguna::catalog {
namespace {

using duckdb::JoinType;
using duckdb::LogicalOperator;
using Type = duckdb::LogicalOperatorType;

// Operators that look at several rows.
struct WideOperator {
  Type type;
  StreamObstacle obstacle;
};

constexpr WideOperator kWideOperators[] = {
    {Type::LOGICAL_AGGREGATE_AND_GROUP_BY,
     {"GROUP BY or an aggregate such as sum or count", "GROUP"}},
    {Type::LOGICAL_WINDOW, {"a window function (OVER)", "OVER"}},
    {Type::LOGICAL_LIMIT, {"LIMIT", "LIMIT"}},
    {Type::LOGICAL_TOP_N, {"LIMIT", "LIMIT"}},
    {Type::LOGICAL_DISTINCT, {"DISTINCT", "DISTINCT"}},
    {Type::LOGICAL_SAMPLE, {"a sample", "SAMPLE"}},
    {Type::LOGICAL_PIVOT, {"PIVOT", "PIVOT"}},
    {Type::LOGICAL_EXCEPT, {"EXCEPT", "EXCEPT"}},
    {Type::LOGICAL_INTERSECT, {"INTERSECT", "INTERSECT"}},
    {Type::LOGICAL_RECURSIVE_CTE, {"WITH RECURSIVE", "RECURSIVE"}},
    {Type::LOGICAL_POSITIONAL_JOIN, {"a positional join", "POSITIONAL"}},
};

bool IsJoin(Type type) {
  return type == Type::LOGICAL_DELIM_JOIN || type == Type::LOGICAL_COMPARISON_JOIN ||
         type == Type::LOGICAL_ANY_JOIN || type == Type::LOGICAL_ASOF_JOIN ||
         type == Type::LOGICAL_CROSS_PRODUCT;
}

// Those that pass rows on one by one.
bool IsRowWise(Type type) {
  return type == Type::LOGICAL_PROJECTION || type == Type::LOGICAL_FILTER ||
         type == Type::LOGICAL_UNNEST || type == Type::LOGICAL_ORDER_BY ||
         type == Type::LOGICAL_GET;
}

// Walks a plan from its leaves, so that what a reader sees last is told first.
class Walk {
 public:
  Walk(const std::set<std::string>& streams, RowUse use) : streams_(streams), use_(use) {}

  // Whether rows of a stream come out of the operator.
  bool Streams(const LogicalOperator& op) {
    if (op.type == Type::LOGICAL_MATERIALIZED_CTE) return StreamsOfCte(op);
    if (op.type == Type::LOGICAL_CTE_REF) return ctes_[op.Cast<duckdb::LogicalCTERef>().cte_index];
    if (op.type == Type::LOGICAL_GET && IsStream(op.Cast<duckdb::LogicalGet>())) return true;
    std::vector<bool> children;
    bool any = false;
    for (const auto& child : op.children) {
      children.push_back(Streams(*child));
      any = any || children.back();
    }
    if (any && !obstacle_) obstacle_ = ObstacleAt(op, children);
    return any;
  }

  [[nodiscard]] std::optional<StreamObstacle> obstacle() const { return obstacle_; }

 private:
  bool StreamsOfCte(const LogicalOperator& op) {
    const auto& cte = op.Cast<duckdb::LogicalMaterializedCTE>();
    ctes_[cte.table_index] = Streams(*op.children[0]);
    return Streams(*op.children[1]);
  }

  bool IsStream(const duckdb::LogicalGet& get) const {
    const auto table = get.GetTable();
    return table && table->temporary && streams_.contains(duckdb::StringUtil::Lower(table->name));
  }

  [[nodiscard]] std::optional<StreamObstacle> ObstacleAt(const LogicalOperator& op,
                                                         const std::vector<bool>& children) const {
    for (const WideOperator& wide : kWideOperators) {
      if (wide.type == op.type) return wide.obstacle;
    }
    const bool one = use_ == RowUse::kOneRowOfEachRow;
    if (IsJoin(op.type))
      return one ? StreamObstacle{"a sub-query", ""} : ObstacleOfJoin(op, children);
    if (op.type == Type::LOGICAL_UNNEST && one) return StreamObstacle{"unnest", ""};
    if (op.type == Type::LOGICAL_UNION) {
      return ObstacleOfUnion(op.Cast<duckdb::LogicalSetOperation>(), children);
    }
    if (IsRowWise(op.type)) return std::nullopt;
    return StreamObstacle{"something that may look at several rows", ""};
  }

  static std::optional<StreamObstacle> ObstacleOfUnion(const duckdb::LogicalSetOperation& op,
                                                       const std::vector<bool>& children) {
    if (!op.setop_all) return StreamObstacle{"UNION without ALL", "UNION"};
    for (const bool streams : children) {
      if (!streams)
        return StreamObstacle{
            "UNION ALL with a part that is no stream, and would be added each time", "UNION"};
    }
    return std::nullopt;
  }

  // The rows of the other side are looked up; they are not rows of the result by themselves.
  static std::optional<StreamObstacle> ObstacleOfJoin(const LogicalOperator& op,
                                                      const std::vector<bool>& children) {
    if (children[0] && children[1]) return StreamObstacle{"a join of two streams", "JOIN"};
    if (op.type == Type::LOGICAL_CROSS_PRODUCT) return std::nullopt;
    const JoinType type = op.Cast<duckdb::LogicalJoin>().join_type;
    if (type == JoinType::INNER && op.type != Type::LOGICAL_ASOF_JOIN) return std::nullopt;
    if (type == JoinType::OUTER)
      return StreamObstacle{"a FULL JOIN with what is no stream", "FULL"};
    const bool right =
        type == JoinType::RIGHT || type == JoinType::RIGHT_SEMI || type == JoinType::RIGHT_ANTI;
    if (children[right ? 1 : 0]) return std::nullopt;
    return StreamObstacle{"a join or sub-query that keeps rows of what is no stream", "JOIN"};
  }

  const std::set<std::string>& streams_;
  const RowUse use_;
  std::map<duckdb::idx_t, bool> ctes_;
  std::optional<StreamObstacle> obstacle_;
};

}  // namespace

std::optional<StreamObstacle> FindStreamObstacle(engine::Session& session, const std::string& view,
                                                 const std::set<std::string>& streams, RowUse use) {
  duckdb::ClientContext& context = *session.connection().context;
  Walk walk(streams, use);
  try {
    context.RunFunctionInTransaction([&] {
      duckdb::Parser parser(context.GetParserOptions());
      parser.ParseQuery("FROM " + engine::QuotedName({"temp", "main", view}));
      duckdb::Planner planner(context);
      planner.CreatePlan(std::move(parser.statements.at(0)));
      walk.Streams(*planner.plan);
    });
  } catch (...) {
    throw engine::CurrentError();
  }
  return walk.obstacle();
}

}  // namespace laguna::catalog
