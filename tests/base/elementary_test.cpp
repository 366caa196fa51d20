// SPDX-License-Identifier: Apache-2.0
#include "base/elementary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace weft {
namespace {

double ulp_error(float value, double exact) {
  const float near = static_cast<float>(exact);
  const double ulp = std::nextafter(std::fabs(near), INFINITY) - std::fabs(near);
  return std::fabs(value - exact) / ulp;
}

TEST(Elementary, ExpWithinOneUlp) {
  double worst = 0;
  for (double x = -87; x < 88; x += 0.000371) {
    const float xf = static_cast<float>(x);
    worst = std::max(worst, ulp_error(exp_f32(xf), std::exp(static_cast<double>(xf))));
  }
  EXPECT_LE(worst, 1.0);
}

TEST(Elementary, ExpAtTheEdges) {
  EXPECT_EQ(exp_f32(0.0f), 1.0f);
  EXPECT_EQ(exp_f32(-INFINITY), 0.0f);
  EXPECT_EQ(exp_f32(INFINITY), INFINITY);
  EXPECT_TRUE(std::isnan(exp_f32(NAN)));
  EXPECT_GT(exp_f32(-103.0f), 0.0f);  // subnormal, not flushed
  EXPECT_EQ(exp_f32(88.8f), INFINITY);
}

TEST(Elementary, SiluWithinOneUlp) {
  double worst = 0;
  for (double x = -80; x < 80; x += 0.00057) {
    const float xf = static_cast<float>(x);
    const double exact = xf / (1.0 + std::exp(-static_cast<double>(xf)));
    worst = std::max(worst, ulp_error(silu_f32(xf), exact));
  }
  EXPECT_LE(worst, 1.0);
  EXPECT_EQ(silu_f32(0.0f), 0.0f);
  EXPECT_TRUE(std::isnan(silu_f32(std::numeric_limits<float>::quiet_NaN())));
  for (const float large : {105.0f, 710.0f, 1000.0f, 3e38f}) {
    EXPECT_EQ(silu_f32(large), large);
    EXPECT_EQ(silu_f32(-large), 0.0f);
  }
}

TEST(Elementary, RsqrtWithinOneUlp) {
  double worst = 0;
  for (double x = 1e-12; x < 1e12; x *= 1.0013) {
    const float xf = static_cast<float>(x);
    worst = std::max(worst, ulp_error(rsqrt_f32(xf), 1.0 / std::sqrt(static_cast<double>(xf))));
  }
  EXPECT_LE(worst, 1.0);
}

}  // namespace
}  // namespace weft
