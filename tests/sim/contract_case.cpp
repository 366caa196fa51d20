// SPDX-License-Identifier: Apache-2.0
#include "contract_case.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include "isa/bundle.h"
#include "isa/role_builder.h"

namespace weft::sim {
namespace {

using isa::Opcode;
using isa::RoleBuilder;

/// Collects one program per tile and routes by paths, then makes a bundle of it.
class CaseBuilder {
 public:
  explicit CaseBuilder(const ContractRow& row) : row_(row) {
    for (int tile = 0; tile < row.width * row.height; ++tile) {
      roles_.emplace_back("t" + std::to_string(tile));
    }
  }

  RoleBuilder& at(int tile) { return roles_[static_cast<std::size_t>(tile)]; }

  /// Descriptor register 0 of a tile: `words` fp32 elements.
  void tensor(int tile, int words, int t = 0) {
    RoleBuilder& role = at(tile);
    role.td(t, role.buffer("x" + std::to_string(t), words * 4), 0, DType::f32, {words});
  }

  /// Adds one branch of a color's tree: a path of tiles from the source (first) to a consumer
  /// (last).
  void path(int color, const std::vector<int>& tiles) {
    for (std::size_t i = 0; i < tiles.size(); ++i) {
      auto& rule = rules_[{tiles[i], color}];
      rule.first = i == 0 ? isa::RAMP : direction(tiles[i], tiles[i - 1]);
      rule.second |= 1 << (i + 1 == tiles.size() ? isa::RAMP : direction(tiles[i], tiles[i + 1]));
    }
  }

  std::vector<int> xy(int from, int to, bool x_first = true) const {
    std::vector<int> tiles{from};
    int x = from % row_.width;
    int y = from / row_.width;
    const int tx = to % row_.width;
    const int ty = to / row_.width;
    for (int leg = 0; leg < 2; ++leg) {
      const bool along_x = (leg == 0) == x_first;
      int& at = along_x ? x : y;
      const int goal = along_x ? tx : ty;
      while (at != goal) {
        at += at < goal ? 1 : -1;
        tiles.push_back(y * row_.width + x);
      }
    }
    return tiles;
  }

  ContractCase finish() {
    ContractCase result;
    result.machine = contract_machine(row_.width, row_.height);
    auto& fabric = *result.machine.mutable_fabric();
    fabric.mutable_words_per_cycle()->set_num(row_.pace_num);
    fabric.mutable_words_per_cycle()->set_den(row_.pace_den);
    fabric.set_hop_latency(row_.hop);
    fabric.set_turn_latency(row_.turn);
    fabric.set_ramp_latency(row_.ramp);
    fabric.set_places_per_hop(row_.places);
    int colors = 1;
    for (const auto& [key, rule] : rules_) {
      colors = std::max(colors, key.second + 1);
      isa::Route& route = *result.bundle.add_routes();
      route.set_color(key.second);
      const int x = key.first % row_.width;
      const int y = key.first / row_.width;
      *route.mutable_tiles() = isa::to_proto({{x, 1, 1}, {y, 1, 1}});
      route.set_rx(static_cast<isa::Direction>(rule.first));
      for (int d = isa::RAMP; d <= isa::NORTH; ++d) {
        if ((rule.second >> d & 1) != 0) {
          route.add_tx(static_cast<isa::Direction>(d));
        }
      }
    }
    fabric.set_colors(colors);
    result.machine.mutable_tile()->set_input_queue_words(row_.queue);
    auto& region = *result.bundle.mutable_region();
    region.set_width(row_.width);
    region.set_height(row_.height);
    for (int tile = 0; tile < row_.width * row_.height; ++tile) {
      isa::Role role = at(tile).finish(0);
      *role.add_tiles() = isa::to_proto({{tile % row_.width, 1, 1}, {tile / row_.width, 1, 1}});
      *result.bundle.add_roles() = std::move(role);
    }
    return result;
  }

 private:
  int direction(int from, int to) const {
    if (to == from + 1) {
      return isa::EAST;
    }
    if (to == from - 1) {
      return isa::WEST;
    }
    return to > from ? isa::SOUTH : isa::NORTH;
  }

