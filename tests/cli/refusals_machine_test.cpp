// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <regex>

#include "tests/cli/refusal.h"

namespace weft::cli {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

Words run_on(const std::string& machine) {
  return {"run", "--arch", machine, "--model", "fable-1m", "--prompt", "x"};
}

TEST(MachineRefusals, Presets) {
  const Workplace place;
  expect_refused(place, run_on("mesh9"), kInput,
                 {"no machine 'mesh9': neither a preset (", "(did you mean 'mesh8'?)"});
  expect_refused(place, run_on("no.yaml"), kInput, {"no machine 'no.yaml'", "nor a file"});
  expect_refused(place, run_on("models"), kIo, {"machine 'models': is a folder; give a YAML"});
  expect_refused(place, {"arch", "check", "mesh33"}, kInput, {"did you mean"});
}

TEST(MachineRefusals, Overrides) {
  const Workplace place;
  const auto refused = [&](const std::string& assignment, const Words& parts) {
    expect_refused(place, run_fable({"--prompt", "x", "--set", assignment}), kInput, parts);
    expect_refused(place, {"arch", "show", "mesh8", "--set", assignment}, kInput, parts);
  };
  refused("tile.sramm=128KiB", {"--set tile.sramm=128KiB: unknown field", "did you mean 'sram'?"});
  refused("tile.sram=128", {"--set tile.sram=128:", "has no unit, write one of B, kB, KiB"});
  refused("tile.sram=0KiB", {"is out of range, 1 KiB to 1 GiB"});
  refused("tile.sram=roomy", {"expected a whole number with a unit", "got 'roomy'"});
  refused("fabric.colors=many", {"--set fabric.colors=many: fabric.colors:", "'many'"});
  refused("tile.sram", {"--set tile.sram: expected path=value, such as"});
}

TEST(MachineRefusals, TwoFaultsAreTwoLines) {
  const Workplace place;
  const Outcome outcome =
      place.weft(run_fable({"--prompt", "x", "--set", "tile.srm=1KiB", "--set", "frequency=1"}));
  EXPECT_EQ(outcome.exit_code, kInput);
  const auto lines = outcome.error_lines();
  ASSERT_THAT(lines, SizeIs(2)) << outcome.err;
  EXPECT_THAT(lines[0], HasSubstr("weft: --set tile.srm=1KiB: unknown field"));
  EXPECT_THAT(lines[1], HasSubstr("weft: --set frequency=1: "));
}

TEST(MachineRefusals, FileWithAMisspeltKey) {
  const Workplace place;
  const Outcome shown = place.weft(run_fable({"--prompt", "x", "--new-tokens", "1", "--json"}));
  const std::string mark = "\"machine_yaml\": \"";
  std::string yaml = shown.out.substr(shown.out.find(mark) + mark.size());
  yaml = std::regex_replace(yaml.substr(0, yaml.rfind('"')), std::regex(R"(\\n)"), "\n");
  yaml = std::regex_replace(yaml, std::regex(R"(\\")"), "\"");
  place.write("mine.yaml", yaml);
  EXPECT_EQ(place.weft({"arch", "check", "mine.yaml"}).exit_code, 0);
  const std::string extra =
      std::regex_replace(yaml, std::regex("  sram:"), "  sramm: 1 KiB\n  sram:");
  place.write("mine.yaml", extra);
  expect_refused(place, run_on("mine.yaml"), kInput,
                 {"weft: mine.yaml:8:3: unknown key 'sramm' in tile (did you mean 'sram'?)"});
  // In the place of the right one, which is not missing on top.
  place.write("mine.yaml", std::regex_replace(yaml, std::regex("  sram:"), "  sramm:"));
  expect_refused(place, {"arch", "check", "mine.yaml"}, kInput,
                 {"weft: mine.yaml:8:3: unknown key 'sramm' in tile (did you mean 'sram'?)"});
  // What is not near any name is missing on top.
  place.write("mine.yaml", std::regex_replace(yaml, std::regex("  sram:"), "  memory:"));
  EXPECT_THAT(place.weft({"arch", "check", "mine.yaml"}).error_lines(),
              testing::ElementsAre(HasSubstr("missing key 'sram' in tile"),
                                   HasSubstr("unknown key 'memory' in tile")));
}

TEST(MachineRefusals, Region) {
  const Workplace place;
  const auto refused = [&](const std::string& region, const std::string& part) {
    expect_refused(place, run_fable({"--prompt", "x", "--out", "o", "--region", region}), kInput,
                   {"--region", part});
  };
  refused("9x9", "9x9 at (0,0) does not fit machine mesh8, which has 8x8 tiles");
  refused("4x4+6+6", "4x4 at (6,6) does not fit machine mesh8");
  refused("4x4+-1+0", "does not fit machine mesh8");
  refused("2147483647x1+2147483647+0", "does not fit machine mesh8");
  refused("0x4", "a region has at least one tile");
  refused("-1x4", "a region has at least one tile");
  refused("garbage", "write WIDTHxHEIGHT, or WIDTHxHEIGHT+X+Y");
  refused("4x", "write WIDTHxHEIGHT");
  refused("4x4+1", "write WIDTHxHEIGHT");
  refused("99999999999x2", "write WIDTHxHEIGHT");
}

TEST(MachineRefusals, ModelThatDoesNotFit) {
  const Workplace place;
  const Words task{"--prompt", "x", "--new-tokens", "1", "--out", "deep/folder"};
  const Words small = run_fable(task) + Words{"--region", "2x2"};
  expect_refused(place, small, kInput,
                 {"fable-1m does not fit region 2x2 of mesh8: tile (", "bytes too few",
                  "largest buffers: gate_up.weight", "; use --region "});
  std::smatch match;
  const std::string message = place.weft(small).err;
  ASSERT_TRUE(
      std::regex_search(message, match, std::regex("use --region ([0-9]+x[0-9]+) or more")));
  const Outcome fits = place.weft(run_fable(task) + Words{"--region", match[1].str()});
  EXPECT_EQ(fits.exit_code, 0) << fits.err;
}

TEST(MachineRefusals, ModelThatFitsNoRegion) {
  const Workplace place;
  const Words task = run_fable({"--prompt", "x", "--new-tokens", "1"});
  const Words small = task + Words{"--set", "tile.sram=8KiB"};
  expect_refused(place, small, kInput, {"no region of mesh8 is large enough: raise tile.sram to "});
  std::smatch match;
  const std::string message = place.weft(small).err;
  ASSERT_TRUE(std::regex_search(message, match, std::regex("raise tile.sram to ([0-9]+) B")));
  const Outcome fits = place.weft(task + Words{"--set", "tile.sram=" + match[1].str() + " B"});
  EXPECT_EQ(fits.exit_code, 0) << fits.err;
}

}  // namespace
}  // namespace weft::cli
