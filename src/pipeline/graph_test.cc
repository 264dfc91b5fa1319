// SPDX-License-Identifier: Apache-2.0
#include "pipeline/graph.h"

#include <gtest/gtest.h>

#include <string>

namespace laguna::pipeline {
namespace {

using Numbers = std::vector<size_t>;

// "0>1" for table 0 reading table 1.
std::string Told(const std::vector<Edge>& way) {
  std::string text;
  for (const Edge& edge : way) {
    text +=
        (text.empty() ? "" : " ") + std::to_string(edge.reader) + ">" + std::to_string(edge.source);
  }
  return text;
}

TEST(Graph, SourcesComeFirstAndElseTheOrderOfTheFiles) {
  // 0 reads 3; 2 reads 0 and 1.
  const Graph graph(5, {{0, 3}, {2, 0}, {2, 1}});
  EXPECT_EQ(graph.Order(), (Numbers{1, 3, 0, 2, 4}));
  EXPECT_TRUE(graph.Cycles().empty());
}

TEST(Graph, ReadingTwiceIsOneEdge) {
  const Graph graph(2, {{1, 0, 10}, {1, 0, 20}});
  ASSERT_EQ(graph.Sources(1).size(), 1U);
  EXPECT_EQ(graph.Sources(1)[0].offset, 10U);
  EXPECT_EQ(graph.Order(), (Numbers{0, 1}));
}

TEST(Graph, DownstreamAndUpstreamReachAllTheWay) {
  const Graph graph(5, {{1, 0}, {2, 1}, {3, 1}, {4, 3}});
  EXPECT_EQ(graph.Downstream(1), (std::set<size_t>{1, 2, 3, 4}));
  EXPECT_EQ(graph.Upstream(3), (std::set<size_t>{0, 1, 3}));
  EXPECT_EQ(graph.Upstream(0), (std::set<size_t>{0}));
}

TEST(Graph, ACycleIsToldOnceAllTheWayRound) {
  // 1 -> 2 -> 3 -> 1; 4 reads the cycle, 0 stands apart.
  const Graph graph(5, {{1, 2}, {2, 3}, {3, 1}, {4, 3}});
  const auto cycles = graph.Cycles();
  ASSERT_EQ(cycles.size(), 1U);
  EXPECT_EQ(Told(cycles[0]), "1>2 2>3 3>1");
  EXPECT_EQ(graph.Order(), (Numbers{0}));
}

TEST(Graph, ATableThatReadsItselfIsACycle) {
  const Graph graph(1, {{0, 0}});
  ASSERT_EQ(graph.Cycles().size(), 1U);
  EXPECT_EQ(Told(graph.Cycles()[0]), "0>0");
}

TEST(Graph, GroupsOfCyclesAreToldSeparatelyAndByTheShortestWay) {
  // 0 -> 1 -> 0, also 0 -> 2 -> 1; 3 -> 4 -> 3; 3 reads 0.
  const Graph graph(5, {{0, 2}, {0, 1}, {1, 0}, {2, 1}, {3, 4}, {4, 3}, {3, 0}});
  const auto cycles = graph.Cycles();
  ASSERT_EQ(cycles.size(), 2U);
  EXPECT_EQ(Told(cycles[0]), "0>1 1>0");
  EXPECT_EQ(Told(cycles[1]), "3>4 4>3");
}

TEST(Graph, ALongChainNeedsNoStack) {
  constexpr size_t kTables = 100'000;
  std::vector<Edge> edges;
  for (size_t i = 1; i < kTables; ++i) edges.push_back({i, i - 1});
  const Graph graph(kTables, std::move(edges));
  EXPECT_EQ(graph.Order().size(), kTables);
  EXPECT_EQ(graph.Downstream(0).size(), kTables);
}

}  // namespace
}  // namespace laguna::pipeline