  const ContractRow& row_;
  std::vector<RoleBuilder> roles_;
  std::map<std::pair<int, int>, std::pair<int, int>> rules_;
};

int skew_of(const std::string& skew, int i, int count) {
  if (skew == "mod") {
    return 37 * i % 50;
  }
  if (skew == "last") {
    return i == count - 1 ? 100 : 0;
  }
  if (skew == "mid") {
    return i == count / 2 ? 100 : 0;
  }
  if (skew == "up") {
    return 20 * i;
  }
  return skew == "down" ? 20 * (count - 1 - i) : 0;
}

// The COMPUTE that shifts a tile's start.
void skew(RoleBuilder& role, const std::string& kind, int i, int count) {
  const int cycles = skew_of(kind, i, count);
  if (cycles > 0) {
    role.emit(Opcode::busy, {cycles});
  }
}

// A chain along `tiles`, first to last, colors from `color` on.
void chain(CaseBuilder& b, const std::vector<int>& tiles, int words, int color) {
  const std::size_t last = tiles.size() - 1;
  for (std::size_t i = 0; i <= last; ++i) {
    const int c = color + static_cast<int>(i);
    b.tensor(tiles[i], words);
    if (i < last) {
      b.path(c, b.xy(tiles[i], tiles[i + 1]));
    }
    if (i == 0) {
      b.at(tiles[i]).send(c, 0);
    } else if (i < last) {
      b.at(tiles[i]).forward(Opcode::fwd_add, c, c - 1, 0);
    } else {
      b.at(tiles[i]).receive(Opcode::recv_add, 0, c - 1);
    }
  }
}

void chain_reduce(CaseBuilder& b, const ContractRow& row) {
  std::vector<int> tiles;
  for (int i = 0; i < row.width; ++i) {
    tiles.push_back(i);
    skew(b.at(i), row.skew, i, row.width);
  }
  // Two ids, used alternately, so that long chains need few colors.
  for (int i = 0; i < row.width; ++i) {
    b.tensor(i, row.words);
    const int out = i % 2;
    const int in = 1 - out;
    if (i + 1 < row.width) {
      b.path(out, {i, i + 1});
    }
    if (i == 0) {
      b.at(i).send(out, 0);
    } else if (i + 1 < row.width) {
      b.at(i).forward(Opcode::fwd_add, out, in, 0);
    } else {
      b.at(i).receive(Opcode::recv_add, 0, in);
    }
  }
}

void broadcast(CaseBuilder& b, const ContractRow& row) {
  const int count = row.width * row.height;
  for (int i = 0; i < count; ++i) {
    skew(b.at(i), row.skew, i, count);
    b.tensor(i, row.words);
    if (i == 0) {
      b.at(i).send(0, 0);
    } else {
      b.path(0, b.xy(0, i));
      b.at(i).receive(Opcode::recv_set, 0, 0);
    }
  }
}

void star(CaseBuilder& b, const ContractRow& row) {
  const int senders[4] = {1, 3, 5, 7};
  b.tensor(4, row.words);
  for (int i = 0; i < 4; ++i) {
    skew(b.at(senders[i]), row.skew, i, 4);
    b.tensor(senders[i], row.words);
    b.path(i, {senders[i], 4});
    b.at(senders[i]).send(i, 0);
    b.at(4).receive(Opcode::recv_add, 0, i);
  }
}

void tree_reduce(CaseBuilder& b, const ContractRow& row) {
  int color = 0;
  for (int i = 0; i < row.width; ++i) {
    skew(b.at(i), row.skew, i, row.width);
    b.tensor(i, row.words);
  }
  for (int d = 1; d < row.width; d *= 2) {
    for (int i = 0; i + d < row.width; i += 2 * d) {
      b.path(color, b.xy(i + d, i));
      b.at(i + d).send(color, 0);
      b.at(i).receive(Opcode::recv_add, 0, color);
      ++color;
    }
  }
}

void two_phase(CaseBuilder& b, const ContractRow& row) {
  int side = 1;
  while (side * side < row.width) {
    ++side;
  }
  for (int i = 0; i < row.width; ++i) {
    skew(b.at(i), row.skew, i, row.width);
  }
  for (int g = 0; g < side; ++g) {
    std::vector<int> tiles;
    for (int i = side - 1; i >= 0; --i) {
      tiles.push_back(g * side + i);
    }
    chain(b, tiles, row.words, g * side);
  }
  std::vector<int> roots;
  for (int g = side - 1; g >= 0; --g) {
    roots.push_back(g * side);
  }
  chain(b, roots, row.words, side * side);
}

// Tile of ring index i.
int ring_tile(const ContractRow& row, int i) {
  if (row.name != "ring_allreduce_interleaved") {
    return i;
  }
  return 2 * i < row.width ? 2 * i : 2 * (row.width - 1 - i) + 1;
}

void ring(CaseBuilder& b, const ContractRow& row) {
  const int p = row.width;
  const int m = row.words / p;
  const auto mod = [p](int v) { return ((v % p) + p) % p; };
  for (int i = 0; i < p; ++i) {
    const int tile = ring_tile(row, i);
    RoleBuilder& role = b.at(tile);
    skew(role, row.skew, i, p);
    b.path(i, b.xy(tile, ring_tile(row, (i + 1) % p)));
    const int x = role.buffer("x", row.words * 4);
    const auto chunk = [&](int t, int index) {
      role.td(t, x, mod(index) * m * 4, DType::f32, {m});
    };
    for (int phase = 0; phase < 2; ++phase) {
      for (int s = 0; s < p - 1; ++s) {
        chunk(0, i + phase - s);
        chunk(1, i - 1 + phase - s);
        role.send(i, 0, 0, 0);
        role.receive(phase == 0 ? Opcode::recv_add : Opcode::recv_set, 1, mod(i - 1));
        role.wait(0);
      }
    }
  }
}

void back_to_back(CaseBuilder& b, const ContractRow& row) {
  const int trains = std::atoi(row.name.c_str() + std::string("back_to_back_").size());
  const int gap = std::atoi(row.skew.c_str() + row.skew.find('(') + 1);
  const int last = row.width - 1;
  b.path(0, b.xy(0, last));
  b.tensor(0, row.words);
  b.tensor(last, row.words);
  for (int k = 0; k < trains; ++k) {
    b.at(0).send(0, 0);
    b.at(last).emit(Opcode::busy, {gap});
    b.at(last).receive(Opcode::recv_set, 0, 0);
  }
}

void shift_compute(CaseBuilder& b, const ContractRow& row) {
  const int iterations = std::atoi(row.name.c_str() + std::string("shift_compute_loop").size());
  const int base = std::atoi(row.skew.c_str() + row.skew.find('(') + 1);
  const int p = row.width;
  for (int i = 0; i < p; ++i) {
    b.path(i, b.xy(i, (i + 1) % p));
    b.tensor(i, row.words, 0);
    b.tensor(i, row.words, 1);
    RoleBuilder& role = b.at(i);
    role.loop(iterations);
    role.send(i, 0, 0, 0);
    role.receive(Opcode::recv_set, 1, (i + p - 1) % p, 1, 1);
    role.emit(Opcode::busy, {base + i});
    role.wait(0);
    role.wait(1);
    role.end();
  }
}

void async_then_compute(CaseBuilder& b, const ContractRow& row) {
  const int late = std::atoi(row.skew.c_str() + row.skew.find('(') + 1);
  b.path(0, {0, 1});
  b.tensor(0, row.words);
  b.tensor(1, row.words);
  b.at(0).emit(Opcode::busy, {late});
  b.at(0).send(0, 0);
  b.at(1).receive(Opcode::recv_add, 0, 0, 0, 0);
  b.at(1).emit(Opcode::busy, {30});
  b.at(1).wait(0);
}

void two_async(CaseBuilder& b, const ContractRow& row) {
  b.path(0, b.xy(0, 3));
  b.path(1, b.xy(0, 3, false));
  b.tensor(0, row.words);
  b.tensor(3, row.words, 0);
  b.tensor(3, row.words, 1);
  b.at(3).receive(Opcode::recv_set, 0, 0, 0, 0);
  b.at(3).receive(Opcode::recv_set, 1, 1, 1, 1);
  b.at(3).wait(0);
  b.at(3).wait(1);
  const bool crossed = row.name == "two_async_recv_crossed";
  b.at(0).send(crossed ? 1 : 0, 0);
  b.at(0).send(crossed ? 0 : 1, 0);
}

}  // namespace

std::string ContractRow::label() const {
  return name + " " + std::to_string(width) + "x" + std::to_string(height) +
         " B=" + std::to_string(words) + " pace=" + std::to_string(pace_den) + "/" +
         std::to_string(pace_num) + " ramp=" + std::to_string(ramp) + " skew=" + skew;
}

std::vector<ContractRow> read_contract(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  std::vector<ContractRow> rows;
  while (std::getline(file, line)) {
    std::vector<std::string> cells;
    std::stringstream stream(line);
    for (std::string cell; std::getline(stream, cell, ',');) {
      cells.push_back(cell);
    }
    ContractRow row;
    row.name = cells.at(0);
    std::sscanf(cells.at(1).c_str(), "%dx%d", &row.width, &row.height);
    row.words = std::stoi(cells.at(2));
    std::sscanf(cells.at(3).c_str(), "%d/%d", &row.pace_den, &row.pace_num);
    row.hop = std::stoi(cells.at(4));
    row.turn = std::stoi(cells.at(5));
    row.ramp = std::stoi(cells.at(6));
    row.places = std::stoi(cells.at(7));
    row.queue = std::stoi(cells.at(8));
    row.skew = cells.at(9);
    row.expected = cells.at(10);
    rows.push_back(row);
  }
  return rows;
}

arch::Machine contract_machine(int width, int height) {
  arch::Machine machine;
  machine.set_name("contract");
  machine.set_frequency(850e6);
  machine.mutable_grid()->set_width(width);
  machine.mutable_grid()->set_height(height);
  auto& tile = *machine.mutable_tile();
  tile.set_sram(1 << 20);
  tile.set_read_bandwidth(16);
  tile.set_write_bandwidth(8);
  for (auto* rates : {tile.mutable_tensor_macs(), tile.mutable_vector_lanes()}) {
    rates->set_f32(1);
    rates->set_f16(4);
    rates->set_bf16(4);
  }
  tile.mutable_special_rate()->set_num(1);
  tile.mutable_special_rate()->set_den(1);
  tile.mutable_setup()->set_loop_iteration(1);
  tile.set_queue_engines(8);
  tile.set_input_queue_words(1);
  auto& fabric = *machine.mutable_fabric();
  fabric.set_word(32);
  fabric.set_colors(24);
  fabric.mutable_words_per_cycle()->set_num(1);
  fabric.mutable_words_per_cycle()->set_den(1);
  fabric.set_ramp_latency(2);
  fabric.set_hop_latency(1);
  fabric.set_places_per_hop(1);
  return machine;
}

ContractCase build_case(const ContractRow& row) {
  CaseBuilder b(row);
  const auto starts = [&](const char* prefix) { return row.name.rfind(prefix, 0) == 0; };
  if (starts("chain_reduce")) {
    chain_reduce(b, row);
  } else if (starts("broadcast")) {
    broadcast(b, row);
  } else if (starts("star")) {
    star(b, row);
  } else if (starts("tree_reduce")) {
    tree_reduce(b, row);
  } else if (starts("two_phase")) {
    two_phase(b, row);
  } else if (starts("ring")) {
    ring(b, row);
  } else if (starts("back_to_back")) {
    back_to_back(b, row);
  } else if (starts("shift_compute")) {
    shift_compute(b, row);
  } else if (starts("async_recvadd")) {
    async_then_compute(b, row);
  } else if (starts("two_async")) {
    two_async(b, row);
  }
  return b.finish();
}

}  // namespace weft::sim
