// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "tests/whole/fable.h"

namespace weft {
namespace {

// 30,208 predicted tokens of the validation text, 256 a window, every logit simulated.
TEST(Perplexity, WithinATenthOfAPercentOfFloat64) {
  const auto expected =
      nlohmann::json::parse(*read_file(fable_folder() + "/expected.json"))["perplexity"];
  cli::RunArguments arguments = fable_run("mesh8", "8x8");
  arguments.prompt.reset();
  arguments.check = "none";
  arguments.phase = "prefill";
  arguments.logits = "all";
  arguments.perplexity = fable_folder() + "/val_tokens.json";
  const auto outcome = cli::run(arguments);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_EQ(outcome->exit_code(), 0);
  const double want = expected["shipped_fp16_weights_float64"].get<double>();
  const double got = outcome->recording.summary().perplexity();
  fmt::print("perplexity {:.6f}, float64 {:.6f}, {:+.5f} %\n", got, want, (got / want - 1) * 100);
  EXPECT_NEAR(got, want, want * 0.001);
}

}  // namespace
}  // namespace weft
