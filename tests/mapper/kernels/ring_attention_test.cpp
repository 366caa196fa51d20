// SPDX-License-Identifier: Apache-2.0
#include "mapper/kernels/ring_attention.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "isa/layout.h"
#include "tests/mapper/kernels/kernel_run.h"

namespace weft::mapper {
namespace {

using isa::Axis;

KernelRun run_of(int height, const AttentionSize& size) {
  const RingAttention attention(height, size);
  const std::vector<int> colors = first_colors(attention.colors());
  KernelRun run;
  run.width = size.kv_heads;
  run.height = height;
  run.machine = roomy_machine();
  run.routes = attention.routes({0, 0, run.width, height}, colors);
  run.roles = attention.roles(colors);
  const Axis tokens = isa::block_axis(Axis::Y, size.tokens, height);
  const auto heads = [&](int count) {
    return isa::block_axis(Axis::X, count * size.kv_heads * size.head_dim, size.kv_heads);
  };
  run.loads = {load_of("host.q", "attn.q", size.dtype, tokens, heads(size.heads_per_group)),
               load_of("host.k", "attn.kv", size.dtype, tokens, heads(1)),
               load_of("host.v", "attn.kv", size.dtype, tokens, heads(1))};
  run.loads[2].set_offset(attention.block() * size.head_dim * bytes_of(size.dtype));
  run.probe.set_name("o");
  *run.probe.mutable_columns() = heads(size.heads_per_group);
  run.probe.set_rows(Axis::Y);
  run.result = "attn.o";
  run.rows = attention.block();
  run.columns = size.heads_per_group * size.head_dim;
  return run;
}

/// Causal attention by plain loops in double.
std::vector<double> expected(const AttentionSize& size, const DenseTensor& q, const DenseTensor& k,
                             const DenseTensor& v) {
  const int heads = size.kv_heads * size.heads_per_group;
  const int d = size.head_dim;
  std::vector<double> o;
  for (int t = 0; t < size.tokens; ++t) {
    for (int h = 0; h < heads; ++h) {
      const auto key = [&](const DenseTensor& x, int s, int i) {
        return static_cast<double>(x.values[static_cast<std::size_t>(
            (s * size.kv_heads + h / size.heads_per_group) * d + i)]);
      };
      std::vector<double> p;
      double sum = 0;
      for (int s = 0; s <= t; ++s) {
        double score = 0;
        for (int i = 0; i < d; ++i) {
          score += q.values[static_cast<std::size_t>((t * heads + h) * d + i)] * key(k, s, i);
        }
        p.push_back(std::exp(score * static_cast<double>(size.scale)));
        sum += p.back();
      }
      for (int i = 0; i < d; ++i) {
        double out = 0;
        for (int s = 0; s <= t; ++s) {
          out += p[static_cast<std::size_t>(s)] * key(v, s, i);
        }
        o.push_back(out / sum);
      }
    }
  }
  return o;
}

TEST(RingAttention, EqualsPlainLoopsOnEveryHeight) {
  const AttentionSize sizes[] = {{1, 1, 1, 2, 1.0F, DType::f32},
                                 {9, 2, 4, 6, 0.05F, DType::f16},
                                 {21, 3, 1, 4, 0.1F, DType::bf16},
                                 {40, 1, 2, 8, 0.03F, DType::f16}};
  for (const int height : {1, 2, 3, 4, 5, 6, 7, 10}) {
    for (const AttentionSize& size : sizes) {
      SCOPED_TRACE(fmt::format("{} tiles a head, {} tokens", height, size.tokens));
      const int kv = size.kv_heads * size.head_dim;
      const DenseTensor q = small_numbers(size.tokens, kv * size.heads_per_group, 1);
      const DenseTensor k = small_numbers(size.tokens, kv, 2);
      const DenseTensor v = small_numbers(size.tokens, kv, 3);
      sim::TensorSource operands;
      operands.host = {{"host.q", q}, {"host.k", k}, {"host.v", v}};
      const auto result = both_engines(run_of(height, size), operands);
      const auto shown = result.tensors.find("o");
      ASSERT_NE(shown, result.tensors.end());
      const std::vector<double> wanted = expected(size, q, k, v);
      ASSERT_GE(shown->second.values.size(), wanted.size());
      for (std::size_t i = 0; i < wanted.size(); ++i) {
        ASSERT_NEAR(static_cast<double>(shown->second.values[i]), wanted[i], 2e-5) << i;
      }
    }
  }
}

TEST(RingAttention, TakesTheCyclesItSays) {
  for (const int height : {16, 33, 100}) {
    for (const int block : {2, 8, 24}) {
      const AttentionSize size{height * block, 2, 4, 32, 0.1F, DType::f16};
      const auto ran = time_of(run_of(height, size));
      EXPECT_TRUE(ran.exact) << ran.exactness;
      const auto simulated = static_cast<double>(ran.cycles.count());
      const auto said = static_cast<double>(RingAttention(height, size).cycles(roomy_machine()));
      EXPECT_LT(std::abs(said / simulated - 1), 0.05)
          << height << ", " << block << ": " << said << " said, " << simulated << " simulated";
    }
  }
}

}  // namespace
}  // namespace weft::mapper
