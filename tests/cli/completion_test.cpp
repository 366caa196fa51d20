// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <array>
#include <cstdio>
#include <sstream>

#include "tests/cli/refusal.h"

namespace weft::cli {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string shell(const std::string& command) {
  std::string text;
  std::array<char, 4096> block{};
  std::FILE* pipe = ::popen(command.c_str(), "r");
  while (std::fgets(block.data(), static_cast<int>(block.size()), pipe) != nullptr) {
    text += block.data();
  }
  return ::pclose(pipe) == 0 ? text : "failed: " + text;
}

class BashCompletion : public testing::Test {
 protected:
  BashCompletion() { place_.write("weft.bash", place_.weft({"completion", "bash"}).out); }

  // What a bash that has read the script offers for the last of these words.
  Words offered(const std::string& words) {
    place_.write("ask.bash", "source ./weft.bash\nCOMP_WORDS=(" + words +
                                 ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
                                 "$(complete -p weft | sed 's/.*-F \\([^ ]*\\).*/\\1/')\n"
                                 "printf '%s\\n' \"${COMPREPLY[@]}\"\n");
    std::istringstream lines(
        shell("cd '" + (place_ / ".").string() + "' && bash --norc ask.bash 2>&1"));
    Words found;
    for (std::string line; std::getline(lines, line);) {
      if (!line.empty()) {
        found.push_back(line);
      }
    }
    return found;
  }

  Workplace place_;
};

TEST_F(BashCompletion, BashAcceptsTheScript) {
  EXPECT_EQ(shell("bash -n '" + (place_ / "weft.bash").string() + "' 2>&1"), "");
}

TEST_F(BashCompletion, CommandsAndOptions) {
  EXPECT_THAT(offered("weft ru"), ElementsAre("run"));
  EXPECT_THAT(offered("weft run --ar"), ElementsAre("--arch"));
  EXPECT_THAT(offered("weft run --json --ou"), ElementsAre("--out"));
  EXPECT_THAT(offered("weft arch ''"), ElementsAre("list", "show", "check"));
  EXPECT_THAT(offered("weft arch show --se"), ElementsAre("--set"));
  EXPECT_THAT(offered("weft asm --mod"), IsEmpty());
}

TEST_F(BashCompletion, ValuesOfOptions) {
  EXPECT_THAT(offered("weft run --arch mesh"), ElementsAre("mesh32", "mesh8"));
  EXPECT_THAT(offered("weft run --arch = mesh3"), ElementsAre("mesh32"));
  EXPECT_THAT(offered("weft run --model fab"), ElementsAre("fable-1m"));
  EXPECT_THAT(offered("weft model show fab"), ElementsAre("fable-1m"));
  EXPECT_THAT(offered("weft run --check ''"), ElementsAre("none", "cpu", "recorded", "cuda"));
  EXPECT_THAT(offered("weft run --set tile.sr"), ElementsAre("tile.sram="));
  EXPECT_THAT(offered("weft completion f"), ElementsAre("fish"));
}

TEST_F(BashCompletion, PathsWithSpacesStayWhole) {
  place_.write("my machine.yaml", "");
  EXPECT_THAT(offered("weft arch check my"), ElementsAre("my machine.yaml"));
  EXPECT_THAT(offered("weft run --out mo"), ElementsAre("models"));
  EXPECT_THAT(offered("weft run --out my"), IsEmpty());
}

TEST(Completion, EveryOptionOfTheHelpIsInEveryScript) {
  const Workplace place;
  const std::string help = place.weft({"run", "--help"}).out;
  for (const char* shell_name : {"bash", "zsh", "fish"}) {
    const std::string script = place.weft({"completion", shell_name}).out;
    std::istringstream lines(help);
    int options = 0;
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("  --")) {
        const std::string name = line.substr(4, line.find(' ', 4) - 4);
        EXPECT_THAT(script, HasSubstr(name)) << shell_name;
        ++options;
      }
    }
    EXPECT_GT(options, 15);
    EXPECT_THAT(script, HasSubstr("mesh32"));
    EXPECT_THAT(script, HasSubstr("fable-1m"));
  }
}

TEST(Completion, OtherShellsTakeTheirScripts) {
  const Workplace place;
  for (const std::string name : {"zsh", "fish"}) {
    if (shell("command -v " + name).starts_with("failed")) {
      continue;  // not installed here
    }
    place.write("script", place.weft({"completion", name}).out);
    EXPECT_EQ(shell(name + " -n '" + (place / "script").string() + "' 2>&1"), "") << name;
  }
}

TEST(Completion, ForOtherShellsIsRefused) {
  const Workplace place;
  expect_refused(place, {"completion", "fsh"}, kInput,
                 {"completion fsh: choose one of bash, zsh, fish (did you mean 'zsh'?)"});
  expect_refused(place, {"completion"}, kInput, {"completion: SHELL is missing: give bash, zsh"});
}

}  // namespace
}  // namespace weft::cli
