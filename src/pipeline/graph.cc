// SPDX-License-Identifier: Apache-2.0
#include "pipeline/graph.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

namespace laguna::pipeline {
namespace {

template <typename Next>
std::set<size_t> Reached(size_t start, const Next& next) {
  std::set<size_t> reached{start};
  std::vector<size_t> open{start};
  while (!open.empty()) {
    const size_t table = open.back();
    open.pop_back();
    for (const size_t other : next(table)) {
      if (reached.insert(other).second) open.push_back(other);
    }
  }
  return reached;
}

}  // namespace

Graph::Graph(size_t tables, std::vector<Edge> edges) : sources_(tables), readers_(tables) {
  for (const Edge& edge : edges) {
    auto& sources = sources_[edge.reader];
    const bool known = std::any_of(sources.begin(), sources.end(),
                                   [&](const Edge& other) { return other.source == edge.source; });
    if (known) continue;
    sources.push_back(edge);
    readers_[edge.source].push_back(edge.reader);
  }
}

// Breadth first, so that the shortest way round is told.
std::vector<Edge> Graph::WayBackTo(size_t table) const {
  std::vector<std::optional<Edge>> came_by(tables());
  std::deque<size_t> open{table};
  while (!open.empty()) {
    const size_t reader = open.front();
    open.pop_front();
    for (const Edge& edge : sources_[reader]) {
      if (came_by[edge.source]) continue;
      came_by[edge.source] = edge;
      open.push_back(edge.source);
    }
  }
  std::vector<Edge> way;
  if (!came_by[table]) return way;
  size_t at = table;
  do {
    way.push_back(*came_by[at]);
    at = way.back().reader;
  } while (at != table);
  std::reverse(way.begin(), way.end());
  return way;
}

std::vector<std::vector<Edge>> Graph::Cycles() const {
  std::vector<std::vector<Edge>> cycles;
  std::set<size_t> told;
  for (size_t table = 0; table < tables(); ++table) {
    if (told.contains(table)) continue;
    std::vector<Edge> way = WayBackTo(table);
    if (way.empty()) continue;
    // Its group: what it reads that also reads it.
    const std::set<size_t> above = Upstream(table);
    const std::set<size_t> below = Downstream(table);
    std::set_intersection(above.begin(), above.end(), below.begin(), below.end(),
                          std::inserter(told, told.end()));
    cycles.push_back(std::move(way));
  }
  return cycles;
}

std::vector<size_t> Graph::Order() const {
  std::vector<size_t> missing(tables());
  std::set<size_t> ready;
  for (size_t table = 0; table < tables(); ++table) {
    missing[table] = sources_[table].size();
    if (missing[table] == 0) ready.insert(table);
  }
  std::vector<size_t> order;
  while (!ready.empty()) {
    const size_t table = *ready.begin();
    ready.erase(ready.begin());
    order.push_back(table);
    for (const size_t reader : readers_[table]) {
      if (--missing[reader] == 0) ready.insert(reader);
    }
  }
  return order;
}

std::set<size_t> Graph::Downstream(size_t table) const {
  return Reached(table, [&](size_t at) -> const std::vector<size_t>& { return readers_[at]; });
}

std::set<size_t> Graph::Upstream(size_t table) const {
  return Reached(table, [&](size_t at) {
    std::vector<size_t> sources;
    for (const Edge& edge : sources_[at]) sources.push_back(edge.source);
    return sources;
  });
}

}  // namespace laguna::pipeline
