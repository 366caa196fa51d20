// SPDX-License-Identifier: Apache-2.0
// The published decode schedule: verified, the same in both engines, and right against plain loops.
#include "mapper/waferllm/waferllm.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "arch/machine.h"
#include "isa/verify.h"
#include "sim/simulate.h"

namespace weft::mapper {
namespace {

using Matrix = std::vector<std::vector<double>>;

arch::Machine square(int tiles) {
  arch::Machine machine = *arch::load_machine("wse2");
  machine.mutable_grid()->set_width(tiles);
  machine.mutable_grid()->set_height(tiles);
  machine.clear_edge();
  return machine;
}

/// Host tensors of a model, small enough for fp16, and the same numbers for the loops.
class Numbers {
 public:
  explicit Numbers(const WaferLlm& m) {
    add("x", 1, m.dim, 1.0);
    add("gain", 1, m.dim, 1.0);
    for (const char* name : {"q", "k", "v", "o"}) {
      add(name, m.dim, m.dim, 0.3);
    }
    add("cache.k", m.dim, m.sequence, 0.5);
    add("cache.v", m.sequence, m.dim, 0.5);
    add("up", m.dim, m.ffn, 0.3);
    add("gate", m.dim, m.ffn, 0.3);
    add("down", m.ffn, m.dim, 0.3);
    if (m.pairs() > 0) {
      add("cos", 1, m.pairs() * m.tiles, 1.0);
      add("sin", 1, m.pairs() * m.tiles, 1.0);
    }
  }
  const Matrix& operator[](const std::string& name) const { return matrices_.at(name); }
  const sim::TensorSource& source() const { return source_; }

 private:
  void add(const std::string& name, int rows, int columns, double scale) {
    DenseTensor& tensor = source_.host["host." + name];
    tensor.shape = {rows, columns};
    Matrix& matrix = matrices_[name];
    matrix.resize(static_cast<std::size_t>(rows));
    for (auto& row : matrix) {
      for (int c = 0; c < columns; ++c) {
        // Multiples of 1/64: exact in fp16.
        const int steps = static_cast<int>(random_() % 129) - 64;
        row.push_back(scale * steps / 64 >= 0 ? std::floor(scale * steps) / 64
                                              : std::ceil(scale * steps) / 64);
        tensor.values.push_back(static_cast<float>(row.back()));
      }
    }
  }

  std::mt19937 random_{7};
  sim::TensorSource source_;
  std::map<std::string, Matrix> matrices_;
};

std::vector<double> times(const std::vector<double>& v, const Matrix& m) {
  std::vector<double> out(m.front().size(), 0);
  for (std::size_t k = 0; k < v.size(); ++k) {
    for (std::size_t n = 0; n < out.size(); ++n) {
      out[n] += v[k] * m[k][n];
    }
  }
  return out;
}

std::vector<double> normed(const std::vector<double>& x, const std::vector<double>& gain) {
  double sum = 0;
  for (const double value : x) {
    sum += value * value;
  }
  const double scale = 1 / std::sqrt(sum / static_cast<double>(x.size()) + 1e-6);
  std::vector<double> out;
  for (std::size_t i = 0; i < x.size(); ++i) {
    out.push_back(x[i] * gain[i] * scale);
  }
  return out;
}

void rotate(const WaferLlm& m, const Numbers& n, std::vector<double>& v) {
  for (int tile = 0; tile < m.tiles; ++tile) {
    for (int p = 0; p < m.pairs(); ++p) {
      const auto angle = static_cast<std::size_t>(tile * m.pairs() + p);
      double& even = v[static_cast<std::size_t>(tile * m.dim_tile() + 2 * p)];
      double& odd = v[static_cast<std::size_t>(tile * m.dim_tile() + 2 * p + 1)];
      const double was = even;
      even = was * n["cos"][0][angle] - odd * n["sin"][0][angle];
      odd = was * n["sin"][0][angle] + odd * n["cos"][0][angle];
    }
  }
}

std::vector<double> layer(const WaferLlm& m, const Numbers& n, std::vector<double> x) {
  const auto h = normed(x, n["gain"][0]);
  auto q = times(h, n["q"]);
  rotate(m, n, q);
  auto score = times(q, n["cache.k"]);
  double most = -INFINITY;
  for (double& s : score) {
    s /= std::sqrt(m.dim);
    most = std::max(most, s);
  }
  double sum = 0;
  for (double& s : score) {
    s = std::exp(s - most);
    sum += s;
  }
  for (double& s : score) {
    s /= sum;
  }
  const auto o = times(times(score, n["cache.v"]), n["o"]);
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] += o[i];
  }
  const auto z = normed(x, n["gain"][0]);
  auto up = times(z, n["up"]);
  const auto gate = times(z, n["gate"]);
  for (int i = 0; i < m.ffn; ++i) {
    double& u = up[static_cast<std::size_t>(i)];
    // The activation reaches as many elements of a tile as the model is wide there.
    u = (i % m.ffn_tile() < m.dim_tile() ? u / (1 + std::exp(-u)) : u) *
        gate[static_cast<std::size_t>(i)];
  }
  const auto down = times(up, n["down"]);
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] += down[i];
  }
  return x;
}

