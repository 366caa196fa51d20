// SPDX-License-Identifier: Apache-2.0
#include "sim/energy/census.h"

#include <cassert>

namespace weft::sim {
namespace {

std::size_t index_of(DType type) { return type == DType::f16 ? 1 : type == DType::bf16 ? 2 : 0; }

void count_work(const Work& work, std::int64_t times, Census& census) {
  census.macs[index_of(work.mac_type)] += times * work.macs;
  census.lanes[index_of(work.lane_type)] += times * work.passes * work.elements;
  census.special += times * work.special;
  census.read += times * work.read;
  census.written += times * work.written;
}

}  // namespace

std::vector<Census> take_census(const Script& script, int graph_ops, int colors) {
  std::vector<Census> by_op(static_cast<std::size_t>(graph_ops) + 1);
  for (Census& census : by_op) {
    census.sent.resize(static_cast<std::size_t>(colors));
  }
  std::vector<std::int64_t> times{1};
  for (const Step& step : script.steps) {
    const bool in_op = step.graph_op >= 0 && step.graph_op < graph_ops;
    Census& census = by_op[static_cast<std::size_t>(in_op ? step.graph_op : graph_ops)];
    census.instructions += times.back() * step.instructions;
    if (step.work >= 0) {
      count_work(script.work[static_cast<std::size_t>(step.work)], times.back(), census);
    }
    if (step.kind == Step::Kind::loop) {
      times.push_back(times.back() * step.amount);
    } else if (step.kind == Step::Kind::end) {
      times.pop_back();
    } else if (step.kind == Step::Kind::transfer) {
      const std::int64_t words = times.back() * step.amount;
      if (step.in_color >= 0) {
        census.ramp_words += words;
      }
      if (step.out_color >= 0) {
        census.ramp_words += words;
        census.sent[static_cast<std::size_t>(step.out_color)] += words;
      }
    }
  }
  assert(times.size() == 1);
  return by_op;
}

}  // namespace weft::sim
