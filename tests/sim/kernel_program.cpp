// SPDX-License-Identifier: Apache-2.0
#include "kernel_program.h"

#include <fmt/format.h>

#include <map>

#include "graph_ops.h"
#include "isa/bundle.h"
#include "isa/role_builder.h"
#include "random_machine.h"

namespace weft::sim {
namespace {

using isa::Opcode;

class Drawer {
 public:
  Drawer(std::uint64_t seed, KernelPace pace) : dice_(seed) {
    draw_machine(dice_, spec_);
    width_ = dice_.roll(2, 9);
    height_ = dice_.roll(2, 9);
    auto& fabric = *spec_.machine.mutable_fabric();
    draw_pace(pace);
    fabric.set_colors(64);
    spec_.machine.mutable_tile()->set_queue_engines(4);
    spec_.machine.mutable_grid()->set_width(width_);
    spec_.machine.mutable_grid()->set_height(height_);
    for (int i = 0; i < width_ * height_; ++i) {
      tiles_.emplace_back("");
      isa::RoleBuilder& tile = tiles_.back();
      const int buffer = tile.buffer("x", 4 * 64);
      for (int t = 0; t < 3; ++t) {
        words_[t] = i == 0 ? dice_.roll(1, 40) : words_[t];
        tile.td(t, buffer, 0, DType::f32, {words_[t]});
      }
    }
  }

  ContractCase draw() {
    const int rounds = dice_.chance(50) ? dice_.roll(1, 3) : dice_.roll(4, 20);
    for (isa::RoleBuilder& tile : tiles_) {
      tile.loop(rounds);
    }
    const int collectives = dice_.roll(1, 4);
    for (int c = 0; c < collectives; ++c) {
      compute();
      collective();
    }
    compute();
    for (isa::RoleBuilder& tile : tiles_) {
      tile.end();
    }
    return finish();
  }

 private:
  isa::RoleBuilder& tile(int x, int y) { return tiles_[static_cast<std::size_t>(y * width_ + x)]; }

  void draw_pace(KernelPace pace) {
    static const std::vector<std::pair<int, int>> kPaces = {{1, 2}, {1, 2}, {1, 3}, {1, 4},
                                                            {2, 3}, {7, 8}, {3, 5}, {2, 4}};
    std::pair<int, int> ratio{1, 1};
    if (pace == KernelPace::slow) {
      ratio = dice_.pick(kPaces);
    }
    auto& its = *spec_.machine.mutable_fabric()->mutable_words_per_cycle();
    its.set_num(ratio.first);
    its.set_den(ratio.second);
  }

  // Cycles of computing by row, by column, or everywhere alike.
  void compute() {
    const int kind = dice_.roll(0, 3);
    std::vector<int> cycles;
    for (int i = 0; i < 9; ++i) {
      cycles.push_back(dice_.chance(60) ? dice_.roll(0, 12) : dice_.roll(0, 90));
    }
    for (int y = 0; y < height_ && kind > 0; ++y) {
      for (int x = 0; x < width_; ++x) {
        const int n = cycles[static_cast<std::size_t>(kind == 1 ? x : kind == 2 ? y : 0)];
        tile(x, y).emit(Opcode::busy, {n});
      }
    }
  }

  // One line of the mesh: `at` counts along it.
  struct Line {
    bool along_x;
    int across;
    int length;
  };
  isa::RoleBuilder& tile(const Line& line, int at) {
    return line.along_x ? tile(at, line.across) : tile(line.across, at);
  }
  void route(const Line& line, int color, int at, int from, std::initializer_list<int> to) {
    const auto direction = [&](int where) {
      return where == 0     ? isa::RAMP
             : line.along_x ? (where > 0 ? isa::EAST : isa::WEST)
                            : (where > 0 ? isa::SOUTH : isa::NORTH);
    };
    isa::Route& route = *bundle_.add_routes();
    route.set_color(color);
    const int x = line.along_x ? at : line.across;
    const int y = line.along_x ? line.across : at;
    *route.mutable_tiles() = isa::to_proto(weft::TileSet{{x, 1, 1}, {y, 1, 1}});
    route.set_rx(direction(from));
    for (const int where : to) {
      route.add_tx(direction(where));
    }
  }

  void collective() {
    const bool along_x = dice_.chance(50);
    const int length = along_x ? width_ : height_;
    const int across = along_x ? height_ : width_;
    const int kind = dice_.roll(0, 2);
    const int root = dice_.chance(40) ? 0 : dice_.roll(0, length - 1);
    const int t = dice_.roll(0, 2);
    const bool asynchronous = dice_.chance(40);
    const int pause = dice_.chance(50) ? dice_.roll(0, 60) : 0;
    const int color = colors_;
    colors_ += 4;
    for (int i = 0; i < across; ++i) {
      const Line line{along_x, i, length};
      if (kind == 0) {
        chain(line, root, t, color, asynchronous, pause);
      } else if (kind == 1) {
        broadcast(line, root, t, color, asynchronous, pause);
      } else {
        shift(line, t, color, asynchronous, pause);
      }
    }
  }

