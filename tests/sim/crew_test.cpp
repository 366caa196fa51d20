// SPDX-License-Identifier: Apache-2.0
#include "sim/core/crew.h"

#include <gtest/gtest.h>

#include <vector>

#include "sim/vector/shared_rows.h"

namespace weft::sim {
namespace {

TEST(Crew, EveryPartOfEveryLoopIsDoneOnce) {
  for (const int threads : {1, 2, 5}) {
    Crew crew(threads);
    EXPECT_EQ(crew.threads(), 1);
    for (int loop = 1; loop <= 200; ++loop) {
      std::vector<int> done(static_cast<std::size_t>(loop % 9), 0);
      crew.run(loop % 9, [&](int part) { ++done[static_cast<std::size_t>(part)]; });
      EXPECT_EQ(done, std::vector<int>(done.size(), 1)) << "loop " << loop;
    }
    EXPECT_EQ(crew.threads(), threads);
  }
}

TEST(Crew, RowsArePutTogetherInTheirOrderAndOnlyManyLanesAreShared) {
  for (const std::ptrdiff_t lanes : {std::ptrdiff_t{10}, vector::kLanesWorthSharing}) {
    Crew crew(3);
    std::vector<std::size_t> rows;
    vector::over_rows<std::vector<std::size_t>>(
        crew, 100, lanes,
        [](std::size_t row, std::vector<std::size_t>& own) { own.push_back(row); },
        [&](const std::vector<std::size_t>& own) {
          rows.insert(rows.end(), own.begin(), own.end());
        });
    ASSERT_EQ(rows.size(), 100u);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      EXPECT_EQ(rows[i], i);
    }
    EXPECT_EQ(crew.threads(), lanes == 10 ? 1 : 3);
  }
}

}  // namespace
}  // namespace weft::sim
