// SPDX-License-Identifier: Apache-2.0
#include "bench/combs.h"

#include <fmt/format.h>

#include "isa/bundle.h"
#include "isa/role_builder.h"

namespace weft::bench {
namespace {

constexpr int kBlocks = 4;
constexpr int kWords = 500'000'000;  // more than any benchmark moves

/// Writes the combs of blocks in every second column of blocks, from column `first` on. Four blocks
/// lie along each side.
class Combs {
 public:
  Combs(isa::Bundle& bundle, int side, int first)
      : bundle_(bundle), block_(side / kBlocks), last_(block_ - 1), first_(first) {}

  void lay() {
    using namespace isa;
    // A from the top left corner, B from the bottom right, C from the bottom left, D from the top
    // right. Spines run along the sides; corners have no teeth.
    comb(0, {0, 0}, {1, 0}, {1, last_}, EAST, SOUTH);
    comb(1, {last_, last_}, {1, last_}, {1, 0}, WEST, NORTH);
    comb(2, {0, last_}, {0, 1}, {last_, 1}, NORTH, EAST);
    comb(3, {last_, 0}, {last_, 1}, {0, 1}, SOUTH, WEST);
  }

 private:
  struct Point {
    int x, y;
  };
  static isa::Direction opposite(isa::Direction d) {
    return static_cast<isa::Direction>((d + 1) % 4 + 1);
  }

  // Tiles [x, x + w) by [y, y + h) of every block.
  weft::TileSet tiles(int x, int y, int w, int h, int bx, int by) const {
    return {{bx * block_ + x, 1, w}, {by * block_ + y, 1, h}};
  }
  template <class F>
  void in_every_block(F&& f) const {
    for (int by = 0; by < kBlocks; ++by) {
      for (int bx = first_; bx < kBlocks; bx += 2) {
        f(bx, by);
      }
    }
  }
  void route(int color, int x, int y, int w, int h, isa::Direction rx,
             std::initializer_list<isa::Direction> tx) {
    in_every_block([&](int bx, int by) {
      isa::Route& route = *bundle_.add_routes();
      route.set_color(color);
      *route.mutable_tiles() = isa::to_proto(tiles(x, y, w, h, bx, by));
      route.set_rx(rx);
      for (const isa::Direction direction : tx) {
        route.add_tx(direction);
      }
    });
  }
  void role(const std::string& name, isa::RoleBuilder& builder, int x, int y, int w, int h) {
    isa::Role role = builder.finish(0);
    role.set_name(name);
    in_every_block(
        [&](int bx, int by) { *role.add_tiles() = isa::to_proto(tiles(x, y, w, h, bx, by)); });
    *bundle_.add_roles() = std::move(role);
  }

  // From `source` along `spine`, forking into a tooth at each tile from `begin` on; the sinks begin
  // at `sinks`.
  void comb(int kind, Point source, Point begin, Point sinks, isa::Direction spine,
            isa::Direction tooth) {
    const int color = kind + 4 * first_;
    const bool across = spine == isa::EAST || spine == isa::WEST;
    const int w = across ? last_ - 1 : 1;
    const int h = across ? 1 : last_ - 1;
    route(color, source.x, source.y, 1, 1, isa::RAMP, {spine});
    // The last fork of the spine turns.
    const bool ascending = spine == isa::EAST || spine == isa::SOUTH;
    const Point last = {across ? (ascending ? last_ - 1 : 1) : begin.x,
                        across ? begin.y : (ascending ? last_ - 1 : 1)};
    const Point rest = {across && !ascending ? 2 : begin.x, !across && !ascending ? 2 : begin.y};
    route(color, rest.x, rest.y, across ? w - 1 : 1, across ? 1 : h - 1, opposite(spine),
          {spine, tooth});
    route(color, last.x, last.y, 1, 1, opposite(spine), {tooth});
    route(color, 1, 1, last_ - 1, last_ - 1, opposite(tooth), {tooth});
    route(color, sinks.x, sinks.y, w, h, opposite(tooth), {isa::RAMP});

    isa::RoleBuilder sender("sender"), receiver("receiver");
    sender.td(0, sender.buffer("x", 4), 0, DType::f32, {kWords});
    sender.send(color, 0);
    role(fmt::format("source{}", color), sender, source.x, source.y, 1, 1);
    receiver.td(0, receiver.buffer("x", 4), 0, DType::f32, {kWords});
    receiver.receive(isa::Opcode::recv_set, 0, color);
    role(fmt::format("sink{}", color), receiver, sinks.x, sinks.y, w, h);
  }

  isa::Bundle& bundle_;
  int block_, last_;
  int first_;
};

}  // namespace

isa::Bundle combs(int side) {
  isa::Bundle bundle;
  bundle.set_version(isa::kBundleVersion);
  bundle.mutable_region()->set_width(side);
  bundle.mutable_region()->set_height(side);
  Combs(bundle, side, 0).lay();
  Combs(bundle, side, 1).lay();
  return bundle;
}

}  // namespace weft::bench
