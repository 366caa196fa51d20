// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>

#include "arch/machine.h"
#include "bench/measurements.h"
#include "cli/run.h"
#include "isa/bundle.h"
#include "isa/text.h"

namespace weft {
namespace {

// Rows, column and broadcast of bench/wafer_sum.weft, added up from the closed forms of
// docs/timing_model.md with the machine's own numbers.
std::int64_t wafer_sum_cycles(const arch::Machine& machine) {
  const std::int64_t words = 16;
  const std::int64_t width = machine.grid().width();
  const std::int64_t height = machine.grid().height();
  const auto& setup = machine.tile().setup();
  const auto& fabric = machine.fabric();
  const std::int64_t ramps = 2 * fabric.ramp_latency() + 1;
  const std::int64_t hop = fabric.hop_latency();
  const std::int64_t fill = setup.tensor_descriptor() + setup.compute() + words;
  const std::int64_t rows = words + (ramps + hop) * (width - 1);
  const std::int64_t column = words + (ramps + hop) * (height - 1);
  const std::int64_t broadcast = words + ramps + hop * (width + height - 2) + fabric.turn_latency();
  return fill + 3 * setup.transfer() + rows + column + broadcast;
}

TEST(Wafer, All745500TilesAddUpInTheCyclesOfTheClosedForms) {
  const auto machine = arch::load_machine("wse2", {});
  ASSERT_TRUE(machine.ok()) << machine.error().message;
  ASSERT_EQ(machine->grid().width() * machine->grid().height(), 745'500);

  cli::RunArguments arguments;
  arguments.arch = "wse2";
  const auto bundle = isa::parse_bundle(bench::wafer_sum_text(), "wafer_sum.weft");
  ASSERT_TRUE(bundle.ok()) << bundle.error().message;
  const auto file = std::filesystem::temp_directory_path() / "weft_wafer_sum.bundle";
  ASSERT_TRUE(isa::write_bundle(file, *bundle).ok());
  arguments.bundle = file.string();
  arguments.data = "off";
  const auto outcome = cli::run(arguments);
  std::filesystem::remove(file);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_EQ(outcome->result.cycles.count(), wafer_sum_cycles(*machine));
  EXPECT_EQ(outcome->result.tiles.size(), 745'500U);
  EXPECT_TRUE(outcome->result.exact) << outcome->result.exactness;
  EXPECT_EQ(outcome->exit_code(), 0);
}

TEST(Wafer, EightSequencesOfLlamaSideBySideAreExactAndPayOff) {
  cli::RunArguments arguments;
  arguments.arch = "wse2";
  arguments.model = "llama-3-8b";
  arguments.phase = "decode";
  arguments.sequence = 4096;
  arguments.new_tokens = 1;
  arguments.data = "off";
  std::int64_t cycles[2] = {};
  for (const int i : {0, 1}) {
    arguments.batch = i == 0 ? 1 : 8;
    const auto outcome = cli::run(arguments);
    ASSERT_TRUE(outcome.ok()) << outcome.error().message;
    EXPECT_TRUE(outcome->result.exact) << outcome->result.exactness;
    EXPECT_TRUE(outcome->result.vectors) << outcome->result.scalar_because;
    cycles[i] = outcome->result.cycles.count();
  }
  EXPECT_GT(cycles[1], cycles[0]);
  EXPECT_LT(cycles[1], 4 * cycles[0]);
}

}  // namespace
}  // namespace weft
