// SPDX-License-Identifier: Apache-2.0
// Which table of a pipeline reads which. Pure: tables are numbers here, in the order of their
// definitions.
#pragma once

#include <cstddef>
#include <set>
#include <vector>

namespace laguna::pipeline {

// Table `reader` reads table `source`.
struct Edge {
  size_t reader = 0;
  size_t source = 0;
  // Byte offset of the mention in the reader's script.
  size_t offset = 0;
};

class Graph {
 public:
  Graph() = default;
  // An edge that is there already adds nothing.
  Graph(size_t tables, std::vector<Edge> edges);

  [[nodiscard]] size_t tables() const { return sources_.size(); }
  // What `table` reads, each source once, in the order of its query.
  [[nodiscard]] const std::vector<Edge>& Sources(size_t table) const { return sources_[table]; }
  // One way round for each group of tables that read each other: edges that follow one another, the
  // last one ending where the first began. It begins at the group's first table.
  [[nodiscard]] std::vector<std::vector<Edge>> Cycles() const;
  // Sources before readers, else as defined. Tables on a cycle, and what reads them, are left out.
  [[nodiscard]] std::vector<size_t> Order() const;
  // The table and all that reads it, directly or not.
  [[nodiscard]] std::set<size_t> Downstream(size_t table) const;
  // The table and all it reads, directly or not.
  [[nodiscard]] std::set<size_t> Upstream(size_t table) const;

 private:
  [[nodiscard]] std::vector<Edge> WayBackTo(size_t table) const;

  std::vector<std::vector<Edge>> sources_;
  std::vector<std::vector<size_t>> readers_;
};

}  // namespace laguna::pipeline
