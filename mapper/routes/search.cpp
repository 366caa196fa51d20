// SPDX-License-Identifier: Apache-2.0
#include "mapper/routes/search.h"

#include <algorithm>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <boost/graph/grid_graph.hpp>
#include <boost/property_map/function_property_map.hpp>

namespace weft::mapper::routes {
namespace {

using Grid = boost::grid_graph<2>;
using Vertex = boost::graph_traits<Grid>::vertex_descriptor;
using Edge = boost::graph_traits<Grid>::edge_descriptor;

/// Ends the search as soon as the target is settled; Boost has no other way out.
struct Found {};

class StopAt : public boost::default_dijkstra_visitor {
 public:
  explicit StopAt(const Vertex& target) : target_(target) {}
  void examine_vertex(const Vertex& vertex, const Grid&) const {
    if (vertex == target_) {
      throw Found();
    }
  }

 private:
  Vertex target_;
};

std::int64_t sum(std::int64_t a, std::int64_t b) { return std::min(a + b, kClosed); }

}  // namespace

std::vector<Tile> cheapest_way(const std::vector<Tile>& from, Tile to, const weft::Rect& window,
                               const LinkCost& cost) {
  // Boost miscounts the edges of a grid that is one vertex wide.
  const auto side = [](int length) { return static_cast<std::size_t>(std::max(length, 2)); };
  const Grid grid({{side(window.width), side(window.height)}}, false);
  const auto vertex_of = [&](Tile tile) {
    return Vertex{
        {static_cast<std::size_t>(tile.x - window.x), static_cast<std::size_t>(tile.y - window.y)}};
  };
  const auto tile_of = [&](const Vertex& vertex) {
    return Tile{static_cast<int>(vertex[0]) + window.x, static_cast<int>(vertex[1]) + window.y};
  };
  const auto weight = boost::make_function_property_map<Edge, std::int64_t>([&](const Edge& edge) {
    const Tile tail = tile_of(edge.first);
    const Tile head = tile_of(edge.second);
    const bool inside = window.contains(tail.x, tail.y) && window.contains(head.x, head.y);
    return inside ? cost({tail, way_to(tail, head)}) : kClosed;
  });
  std::vector<Vertex> sources;
  for (const Tile& tile : from) {
    if (window.contains(tile.x, tile.y)) {
      sources.push_back(vertex_of(tile));
    }
  }
  const std::size_t count = num_vertices(grid);
  const auto index = get(boost::vertex_index, grid);
  std::vector<Vertex> parents(count);
  std::vector<std::int64_t> distances(count);
  const auto parent = boost::make_iterator_property_map(parents.begin(), index);
  const auto distance = boost::make_iterator_property_map(distances.begin(), index);
  const Vertex target = vertex_of(to);
  try {
    boost::dijkstra_shortest_paths(grid, sources.begin(), sources.end(), parent, distance, weight,
                                   index, std::less<>(), sum, kClosed, std::int64_t{0},
                                   StopAt(target), boost::no_named_parameters());
  } catch (const Found&) {
  }
  // Boost also looks at what no open link leads to, after all else.
  std::vector<Tile> way;
  if (boost::get(distance, target) >= kClosed) {
    return way;
  }
  Vertex at = target;
  for (way.push_back(to); boost::get(parent, at) != at; way.push_back(tile_of(at))) {
    at = boost::get(parent, at);
  }
  std::reverse(way.begin(), way.end());
  return way;
}

}  // namespace weft::mapper::routes
