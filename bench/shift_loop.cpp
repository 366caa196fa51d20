// SPDX-License-Identifier: Apache-2.0
#include "bench/shift_loop.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "isa/bundle.h"
#include "isa/role_builder.h"

namespace weft::bench {
namespace {

using isa::Opcode;

/// One ring over the positions 0 … side - 1 of a line: even positions ascend by two, odd ones
/// descend. Four colors are enough for every position to receive on one and send on another.
class Ring {
 public:
  explicit Ring(int side) : side_(side) {}

  int next(int at) const {
    if (at % 2 == 0) {
      return at + 2 < side_ ? at + 2 : side_ - 1;
    }
    return at - 2 >= 0 ? at - 2 : 0;
  }
  static int color(int at) { return at / 2 % 2 + (at % 2 == 0 ? 0 : 2); }

  /// Positions that send on the same color and receive on the same.
  std::map<std::pair<int, int>, std::vector<int>> classes() const {
    std::map<std::pair<int, int>, std::vector<int>> result;
    for (int at = 0; at < side_; ++at) {
      result[{color(next(at)), color(at)}].push_back(next(at));
    }
    for (auto& entry : result) {
      std::sort(entry.second.begin(), entry.second.end());
    }
    return result;
  }

  /// Positions by (color, from, to): 0 the core, 1 the higher neighbor, -1 the lower one.
  std::map<std::tuple<int, int, int>, std::vector<int>> rules() const {
    std::map<std::tuple<int, int, int>, std::vector<int>> result;
    for (int at = 0; at < side_; ++at) {
      const int to = next(at);
      const int step = to > at ? 1 : -1;
      for (int here = at;; here += step) {
        result[{color(at), here == at ? 0 : -step, here == to ? 0 : step}].push_back(here);
        if (here == to) {
          break;
        }
      }
    }
    for (auto& entry : result) {
      std::sort(entry.second.begin(), entry.second.end());
    }
    return result;
  }

 private:
  int side_;
};

std::vector<weft::Stride> strides(const std::vector<int>& positions) {
  std::vector<weft::Stride> result;
  for (const int at : positions) {
    if (!result.empty()) {
      weft::Stride& last = result.back();
      const int gap = at - (last.first + (last.count - 1) * last.step);
      if (last.count == 1 || gap == last.step) {
        last.step = gap;
        ++last.count;
        continue;
      }
    }
    result.push_back({at, 1, 1});
  }
  return result;
}

void add_routes(const Ring& ring, int side, bool along_x, isa::Bundle& bundle) {
  const auto direction = [&](int where) {
    if (where == 0) {
      return isa::RAMP;
    }
    return along_x ? (where > 0 ? isa::EAST : isa::WEST) : (where > 0 ? isa::SOUTH : isa::NORTH);
  };
  for (const auto& [rule, positions] : ring.rules()) {
    for (const weft::Stride& line : strides(positions)) {
      isa::Route& route = *bundle.add_routes();
      route.set_color(std::get<0>(rule) + (along_x ? 0 : 4));
      const weft::Stride all{0, 1, side};
      *route.mutable_tiles() =
          isa::to_proto(along_x ? weft::TileSet{line, all} : weft::TileSet{all, line});
      route.set_rx(direction(std::get<1>(rule)));
      route.add_tx(direction(std::get<2>(rule)));
    }
  }
}

isa::Role make_role(int steps, int in_x, int out_x, int in_y, int out_y) {
  isa::RoleBuilder role("");
  constexpr int kWords = 72;
  for (int t = 0; t < 4; ++t) {
    role.td(t, role.buffer("m" + std::to_string(t), kWords * 4), 0, DType::f32, {kWords});
  }
  role.emit_numbers(Opcode::vfill, {0}, {1.0F});
  role.emit_numbers(Opcode::vfill, {1}, {1.0F});
  role.loop(steps);
  role.send(out_x, 0, 0, 0);
  role.receive(Opcode::recv_set, 2, in_x, 1, 1);
  role.send(out_y, 1, 2, 2);
  role.receive(Opcode::recv_set, 3, in_y, 3, 3);
  role.emit(Opcode::busy, {432});
  for (int event = 0; event < 4; ++event) {
    role.wait(event);
  }
  role.end();
  return role.finish(16);
}

}  // namespace

isa::Bundle shift_loop(int side, int steps) {
  isa::Bundle bundle;
  bundle.set_version(isa::kBundleVersion);
  bundle.mutable_region()->set_width(side);
  bundle.mutable_region()->set_height(side);
  const Ring ring(side);
  add_routes(ring, side, true, bundle);
  add_routes(ring, side, false, bundle);
  for (const auto& [y, rows] : ring.classes()) {
    for (const auto& [x, columns] : ring.classes()) {
      isa::Role role = make_role(steps, x.second, x.first, y.second + 4, y.first + 4);
      role.set_name("shift" + std::to_string(bundle.roles_size()));
      for (const weft::Stride& down : strides(rows)) {
        for (const weft::Stride& across : strides(columns)) {
          *role.add_tiles() = isa::to_proto(weft::TileSet{across, down});
        }
      }
      *bundle.add_roles() = std::move(role);
    }
  }
  return bundle;
}

}  // namespace weft::bench
