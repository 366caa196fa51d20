// SPDX-License-Identifier: Apache-2.0
#include "reference/kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "reference/perplexity.h"

namespace weft::reference {
namespace {

TEST(Kernels, LinearOfEveryRemainderInBothTypes) {
  for (std::int64_t rows : {1, 3, 4, 9}) {
    for (std::int64_t outputs : {1, 7, 8, 19}) {
      const std::int64_t inputs = 5;
      std::vector<double> x;
      std::vector<double> w;
      for (std::int64_t i = 0; i < rows * inputs; ++i) {
        x.push_back(static_cast<double>(i % 7 - 3));
      }
      for (std::int64_t i = 0; i < inputs * outputs; ++i) {
        w.push_back(static_cast<double>(i % 5 - 2));
      }
      const std::vector<float> x32(x.begin(), x.end());
      const std::vector<float> w32(w.begin(), w.end());
      std::vector<double> y(static_cast<std::size_t>(rows * outputs));
      std::vector<float> y32(y.size());
      linear(x.data(), w.data(), rows, inputs, outputs, y.data());
      linear(x32.data(), w32.data(), rows, inputs, outputs, y32.data());
      for (std::int64_t r = 0; r < rows; ++r) {
        for (std::int64_t c = 0; c < outputs; ++c) {
          double sum = 0;
          for (std::int64_t k = 0; k < inputs; ++k) {
            sum += x[static_cast<std::size_t>(r * inputs + k)] *
                   w[static_cast<std::size_t>(k * outputs + c)];
          }
          ASSERT_EQ(y[static_cast<std::size_t>(r * outputs + c)], sum);
          ASSERT_EQ(y32[static_cast<std::size_t>(r * outputs + c)], sum);
        }
      }
    }
  }
}

TEST(Kernels, NormByHand) {
  const std::vector<double> x{3, -4};
  const std::vector<double> gain{2, 0.5};
  std::vector<double> y(2);
  rms_norm(x.data(), gain.data(), 1, 2, 0.0, y.data());
  EXPECT_DOUBLE_EQ(y[0], 2 * 3 / std::sqrt(12.5));
  EXPECT_DOUBLE_EQ(y[1], 0.5 * -4 / std::sqrt(12.5));
  rms_norm(x.data(), gain.data(), 1, 2, 87.5, y.data());
  EXPECT_DOUBLE_EQ(y[0], 0.6);
}

TEST(Kernels, RopeRotatesHalvesByPosition) {
  // head_dim 4, theta 100: frequencies 1 and 0.1; two heads share the angles.
  const std::vector<double> x{1, 0, 0, 1, 1, 0, 0, 1, 1, 2, 3, 4, 0, 0, 1, 0};
  std::vector<double> y(16);
  std::vector<double> magnitude(16);
  rope(x.data(), 2, {2, 4, 100.0}, y.data(), magnitude.data());
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(y[i], x[i]);  // position 0 is not turned
  }
  EXPECT_DOUBLE_EQ(y[8], 1 * std::cos(1.0) - 3 * std::sin(1.0));
  EXPECT_DOUBLE_EQ(y[9], 2 * std::cos(0.1) - 4 * std::sin(0.1));
  EXPECT_DOUBLE_EQ(y[10], 3 * std::cos(1.0) + 1 * std::sin(1.0));
  EXPECT_DOUBLE_EQ(y[11], 4 * std::cos(0.1) + 2 * std::sin(0.1));
  EXPECT_DOUBLE_EQ(y[12], -std::sin(1.0));
  EXPECT_DOUBLE_EQ(magnitude[8], 1 * std::cos(1.0) + 3 * std::sin(1.0));
}

TEST(Kernels, RopeOfLongContextsTurnsSlowPairsSlower) {
  // Theta 10^4, head_dim 8: frequencies 1, 0.1, 0.01, 0.001; 15.9, 1.59, 0.159 and 0.0159 turns in
  // 100 positions. Between 1 and 3 turns 0.1 is kept to a part of 0.2958 and the rest halved.
  const std::vector<double> x(16, 1);
  std::vector<double> y(16);
  double* const none = nullptr;
  rope(x.data(), 2, {1, 8, 1e4, 2, 1, 3, 100}, y.data(), none);
  const double part = (10 / (2 * std::numbers::pi) - 1) / 2;
  const double frequencies[] = {1, part * 0.1 + (1 - part) * 0.05, 0.005, 0.0005};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_DOUBLE_EQ(y[8 + i], std::cos(frequencies[i]) - std::sin(frequencies[i])) << i;
  }
}

TEST(Kernels, AttentionIsCausalAndGrouped) {
  // Two query heads on one key head of width 2; the second row sees both keys.
  const double half_log = std::numbers::ln2;  // scores 0 and ln 2: probabilities 1/3 and 2/3
  const std::vector<double> q{5, 5, 5, 5, 1, 0, 0, 1};
  const std::vector<double> k{0, 0, half_log, 0};
  const std::vector<double> v{3, -3, 6, 9};
  std::vector<double> y(8);
  std::vector<double> magnitude(8);
  std::vector<double> scores(8);
  attention(q.data(), k.data(), v.data(), 2, {2, 1, 2, 1.0}, y.data(), magnitude.data(),
            scores.data());
  EXPECT_EQ((std::vector<double>(y.begin(), y.begin() + 4)), (std::vector<double>{3, -3, 3, -3}));
  EXPECT_NEAR(y[4], 5, 1e-14);
  EXPECT_NEAR(y[5], 5, 1e-14);
  EXPECT_NEAR(y[6], 4.5, 1e-14);
  EXPECT_NEAR(y[7], 3, 1e-14);
  EXPECT_NEAR(magnitude[5], 7, 1e-14);
  EXPECT_DOUBLE_EQ(scores[4], half_log);
  EXPECT_EQ(scores[6], 0);
}

TEST(Kernels, SiluAndArgmax) {
  const std::vector<double> gate{0, 1, -1000, 1000};
  const std::vector<double> up{7, 2, 3, 3};
  std::vector<double> y(4);
  silu_mul(gate.data(), up.data(), 4, y.data());
  EXPECT_EQ(y[0], 0);
  EXPECT_DOUBLE_EQ(y[1], 2 / (1 + std::exp(-1.0)));
  EXPECT_EQ(y[2], 0);
  EXPECT_EQ(y[3], 3000);
  const std::vector<double> tie{1, 4, 4, 2};
  EXPECT_EQ(argmax(tie.data(), 4), 1);
}

TEST(Perplexity, OfUniformAndCertainRows) {
  EXPECT_NEAR(negative_log_likelihood(std::vector<double>(8, 1000.0), 3), std::log(8.0), 1e-12);
  EXPECT_NEAR(negative_log_likelihood(std::vector<double>{0, 50}, 1), 0, 1e-12);
  EXPECT_NEAR(negative_log_likelihood(std::vector<double>{0, 50}, 0), 50, 1e-12);
}

}  // namespace
}  // namespace weft::reference