sim::RunResult run(const WaferLlm& model, sim::EngineKind engine, bool data) {
  const arch::Machine machine = square(model.tiles);
  std::vector<std::string> decisions;
  const auto bundle = map_waferllm(model, machine, decisions);
  EXPECT_TRUE(bundle.ok()) << bundle.error().message;
  const auto wrong = isa::find_violations(*bundle, machine);
  EXPECT_TRUE(wrong.empty()) << wrong.front();
  sim::Options options;
  options.engine = engine;
  options.data = data;
  const Numbers numbers(model);
  const auto result =
      sim::simulate(*bundle, machine, data ? numbers.source() : sim::TensorSource{}, options);
  EXPECT_TRUE(result.ok() && result->deadlock.empty());
  return *result;
}

const std::vector<WaferLlm>& models() {
  static const std::vector<WaferLlm> some = {
      {2, 1, 4, 8, 6, 1, 1},     {5, 2, 15, 25, 10, 2, 1},   {6, 2, 24, 36, 12, 1, 2},
      {9, 3, 27, 45, 36, 2, 1},  {12, 4, 12, 36, 24, 1, 1},  {16, 4, 32, 16, 48, 1, 1},
      {20, 4, 40, 60, 20, 1, 1}, {21, 5, 63, 105, 42, 1, 1}, {30, 5, 60, 30, 90, 1, 1}};
  return some;
}

TEST(WaferLlm, BothEnginesTakeTheSameCyclesAndGiveTheSameBits) {
  for (const WaferLlm& model : models()) {
    SCOPED_TRACE(fmt::format("{} tiles, {} groups, dim {}", model.tiles, model.groups, model.dim));
    const auto word = run(model, sim::EngineKind::word, true);
    const auto flow = run(model, sim::EngineKind::dataflow, true);
    const auto time = run(model, sim::EngineKind::dataflow, false);
    EXPECT_TRUE(flow.exact) << flow.exactness;
    EXPECT_EQ(flow.cycles, word.cycles);
    EXPECT_EQ(time.cycles, word.cycles);
    EXPECT_EQ(flow.tensors.at("x").values, word.tensors.at("x").values);
  }
}

TEST(WaferLlm, ALayerComputesWhatPlainLoopsInDoublePrecisionDo) {
  for (WaferLlm model : models()) {
    model.layers = model.tokens = 1;
    const Numbers numbers(model);
    const auto expected = layer(model, numbers, numbers["x"][0]);
    const auto result = run(model, sim::EngineKind::dataflow, true);
    const auto& shown = result.tensors.at("x").values;
    ASSERT_EQ(shown.size(), expected.size());
    double largest = 0;
    double error = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      largest = std::max(largest, std::abs(expected[i]));
      error = std::max(error, std::abs(expected[i] - shown[i]));
    }
    EXPECT_LT(error, 0.02 * largest) << model.tiles << " tiles";
  }
}

TEST(WaferLlm, EveryLayerAndTokenTakesAsLong) {
  WaferLlm model{12, 3, 24, 48, 36, 1, 1};
  const auto cycles = [&](int layers, int tokens) {
    model.layers = layers;
    model.tokens = tokens;
    return run(model, sim::EngineKind::dataflow, false).cycles.count();
  };
  const auto one = cycles(2, 1) - cycles(1, 1);
  EXPECT_EQ(cycles(7, 1), cycles(2, 1) + 5 * one);
  EXPECT_NEAR(static_cast<double>(cycles(3, 2)), static_cast<double>(cycles(6, 1)), 4);
}

TEST(WaferLlm, SizesAreThePublishedOnes) {
  const auto sizes = [](int tiles) {
    const WaferLlm model = WaferLlm::padded(tiles, 4096, 14336, 4096);
    return std::vector<int>{model.dim, model.ffn, model.sequence, model.groups};
  };
  EXPECT_THAT(sizes(420), testing::ElementsAre(4200, 14700, 4200, 20));
  EXPECT_THAT(sizes(540), testing::ElementsAre(4320, 14580, 4320, 20));
  EXPECT_THAT(sizes(660), testing::ElementsAre(4620, 14520, 4620, 22));
}

TEST(WaferLlm, RefusesWhatDoesNotFit) {
  const auto message = [](const WaferLlm& model) {
    std::vector<std::string> decisions;
    const auto bundle = map_waferllm(model, square(8), decisions);
    return bundle.ok() ? std::string() : bundle.error().message;
  };
  EXPECT_EQ(message({8, 2, 16, 16, 16, 1, 1}), "");
  EXPECT_THAT(message({9, 3, 18, 18, 18, 1, 1}), testing::HasSubstr("room for 2x2 to 8x8"));
  EXPECT_THAT(message({8, 9, 16, 16, 16, 1, 1}), testing::HasSubstr("take 1 to 8"));
  EXPECT_THAT(message({8, 2, 17, 16, 16, 1, 1}), testing::HasSubstr("dim 17: not a multiple of 8"));
  EXPECT_THAT(message({8, 2, 16, 16, 16, 0, 1}), testing::HasSubstr("at least one of each"));
  EXPECT_THAT(message({8, 2, 1600, 16, 16, 1, 1}), testing::HasSubstr("take more tiles"));
}

}  // namespace
}  // namespace weft::mapper
