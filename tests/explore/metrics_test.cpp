// SPDX-License-Identifier: Apache-2.0
#include "explore/metrics.h"

#include <gtest/gtest.h>

#include <set>

namespace weft::explore {
namespace {

TEST(Metrics, HaveNamesOfTheirOwnAndAMistypedOneIsToldTheNearest) {
  std::set<std::string> names;
  for (const Metric& metric : metrics()) {
    EXPECT_TRUE(names.insert(metric.name).second) << metric.name;
    EXPECT_EQ(metric_named(metric.name)->name, std::string(metric.name));
  }
  const auto none = metric_named("token_per_second");
  ASSERT_FALSE(none.ok());
  EXPECT_NE(none.error().message.find("did you mean 'tokens_per_second'?"), std::string::npos);
}

}  // namespace
}  // namespace weft::explore
