// SPDX-License-Identifier: Apache-2.0
#include "mapper/collectives/all_reduce.h"

#include <fmt/format.h>

namespace weft::mapper::collectives {
namespace {

std::int64_t share_of(const Ring& ring, std::int64_t words) {
  return (words + ring.line().length - 1) / ring.line().length;
}

}  // namespace

Result<AllReduce> plan_all_reduce(const Line& line, std::int64_t words, const Timing& timing,
                                  const Wish& wish) {
  Ring ring(line);
  if (wish.algorithm == Algorithm::ring) {
    if (ring.colors() > wish.colors) {
      return input_error(fmt::format(
          "all-reduce {} over {} tiles: ring needs {} colors and {} are left; take another "
          "algorithm or raise fabric.colors",
          line.along_x ? "x" : "y", line.length, ring.colors(), wish.colors));
    }
    return AllReduce(std::move(ring));
  }
  auto tree = plan_line(line, words, timing, wish);
  const bool fits = !wish.algorithm && ring.colors() <= wish.colors;
  if (fits &&
      (!tree.ok() || ring.all_reduce_cost(share_of(ring, words), timing) < tree->cycles())) {
    return AllReduce(std::move(ring));
  }
  if (!tree.ok()) {
    return tree.error();
  }
  return AllReduce(std::move(*tree));
}

std::int64_t cycles_of(const AllReduce& plan, std::int64_t words, const Timing& timing) {
  if (const auto* ring = std::get_if<Ring>(&plan)) {
    return ring->all_reduce_cost(share_of(*ring, words), timing);
  }
  return std::get<LinePlan>(plan).cost(words, timing);
}

std::string text_of(const AllReduce& plan, std::int64_t words, const Timing& timing) {
  if (const auto* ring = std::get_if<Ring>(&plan)) {
    return ring->text(share_of(*ring, words), timing);
  }
  return std::get<LinePlan>(plan).text();
}

std::vector<Flow> flows_of(const AllReduce& plan) {
  return std::visit([](const auto& some) { return some.flows(); }, plan);
}

}  // namespace weft::mapper::collectives
