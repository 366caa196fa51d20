// SPDX-License-Identifier: Apache-2.0
#include "sim/word/dense_kernels.h"

#include <bit>

namespace weft::sim::word {
namespace {

// Plain loops the compiler vectorizes; each is compiled once for every instruction set below.
#define WEFT_INLINE [[gnu::always_inline]] inline

using Word = std::uint64_t;

WEFT_INLINE Word block_row(const Word* f, const Word* to, const Word* ahead, Word* b,
                           std::size_t count) {
  Word grown = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const Word held = f[i] & to[i] & ahead[i] & ~b[i];
    b[i] |= held;
    grown |= held;
  }
  return grown;
}

WEFT_INLINE bool block_rows_loop(const DenseGeometry& g, const Plane& full, const Plane& south,
                                 const Plane& north, Plane& blocked) {
  Word grown = 0;
  const std::size_t s = g.stride;
  for (std::size_t y = g.height; y-- > 0;) {
    const std::size_t row = (y + 1) * s + 1;
    Word* b = blocked.data() + row;
    grown |= block_row(full.data() + row, south.data() + row, b + s, b, s - 1);
  }
  for (std::size_t y = 0; y < g.height; ++y) {
    const std::size_t row = (y + 1) * s + 1;
    Word* b = blocked.data() + row;
    grown |= block_row(full.data() + row, north.data() + row, b - s, b, s - 1);
  }
  return grown != 0;
}

// Bits of `through` reached from `seeds`, which are among them, towards higher bits: the carry of
// an addition runs through ones.
WEFT_INLINE Word flood_up(Word through, Word seeds) {
  return (through & ((through + seeds) ^ through)) | seeds;
}

// … towards lower bits, by doubling.
WEFT_INLINE Word flood_down(Word through, Word seeds) {
  for (int step = 1; step < 64; step *= 2) {
    seeds |= through & (seeds >> step);
    through &= through >> step;
  }
  return seeds;
}

WEFT_INLINE bool block_columns_loop(const DenseGeometry& g, const Plane& full, const Plane& east,
                                    const Plane& west, Plane& blocked) {
  Word grown = 0;
  for (std::size_t y = 0; y < g.height; ++y) {
    const std::size_t row = (y + 1) * g.stride + 1;
    const Word* f = full.data() + row;
    const Word* e = east.data() + row;
    const Word* w = west.data() + row;
    Word* b = blocked.data() + row;
    Word any = 0;
    for (std::size_t i = 0; i + 1 < g.stride; ++i) {
      any |= b[i];
    }
    if (any == 0) {
      continue;
    }
    const auto words = static_cast<std::ptrdiff_t>(g.stride) - 1;
    for (std::ptrdiff_t i = 0; i < words; ++i) {  // what goes west is held from the left
      const Word through = f[i] & w[i];
      const Word seeds = through & (b[i] << 1 | b[i - 1] >> 63);
      if (seeds != 0) {
        const Word held = flood_up(through, seeds) & ~b[i];
        b[i] |= held;
        grown |= held;
      }
    }
    for (std::size_t i = g.stride - 1; i-- > 0;) {  // what goes east, from the right
      const Word through = f[i] & e[i];
      const Word seeds = through & (b[i] >> 1 | b[i + 1] << 63);
      if (seeds != 0) {
        const Word held = flood_down(through, seeds) & ~b[i];
        b[i] |= held;
        grown |= held;
      }
    }
  }
  return grown != 0;
}

WEFT_INLINE void find_moving_loop(const Plane& full, const Plane& blocked, Plane& moving) {
  const Word* f = full.data();
  const Word* b = blocked.data();
  Word* m = moving.data();
  for (std::size_t i = 0; i < full.size(); ++i) {
    m[i] = f[i] & ~b[i];
  }
}

// In pieces that stay in the nearest cache; directions no word takes are not read.
WEFT_INLINE DenseMove move_loop(const DenseGeometry& g, const Plane& moving, const DenseWays& to,
                                Plane& arriving) {
  constexpr std::size_t kPiece = 512;
  const std::size_t s = g.stride;
  const Word* m = moving.data();
  Word* a = arriving.data();
  DenseMove moved;
  for (std::size_t begin = s; begin < (g.height + 1) * s; begin += kPiece) {
    const std::size_t end =
        begin + kPiece < (g.height + 1) * s ? begin + kPiece : (g.height + 1) * s;
    for (std::size_t i = begin; i < end; ++i) {
      a[i] = 0;
    }
    if (to.east != nullptr) {
      for (std::size_t i = begin; i < end; ++i) {
        a[i] |= (m[i] & to.east[i]) << 1 | (m[i - 1] & to.east[i - 1]) >> 63;
      }
    }
    if (to.west != nullptr) {
      for (std::size_t i = begin; i < end; ++i) {
        a[i] |= (m[i] & to.west[i]) >> 1 | (m[i + 1] & to.west[i + 1]) << 63;
      }
    }
    if (to.south != nullptr) {
      for (std::size_t i = begin; i < end; ++i) {
        a[i] |= m[i - s] & to.south[i - s];
      }
    }
    if (to.north != nullptr) {
      for (std::size_t i = begin; i < end; ++i) {
        a[i] |= m[i + s] & to.north[i + s];
      }
    }
    for (std::size_t i = begin; i < end; ++i) {
      moved.left += std::popcount(m[i]);
      moved.entered += std::popcount(a[i]);
    }
  }
  return moved;
}

WEFT_INLINE void settle_loop(const Plane& arriving, const Plane& blocked, Plane& full,
                             Plane& fresh) {
  const Word* a = arriving.data();
  const Word* b = blocked.data();
  Word* f = full.data();
  Word* n = fresh.data();
  for (std::size_t i = 0; i < arriving.size(); ++i) {
    f[i] = b[i] | a[i];
    n[i] = a[i];
  }
}

#define WEFT_DENSE_KERNELS(SET, TARGET)                                                            \
  struct SET {                                                                                     \
    TARGET static bool block_rows(const DenseGeometry& g, const Plane& full, const Plane& south,   \
                                  const Plane& north, Plane& blocked) {                            \
      return block_rows_loop(g, full, south, north, blocked);                                      \
    }                                                                                              \
    TARGET static bool block_columns(const DenseGeometry& g, const Plane& full, const Plane& east, \
                                     const Plane& west, Plane& blocked) {                          \
      return block_columns_loop(g, full, east, west, blocked);                                     \
    }                                                                                              \
    TARGET static void find_moving(const Plane& full, const Plane& blocked, Plane& moving) {       \
      find_moving_loop(full, blocked, moving);                                                     \
    }                                                                                              \
    TARGET static DenseMove move(const DenseGeometry& g, const Plane& moving, const DenseWays& to, \
                                 Plane& arriving) {                                                \
      return move_loop(g, moving, to, arriving);                                                   \
    }                                                                                              \
    TARGET static void settle(const Plane& arriving, const Plane& blocked, Plane& full,            \
                              Plane& fresh) {                                                      \
      settle_loop(arriving, blocked, full, fresh);                                                 \
    }                                                                                              \
    static DenseKernels kernels(std::string_view name) {                                           \
      return {name, block_rows, block_columns, find_moving, move, settle};                         \
    }                                                                                              \
  };

WEFT_DENSE_KERNELS(Portable, )
#if defined(__x86_64__)
WEFT_DENSE_KERNELS(Avx2, [[gnu::target("avx2,popcnt")]])
WEFT_DENSE_KERNELS(Avx512, [[gnu::target("avx512f,avx512bw,avx512vl,avx512vpopcntdq,popcnt")]])
#endif

std::vector<DenseKernels> find_kernels() {
  std::vector<DenseKernels> found;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512vpopcntdq")) {
    found.push_back(Avx512::kernels("avx512"));
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt")) {
    found.push_back(Avx2::kernels("avx2"));
  }
#endif
  found.push_back(Portable::kernels("portable"));
  return found;
}

}  // namespace

const std::vector<DenseKernels>& all_dense_kernels() {
  static const std::vector<DenseKernels> kernels = find_kernels();
  return kernels;
}

}  // namespace weft::sim::word
