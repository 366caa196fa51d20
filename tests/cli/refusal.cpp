// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/refusal.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>

namespace weft::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

}  // namespace

Words operator+(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

Words run_fable(const Words& more) {
  return Words{"run", "--arch", "mesh8", "--model", "fable-1m"} + more;
}

void expect_refused(const Workplace& place, const Words& words, int exit_code, const Words& parts) {
  SCOPED_TRACE(fmt::format("weft {}", fmt::join(words, " ")));
  const Outcome outcome = place.weft(words);
  EXPECT_EQ(outcome.exit_code, exit_code);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.error_lines(), SizeIs(1)) << outcome.err;
  EXPECT_THAT(outcome.err, StartsWith("weft: "));
  for (const std::string& part : parts) {
    EXPECT_THAT(outcome.err, HasSubstr(part));
  }
  EXPECT_THAT(place.left_behind(), IsEmpty());
}

}  // namespace weft::cli