  void after(isa::RoleBuilder& tile, bool asynchronous, int pause, int events) {
    if (asynchronous) {
      tile.emit(Opcode::busy, {pause});
      for (int event = 0; event < events; ++event) {
        tile.wait(event);
      }
    }
  }

  void chain(const Line& line, int root, int t, int color, bool asynchronous, int pause) {
    for (const int side : {-1, 1}) {
      const int end = side < 0 ? 0 : line.length - 1;
      const int base = color + (side < 0 ? 0 : 2);
      for (int at = end; at != root; at -= side) {
        const int out = base + (at + 32) % 2;
        const int in = base + (at + 33) % 2;
        route(line, out, at, 0, {-side});
        route(line, out, at - side, side, {0});
        isa::RoleBuilder& here = tile(line, at);
        const int engine = asynchronous ? 0 : -1;
        if (at == end) {
          here.send(out, t, engine, 0);
        } else {
          here.forward(Opcode::fwd_add, out, in, t, engine, 0);
        }
        after(here, asynchronous, pause, 1);
      }
    }
    isa::RoleBuilder& here = tile(line, root);
    int events = 0;
    for (const int side : {-1, 1}) {
      const int from = root + side;
      if (from < 0 || from >= line.length) {
        continue;
      }
      here.receive(Opcode::recv_add, t, color + (side < 0 ? 0 : 2) + (from + 32) % 2,
                   asynchronous ? events : -1, events);
      ++events;
    }
    after(here, asynchronous, pause, events);
  }

  void broadcast(const Line& line, int root, int t, int color, bool asynchronous, int pause) {
    for (int at = 0; at < line.length; ++at) {
      const int engine = asynchronous ? 1 : -1;
      const int side = at < root ? -1 : 1;
      const bool last = at == 0 || at == line.length - 1;
      if (at != root) {
        if (last) {
          route(line, color, at, -side, {0});
        } else {
          route(line, color, at, -side, {side, 0});
        }
        tile(line, at).receive(Opcode::recv_set, t, color, engine, 0);
      } else {
        if (last) {
          route(line, color, at, 0, {at == 0 ? 1 : -1});
        } else {
          route(line, color, at, 0, {1, -1});
        }
        tile(line, at).send(color, t, engine, 0);
      }
      after(tile(line, at), asynchronous, pause, 1);
    }
  }

  void shift(const Line& line, int t, int color, bool asynchronous, int pause) {
    for (int at = 0; at < line.length; ++at) {
      const int out = color + at % 2;
      const int in = color + (at + 1) % 2;
      isa::RoleBuilder& here = tile(line, at);
      int events = 0;
      if (at + 1 < line.length) {
        route(line, out, at, 0, {1});
        route(line, out, at + 1, -1, {0});
        here.send(out, t, 0, 0);
        events = 1;
      }
      if (at > 0) {
        here.receive(Opcode::recv_set, t, in, asynchronous ? 1 : -1, 1);
        events = asynchronous ? 2 : events;
      }
      if (at == 0 && asynchronous) {
        events = 1;
      }
      if (asynchronous) {
        here.emit(Opcode::busy, {pause});
      }
      for (int event = at == 0 || at + 1 < line.length ? 0 : 1; event < events; ++event) {
        here.wait(event);
      }
    }
  }

  ContractCase finish() {
    ContractCase result;
    result.machine = spec_.machine;
    result.bundle = bundle_;
    result.bundle.set_version(isa::kBundleVersion);
    result.bundle.mutable_region()->set_width(width_);
    result.bundle.mutable_region()->set_height(height_);
    std::map<std::string, int> known;
    for (int y = 0; y < height_; ++y) {
      for (int x = 0; x < width_; ++x) {
        isa::Role role = tile(x, y).finish(0);
        const auto [at, fresh] =
            known.emplace(role.SerializeAsString(), result.bundle.roles_size());
        if (fresh) {
          role.set_name(fmt::format("r{}", result.bundle.roles_size()));
          *result.bundle.add_roles() = role;
        }
        *result.bundle.mutable_roles(at->second)->add_tiles() =
            isa::to_proto(weft::TileSet{{x, 1, 1}, {y, 1, 1}});
      }
    }
    spread_graph_ops(result.bundle);
    return result;
  }

  Dice dice_;
  ProgramSpec spec_;
  int width_ = 2, height_ = 2;
  int words_[3] = {1, 1, 1};
  int colors_ = 0;
  std::vector<isa::RoleBuilder> tiles_;
  isa::Bundle bundle_;
};

}  // namespace

ContractCase draw_kernels(std::uint64_t seed, KernelPace pace) { return Drawer(seed, pace).draw(); }

}  // namespace weft::sim
