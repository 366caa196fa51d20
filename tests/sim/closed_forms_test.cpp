// SPDX-License-Identifier: Apache-2.0
// Closed forms worked out from docs/design.md §4, against the engine at many sizes. Throughout,
// r = ramp, h = hop, s = set-up of a transfer, and c = 2r+1+h: a word issued in cycle t can be
// consumed by the neighbor from t+c on (ramp out r, hop h, ramp in r, input queue 1). Places are at
// least the latency in every segment here (p >= h, q >= 1), so trains flow at a word a cycle.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "program_spec.h"
#include "sim/simulate.h"

namespace weft::sim {
namespace {

using isa::Opcode;

#if defined(__SANITIZE_ADDRESS__)
constexpr int kStride = 4;  // fewer sizes
#else
constexpr int kStride = 1;
#endif

struct Latencies {
  int ramp, hop, turn, places, queue;
};
constexpr Latencies kMachines[] = {
    {2, 1, 0, 1, 2}, {0, 1, 0, 1, 1}, {1, 2, 3, 2, 1}, {3, 3, 1, 5, 4}};
constexpr Latencies kUnitHop[] = {{2, 1, 0, 1, 2}, {0, 1, 0, 1, 1}, {7, 1, 2, 3, 1}};

ProgramSpec mesh(const Latencies& m, int width, int height) {
  ProgramSpec spec;
  spec.machine = contract_machine(1, 1);
  auto& fabric = *spec.machine.mutable_fabric();
  fabric.set_ramp_latency(m.ramp);
  fabric.set_hop_latency(m.hop);
  fabric.set_turn_latency(m.turn);
  fabric.set_places_per_hop(m.places);
  spec.machine.mutable_tile()->set_input_queue_words(m.queue);
  spec.width = width;
  spec.height = height;
  spec.programs.resize(static_cast<std::size_t>(width * height));
  return spec;
}

std::string label(const Latencies& m, int tiles, int words) {
  return fmt::format("r {} h {} turn {} P {} B {}", m.ramp, m.hop, m.turn, tiles, words);
}

std::int64_t cycles_of(const ProgramSpec& spec) {
  const ContractCase built = spec.build();
  Options options;
  options.data = false;
  const auto result = simulate(built.bundle, built.machine, {}, options);
  if (!result.ok() || !result->deadlock.empty()) {
    ADD_FAILURE() << (result.ok() ? result->deadlock.front() : result.error().message);
    return -1;
  }
  EXPECT_TRUE(result->exact) << result->exactness;
  return result->cycles.count();
}

void add(ProgramSpec& spec, int tile, const StepSpec& step) {
  spec.programs[static_cast<std::size_t>(tile)].push_back(step);
}

// A one-hop tree; colors alternate so that any length needs two.
int one_hop(ProgramSpec& spec, int from, int to, int color) {
  spec.trees.push_back({color, from, {to}, {{from, to}}});
  return static_cast<int>(spec.trees.size()) - 1;
}

// Sends along `tiles`, every one adding its own, into the last: which receives.
void chain(ProgramSpec& spec, const std::vector<int>& tiles, int words, int color) {
  int in = -1;
  for (std::size_t i = 0; i + 1 < tiles.size(); ++i) {
    const int out = one_hop(spec, tiles[i], tiles[i + 1], color + static_cast<int>(i % 2));
    add(spec, tiles[i], {i == 0 ? Opcode::send : Opcode::fwd_add, words, out, in});
    in = out;
  }
  add(spec, tiles.back(), {Opcode::recv_add, words, -1, in});
}

// From a tile to every other: along x in its row, then along y in every column.
void broadcast(ProgramSpec& spec, int from, int words, int color) {
  TreeSpec tree{color, from, {}, {}};
  const int w = spec.width;
  const auto reach = [&](int start, int step, int count) {
    for (int i = 0; i < count; ++i) {
      tree.links.emplace_back(start + i * step, start + (i + 1) * step);
      tree.sinks.push_back(start + (i + 1) * step);
    }
  };
  reach(from, 1, w - 1 - from % w);
  reach(from, -1, from % w);
  for (int x = 0; x < w; ++x) {
    const int at = from / w * w + x;
    reach(at, w, spec.height - 1 - from / w);
    reach(at, -w, from / w);
  }
  spec.trees.push_back(tree);
  const int index = static_cast<int>(spec.trees.size()) - 1;
  add(spec, from, {Opcode::send, words, index, -1});
  for (const int sink : tree.sinks) {
    add(spec, sink, {Opcode::recv_set, words, -1, index});
  }
}

// mapper/chain.h: both ends inwards to the tile in the middle, the left half first, then a
// multicast of the sum.
void all_reduce(ProgramSpec& spec, int words) {
  const int count = spec.width * spec.height;
  const int root = count / 2;
  std::vector<int> left, right;
  for (int i = 0; i <= root; ++i) {
    left.push_back(i);
  }
  for (int i = count - 1; i >= root; --i) {
    right.push_back(i);
  }
  chain(spec, left, words, 0);
  if (right.size() > 1) {
    chain(spec, right, words, 2);
  }
  broadcast(spec, root, words, 4);
}

// The unskewed all-reduce of mapper/chain.h over P tiles, L = P/2 of them left of the root and
// R = P-1-L right of it, L = R or R+1. Live are all first transfers in cycle s.
//  - The root consumes the left half's words in s+Lc … s+Lc+B-1 and resumes in s+Lc+B.
//  - The right half, if there is one, has arrived by then (Rc <= Lc): it waits in its places and
//  its
//    senders, flows at full rate once consumed, and costs s+B more.
//  - The root sets up again and sends in cycles T … T+B-1. The farthest tile is L hops away; all
//  wait
//    in their receives by then: it is done in T+B-1 + (2r+Lh+1) + 1.
std::int64_t all_reduce_form(const Latencies& m, int tiles, int words, int setup) {
  const int c = 2 * m.ramp + 1 + m.hop;
  const int left = tiles / 2;
  const int halves = tiles > 2 ? 2 : 1;
  const int sending = left * c + halves * (setup + words) + setup;
  return sending + words + 2 * m.ramp + 1 + left * m.hop;
}

// Tile i consumes word w in cycle w+ic and issues it on in the same one: the last tile, P-1 hops
// on, consumes its last word in (P-1)c+B-1.
TEST(ClosedForms, ChainReduce) {
  for (const Latencies& m : kMachines) {
    for (const int tiles : {2, 3, 4, 5, 8, 13, 16, 31, 64, 100}) {
      for (const int words : {1, 2, 3, 7, 8, 16, 63, 64, 500}) {
        ProgramSpec spec = mesh(m, tiles, 1);
        std::vector<int> all;
        for (int i = 0; i < tiles; ++i) {
          all.push_back(i);
        }
        chain(spec, all, words, 0);
        EXPECT_EQ(cycles_of(spec), words + (2 * m.ramp + 1 + m.hop) * (tiles - 1))
            << label(m, tiles, words);
      }
    }
  }
}

// The last word is issued in cycle B-1 and consumed at the far end after r + (P-1)h + r + 1; a fork
// costs nothing, and nearer tiles are done earlier.
TEST(ClosedForms, BroadcastAlongALine) {
  for (const Latencies& m : kMachines) {
    for (const int tiles : {2, 3, 4, 5, 8, 13, 16, 31, 64, 100}) {
      for (const int words : {1, 2, 3, 7, 8, 16, 63, 64, 500}) {
        ProgramSpec spec = mesh(m, tiles, 1);
        broadcast(spec, 0, words, 0);
        EXPECT_EQ(cycles_of(spec), words + 2 * m.ramp + 1 + m.hop * (tiles - 1))
            << label(m, tiles, words);
      }
    }
  }
}

// The same to the far corner, M+N-2 hops and one turn away.
TEST(ClosedForms, BroadcastOverAMesh) {
  for (const Latencies& m : kMachines) {
    for (const int width : {2, 3, 5, 8, 17}) {
      for (const int height : {2, 3, 4, 9, 16}) {
        for (const int words : {1, 5, 16, 64}) {
          ProgramSpec spec = mesh(m, width, height);
          broadcast(spec, 0, words, 0);
          EXPECT_EQ(cycles_of(spec), words + 2 * m.ramp + 1 + m.hop * (width + height - 2) + m.turn)
              << label(m, width * height, words);
        }
      }
    }
  }
}

// Ring on a line, closed by a color that runs back over P-1 hops. Each of 2(P-1) steps passes B/P
// words to the next tile: m+2r+1 and the hops in between. The slowest chain of steps follows 2(P-1)
// consecutive edges of the ring, all but two of two rounds of 2(P-1) hops; it crosses the long edge
// twice, so the two left out are single hops: 4(P-1)-2 = 4P-6.
TEST(ClosedForms, WrappedRingAllReduce) {
  for (const Latencies& m : kUnitHop) {
    for (const int tiles : {2, 3, 4, 5, 8, 16, 33}) {
      for (const int chunk : {1, 2, 5, 16, 64}) {
        ProgramSpec spec = mesh(m, tiles, 1);
        for (int i = 0; i + 1 < tiles; ++i) {
          one_hop(spec, i, i + 1, i % 3);
        }
        TreeSpec back{3, tiles - 1, {0}, {}};
        for (int i = tiles - 1; i > 0; --i) {
          back.links.emplace_back(i, i - 1);
        }
        spec.trees.push_back(back);
        for (int i = 0; i < tiles; ++i) {
          for (int step = 0; step < 2 * (tiles - 1); ++step) {
            const Opcode receive = step < tiles - 1 ? Opcode::recv_add : Opcode::recv_set;
            add(spec, i, {Opcode::send, chunk, i, -1, 0, 0});
            add(spec, i, {receive, chunk, -1, (i + tiles - 1) % tiles});
            add(spec, i, {Opcode::wait, 0, -1, -1, -1, 0});
          }
        }
        EXPECT_EQ(cycles_of(spec), 2 * (tiles - 1) * (chunk + 2 * m.ramp + 1) + 4 * tiles - 6)
            << label(m, tiles, chunk * tiles);
      }
    }
  }
}

TEST(ClosedForms, CenterRootedAllReduce) {
  for (const Latencies& m : kMachines) {
    for (int tiles = 2; tiles <= 64; tiles += kStride * (tiles < 16 ? 1 : 4)) {
      for (int words = 1; words <= 64; words += kStride * (words < 16 ? 1 : 8)) {
        for (const int setup : {0, 3}) {
          ProgramSpec spec = mesh(m, tiles, 1);
          spec.machine.mutable_tile()->mutable_setup()->set_transfer(setup);
          all_reduce(spec, words);
          EXPECT_EQ(cycles_of(spec), all_reduce_form(m, tiles, words, setup))
              << label(m, tiles, words) << " s " << setup;
        }
      }
    }
  }
}

// A step of a product over a column of P tiles: each multiplies its [M,K] by its [K,N] (fp16 in,
// fp32 out), then the column sums the M*N partial results. All tiles take
//   setup + max(ceil(MKN / rate), ceil(2(MK+KN) / read), ceil(4MN / write))
// for the product, after four descriptors of a cycle each: the all-reduce starts unskewed.
TEST(ClosedForms, ProductAndAllReduce) {
  struct Shape {
    int m, k, n;
  };
  // GEMV steps first, bound by the unit, by reads, by writes; then GEMM steps.
  const Shape shapes[] = {{1, 16, 16}, {1, 1, 64}, {1, 32, 3}, {1, 7, 5},  {1, 64, 33},
                          {4, 16, 16}, {8, 8, 8},  {3, 5, 7},  {16, 2, 1}, {16, 1, 4}};
  for (const Latencies& m : kMachines) {
    for (const int tiles : {2, 3, 4, 7, 8, 32}) {
      for (const Shape& shape : shapes) {
        for (const auto& [read, write] : {std::pair{16, 8}, std::pair{4, 8}, std::pair{16, 1}}) {
          ProgramSpec spec = mesh(m, 1, tiles);
          auto& tile = *spec.machine.mutable_tile();
          tile.set_read_bandwidth(read);
          tile.set_write_bandwidth(write);
          tile.mutable_setup()->set_compute(5);
          tile.mutable_setup()->set_transfer(3);
          tile.mutable_setup()->set_tensor_descriptor(1);
          for (int i = 0; i < tiles; ++i) {
            add(spec, i, {Opcode::mm, shape.m, -1, -1, -1, 0, shape.k, shape.n});
          }
          const int words = shape.m * shape.n;
          all_reduce(spec, words);
          const auto ceil_div = [](int a, int b) { return (a + b - 1) / b; };
          const int rate = tile.tensor_macs().f16();
          const int product =
              5 + std::max({ceil_div(shape.m * shape.k * shape.n, rate),
                            ceil_div(2 * (shape.m * shape.k + shape.k * shape.n), read),
                            ceil_div(4 * shape.m * shape.n, write)});
          EXPECT_EQ(cycles_of(spec), 4 + product + all_reduce_form(m, tiles, words, 3))
              << label(m, tiles, words)
              << fmt::format(" M {} K {} N {} read {} write {}", shape.m, shape.k, shape.n, read,
                             write);
        }
      }
    }
  }
}

// Up to the sides of a wafer and trains of 64 KiB.
const std::vector<int> kLongLines = {330, 512, 990};
const std::vector<int> kLongTrains = {1, 16, 4096, 16384};
constexpr Latencies kWafer{2, 1, 0, 1, 2};

std::vector<int> up_to(int count) {
  std::vector<int> all(static_cast<std::size_t>(count));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

// Words from a tile of a line to a lower one, over all hops between.
int hops_down(ProgramSpec& spec, int from, int to, int color) {
  TreeSpec tree{color, from, {to}, {}};
  for (int at = from; at > to; --at) {
    tree.links.emplace_back(at, at - 1);
  }
  spec.trees.push_back(tree);
  return static_cast<int>(spec.trees.size()) - 1;
}

TEST(ClosedFormsOfAWafer, ChainReduce) {
  for (const int tiles : kLongLines) {
    for (const int words : kLongTrains) {
      ProgramSpec spec = mesh(kWafer, tiles, 1);
      chain(spec, up_to(tiles), words, 0);
      EXPECT_EQ(cycles_of(spec), words + (2 * 2 + 1 + 1) * (tiles - 1))
          << label(kWafer, tiles, words);
    }
  }
}

TEST(ClosedFormsOfAWafer, Broadcast) {
  for (const int tiles : kLongLines) {
    for (const int words : kLongTrains) {
      ProgramSpec line = mesh(kWafer, tiles, 1);
      broadcast(line, 0, words, 0);
      EXPECT_EQ(cycles_of(line), words + 2 * 2 + 1 + tiles - 1) << label(kWafer, tiles, words);
    }
  }
}

// In round k a tile at an odd multiple of 2^k sends all it has 2^k hops down: B + 2r+1 + 2^k h.
TEST(ClosedFormsOfAWafer, TreeReduce) {
  for (const int rounds : {4, 7, 9}) {
    for (const int words : kLongTrains) {
      const int tiles = 1 << rounds;
      ProgramSpec spec = mesh(kWafer, tiles, 1);
      for (int k = 0; k < rounds; ++k) {
        for (int from = 1 << k; from < tiles; from += 2 << k) {
          const int to = from - (1 << k);
          const int tree = hops_down(spec, from, to, k);
          add(spec, from, {Opcode::send, words, tree, -1});
          add(spec, to, {Opcode::recv_add, words, -1, tree});
        }
      }
      EXPECT_EQ(cycles_of(spec), (words + 2 * 2 + 1) * rounds + tiles - 1)
          << label(kWafer, tiles, words);
    }
  }
}

// Groups of S tiles reduce along a chain, then their first tiles, S hops apart.
TEST(ClosedFormsOfAWafer, TwoPhaseReduce) {
  for (const int side : {4, 18, 31}) {
    for (const int words : kLongTrains) {
      ProgramSpec spec = mesh(kWafer, side * side, 1);
      for (int group = 0; group < side; ++group) {
        std::vector<int> tiles;
        for (int i = side - 1; i >= 0; --i) {
          tiles.push_back(group * side + i);
        }
        chain(spec, tiles, words, 0);
      }
      int in = -1;
      for (int group = side - 1; group > 0; --group) {
        const int out = hops_down(spec, group * side, (group - 1) * side, 2 + group % 2);
        add(spec, group * side, {in < 0 ? Opcode::send : Opcode::fwd_add, words, out, in});
        in = out;
      }
      add(spec, 0, {Opcode::recv_add, words, -1, in});
      EXPECT_EQ(cycles_of(spec), 2 * words + 2 * (2 * 2 + 1) * (side - 1) + side * side - 1)
          << label(kWafer, side * side, words);
    }
  }
}

// Loops, so that a program is short however many steps it takes.
TEST(ClosedFormsOfAWafer, WrappedRingAllReduce) {
  for (const auto& [tiles, chunk] : {std::pair{512, 32}, std::pair{990, 1}, std::pair{990, 16}}) {
    ProgramSpec spec = mesh(kWafer, tiles, 1);
    spec.machine.mutable_tile()->mutable_setup()->set_loop_iteration(0);
    for (int i = 0; i + 1 < tiles; ++i) {
      one_hop(spec, i, i + 1, i % 3);
    }
    hops_down(spec, tiles - 1, 0, 3);
    for (int i = 0; i < tiles; ++i) {
      for (const Opcode receive : {Opcode::recv_add, Opcode::recv_set}) {
        add(spec, i, {Opcode::loop, tiles - 1});
        add(spec, i, {Opcode::send, chunk, i, -1, 0, 0});
        add(spec, i, {receive, chunk, -1, (i + tiles - 1) % tiles});
        add(spec, i, {Opcode::wait, 0, -1, -1, -1, 0});
        add(spec, i, {Opcode::end});
      }
    }
    EXPECT_EQ(cycles_of(spec), 2 * (tiles - 1) * (chunk + 2 * 2 + 1) + 4 * tiles - 6)
        << label(kWafer, tiles, chunk * tiles);
  }
}

}  // namespace
}  // namespace weft::sim
