// SPDX-License-Identifier: Apache-2.0
// Iterations that recur are added, not run: what is under way meanwhile must not notice.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "by_vector.h"

namespace weft::sim {
namespace {

// A row of tiles whose trains go to the neighbor, but for routes of one's own.
class Row {
 public:
  Row& east(int color, int x) { return hop(color, x, "east", x + 1, "west"); }
  Row& west(int color, int x) { return hop(color, x, "west", x - 1, "east"); }
  Row& route(const std::string& route) {
    routes_ += ".route " + route + "\n";
    return *this;
  }
  /// The next tile to the east.
  Row& tile(const std::string& program) {
    roles_ += fmt::format(
        ".role r{0} x={0} y=0\n.buffer x 0x100 256\ntd t0, x, f32, [64]\ntd t1, x, f32, [1]\n"
        "td t2, x, f32, [10]\n"
        "{1}\nhalt\n",
        width_++, program);
    return *this;
  }
  /// Nothing differs from tile by tile, and no run is sure of cycles that are not those of words.
  void is_the_same(bool* vectors = nullptr, std::string* why_not = nullptr,
                   std::int64_t* added = nullptr) const {
    const std::string text = fmt::format(".region 0 0 {} 1\n", width_) + routes_ + roles_;
    EXPECT_EQ(difference(row_case(text, width_), vectors, why_not, added), "") << text;
  }
  /// … though so many iterations are added.
  void is_the_same_with(std::int64_t least_added) const {
    bool vectors = false;
    std::string why_not;
    std::int64_t added = 0;
    is_the_same(&vectors, &why_not, &added);
    EXPECT_TRUE(vectors) << why_not;
    EXPECT_GE(added, least_added);
  }

 private:
  Row& hop(int color, int from, const char* way, int to, const char* back) {
    return route(fmt::format("c{} x={} y=0 ramp -> {}", color, from, way))
        .route(fmt::format("c{} x={} y=0 {} -> ramp", color, to, back));
  }
  int width_ = 0;
  std::string routes_, roles_;
};

// Tile 3 stands in the middle of a train since long before, its receiver waits for the loop.
TEST(Repeat, ALoopRepeatsWhileOthersWaitToSend) {
  Row()
      .east(0, 0)
      .east(1, 1)
      .west(2, 3)
      .tile("loop 200\nbusy 7\nsend c0, t0\nend")
      .tile("loop 200\nrecv.set t0, c0\nbusy 11\nend\nsend c1, t0")
      .tile("recv.set t0, c2\nbusy 30\nrecv.set t0, c1\nrecv.set t0, c2")
      .tile("send c2, t0\nsend c2, t0")
      .is_the_same_with(150);
}

// Tile 2 has halted; its word leaves long before the loop ends.
TEST(Repeat, ATransferThatOutlivesItsProgramStaysWhereItWas) {
  Row()
      .east(0, 0)
      .west(1, 2)
      .tile("loop 200\nsend c0, t1\nend")
      .tile("loop 200\nrecv.set t1, c0\nend\nrecv.set t1, c1")
      .tile("busy 60\nsend c1, t1, q0, e0")
      .is_the_same_with(150);
}

// Each iteration takes one of the words that tile 1 awaits after its program: they run out.
TEST(Repeat, AnIterationThatUsesUpWhatAHaltedTileAwaitsDoesNotRecur) {
  Row()
      .east(0, 0)
      .tile("loop 6\nsend c0, t1\nbusy 9\nend\nloop 200\nbusy 3\nend")
      .tile(
          "recv.set t1, c0, q0, e0\nrecv.set t1, c0, q1, e1\nrecv.set t1, c0, q2, e2\n"
          "recv.set t1, c0, q3, e3\nrecv.set t1, c0, q4, e4\nrecv.set t1, c0, q5, e5")
      .is_the_same_with(150);
}

// Tile 2 has waited for its train from tile 3 and has forgotten it; its last transfer, which claims
// the engine of the first and the ramp of the second, has not.
TEST(Repeat, AnEarlierClaimantKeepsItsEndWhileTheLoopPassesBy) {
  Row()
      .east(0, 0)
      .west(1, 2)
      .west(2, 3)
      .route("c3 x=2 y=0 ramp -> east")
      .route("c3 x=3 y=0 west -> east")
      .route("c3 x=4 y=0 west -> ramp")
      .tile("loop 20\nbusy 3\nsend c0, t1\nend")
      .tile("loop 20\nrecv.set t1, c0\nend\nrecv.set t1, c1")
      .tile(
          "recv.set t0, c2, q0, e0\nsend c1, t1, q1, e1\nsend c3, t1, q0, e2\n"
          "wait e0\nwait e1\nwait e2")
      .tile("send c2, t0")
      .tile("recv.set t1, c3")
      .is_the_same_with(10);
}

// The loops keep step, tile 0 some iterations behind: its first trains meet those of iterations of
// tile 1 that are far from the ones in which both were seen to be apart.
TEST(Repeat, TrainsMeetThatWereApartInTheIterationBefore) {
  for (const char* behind : {"400", "405", "410", "415"}) {
    Row()
        .route("c0 x=0 y=0 ramp -> east")
        .route("c0 x=1:2 y=0 west -> east")
        .route("c0 x=3 y=0 west -> ramp")
        .east(1, 1)
        .tile(std::string("busy ") + behind + "\nloop 40\nsend c0, t2\nbusy 20\nend")
        .tile("loop 40\nsend c1, t2\nbusy 20\nend")
        .tile("loop 40\nrecv.set t2, c1\nend")
        .tile("loop 40\nrecv.set t2, c0\nend")
        .is_the_same();
  }
}

// The word of tile 2 is on its way to tile 0 from the start, which takes it after the loop.
TEST(Repeat, AWordThatComesEarlyMeetsTheIterationsThatWereAdded) {
  for (const char* late : {"40", "41", "42", "80", "81", "82"}) {
    Row()
        .west(0, 1)
        .route("c1 x=2 y=0 ramp -> west")
        .route("c1 x=1 y=0 east -> west")
        .route("c1 x=0 y=0 east -> ramp")
        .tile("loop 100\nrecv.set t1, c0\nend\nrecv.set t1, c1")
        .tile("loop 100\nsend c0, t1\nend")
        .tile(std::string("busy ") + late + "\nsend c1, t1")
        .is_the_same();
  }
}

}  // namespace
}  // namespace weft::sim
