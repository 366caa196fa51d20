// SPDX-License-Identifier: Apache-2.0
// The program of docs/examples/edge_double.weft, from text to values that went through edge memory.
#include <gmock/gmock.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "base/half.h"
#include "base/tensor_file.h"
#include "tests/cli/refusal.h"

namespace weft::cli {
namespace {

using testing::HasSubstr;

class EdgeRun : public testing::Test {
 protected:
  EdgeRun() {
    const Outcome made = place_.weft({"asm", WEFT_SOURCE_DIR "/docs/examples/edge_double.weft",
                                      "--out", "edge.bundle", "--arch", "mesh8"});
    EXPECT_EQ(made.exit_code, 0) << made.err;
    place_.write("edge.bundle", place_.read("edge.bundle"));
  }

  Words run(const Words& more) {
    return Words{"run", "--arch", "mesh8", "--bundle", "edge.bundle"} + more;
  }

  std::vector<float> values(const TensorFile& file, const std::string& name) {
    const TensorView* view = file.find(name);
    EXPECT_NE(view, nullptr) << name;
    std::vector<float> result;
    for (std::int64_t i = 0; view != nullptr && i < view->elements(); ++i) {
      result.push_back(load_element(view->data.data(), view->dtype, i));
    }
    return result;
  }

  Workplace place_;
};

TEST_F(EdgeRun, ValuesOfTheCheckpointComeThrough) {
  const Outcome outcome =
      place_.weft(run({"--model", "fable-1m", "--out", "o", "--tensors", "--json"}));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const auto file = TensorFile::open(place_ / "o/tensors.safetensors");
  const auto weights = TensorFile::open(WEFT_SOURCE_DIR "/models/zoo/fable-1m/model.safetensors");
  ASSERT_TRUE(file.ok() && weights.ok());
  const std::vector<float> norm = values(*weights, "model.norm.weight");
  ASSERT_EQ(norm.size(), 128U);
  EXPECT_EQ(values(*file, "read"), norm);
  std::vector<float> doubled;
  for (const float value : norm) {
    doubled.push_back(value + value);
  }
  EXPECT_EQ(values(*file, "doubled"), doubled);
  // 512 bytes at 250/17 a cycle after 100 cycles: 135 from 4 to 139, of which the core sets up 1
  // and computes 65; 133 for the addition; set-up of 3 and another 135.
  const auto report = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(report["cycles"], 139 + 133 + 3 + 135);
  EXPECT_NEAR(report["bins"]["memory"].get<double>(), (139 - 65 + 135) / 410.0, 1e-9);
}

TEST_F(EdgeRun, TheSameCyclesFromEveryEngineAndWithoutValues) {
  for (const Words& more : {Words{"--data", "off"}, Words{"--engine", "word", "--data", "off"},
                            Words{"--engine", "word", "--model", "fable-1m"}}) {
    const Outcome outcome = place_.weft(run(more + Words{"--json"}));
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_EQ(nlohmann::json::parse(outcome.out)["cycles"], 410);
  }
}

TEST_F(EdgeRun, WithoutTheCheckpointItsTensorIsNamed) {
  expect_refused(place_, run({"--out", "o"}), kInput, {"it loads model.norm.weight; give --model"});
}

TEST_F(EdgeRun, ATraceShowsTheWaitForMemory) {
  const Outcome outcome =
      place_.weft(run({"--model", "fable-1m", "--out", "o", "--trace-tiles", "0:1,2:3"}));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const Outcome trace = place_.weft({"trace", "o", "--perfetto", "t.perfetto"});
  ASSERT_EQ(trace.exit_code, 0) << trace.err;
  const Outcome checked = place_.weft({"trace", "--check", "t.perfetto"});
  EXPECT_EQ(checked.exit_code, 0) << checked.err;
  EXPECT_THAT(place_.read("t.perfetto"), HasSubstr("memory"));
}

TEST_F(EdgeRun, TheTextComesBackInItsOneForm) {
  const Outcome shown = place_.weft({"disasm", "edge.bundle"});
  EXPECT_THAT(shown.out, HasSubstr(".edge_load model.norm.weight 0x1000 f32 [1, 128]\n"
                                   ".edge_show doubled 0x2000 f32 [1, 128]\n"));
  EXPECT_THAT(shown.out, HasSubstr("  edge.read t0, 4096, q0, e0\n"));
}

}  // namespace
}  // namespace weft::cli
