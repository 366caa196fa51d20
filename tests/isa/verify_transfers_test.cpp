// SPDX-License-Identifier: Apache-2.0
// The smallest programs that break the rules of transfers: routes, words, fences, cyclic waits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "verify_case.h"

namespace weft::isa {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// c0 goes from tile (1,0) to tile (0,0), c1 the other way. t0 to t2: 4, 3 and 16 words, t3 two of
// t0.
std::vector<std::string> pair(const std::string& left, const std::string& right) {
  const std::string head =
      ".buffer x 512 16\n.buffer y 528 64\n.buffer z 592 64\n"
      "td t0, x, f32, [4]\ntd t1, y, f32, [3]\ntd t2, z, f32, [16]\ntd t3, x+8, f32, [2]\n";
  return violations_loaded(
      ".region 0 0 2 1\n"
      ".route c0 x=1 y=0 ramp -> west\n.route c0 x=0 y=0 east -> ramp\n"
      ".route c1 x=0 y=0 ramp -> east\n.route c1 x=1 y=0 west -> ramp\n"
      ".role left x=0 y=0\n" +
      head + left + "halt\n.role right x=1 y=0\n" + head + right + "halt\n");
}

TEST(VerifyTransfers, WhatFitsIsAccepted) {
  EXPECT_THAT(pair("recv.add t0, c0\nsend c1, t2\n", "send c0, t0\nrecv.set t2, c1\n"), IsEmpty());
  EXPECT_THAT(pair("loop 400\nrecv.set t0, c0\nend\n", "loop 400\nsend c0, t0\nend\n"), IsEmpty());
}

TEST(VerifyTransfers, ColorsNobodyRoutes) {
  EXPECT_THAT(pair("recv.set t0, c1\n", ""),
              ElementsAre("tile (0,0), role left, instruction 4 (recv.set): receives color c1, "
                          "which no route brings to this tile's ramp; add the route or mend the "
                          "color"));
  EXPECT_THAT(pair("send c0, t0\n", ""),
              ElementsAre("tile (0,0), role left, instruction 4 (send): sends color c0, which no "
                          "route takes from this tile's ramp; add the route or mend the color"));
}

TEST(VerifyTransfers, UnequalWords) {
  EXPECT_THAT(pair("recv.set t1, c0\n", "send c0, t0\n"),
              ElementsAre("tile (1,0), role right, instruction 4 (send): train 0 on c0 has 4 words "
                          "and tile (0,0), role left, instruction 4 (recv.set) takes 3; give both "
                          "ends as many elements"));
  EXPECT_THAT(pair("loop 300\nrecv.set t0, c0\nend\nrecv.set t1, c0\nrecv.set t0, c0\n",
                   "loop 301\nsend c0, t0\nend\nsend c0, t1\n"),
              ElementsAre("tile (1,0), role right, instruction 5 (send): train 300 on c0 has 4 "
                          "words and tile (0,0), role left, instruction 7 (recv.set) takes 3; give "
                          "both ends as many elements"));
}

TEST(VerifyTransfers, OneEndOnly) {
  for (const char* t : {"t0", "t2"}) {
    const bool fits = t[1] == '0';
    EXPECT_THAT(pair("", std::string("send c0, ") + t + "\n"),
                ElementsAre(std::string("tile (1,0), role right, instruction 4 (send): train 0 on "
                                        "c0 (") +
                            (fits ? "4" : "16") +
                            " words) is never received by tile (0,0); receive it or drop the "
                            "send"));
  }
  EXPECT_THAT(pair("recv.set t0, c0\nrecv.set t0, c0\n", "send c0, t0\n"),
              ElementsAre("tile (0,0), role left, instruction 5 (recv.set): waits for train 1 on "
                          "c0 (4 words), which tile (1,0) never sends; send it or drop the "
                          "receive"));
  EXPECT_THAT(pair("recv.set t0, c0, q0, e0\n", ""),
              ElementsAre("tile (0,0), role left, instruction 4 (recv.set): waits for train 0 on "
                          "c0 (4 words), which tile (1,0) never sends; send it or drop the "
                          "receive"))
      << "never waited for, and yet it has to complete";
}

TEST(VerifyTransfers, ArgmaxTakesPairs) {
  EXPECT_THAT(pair("recv.argmax t1, c0\n", "send c0, t1\n"),
              ElementsAre("tile (0,0), role left, instruction 4 (recv.argmax): has t1 f32 [3]; it "
                          "needs an even number of f32: (value, id)"));
}

TEST(VerifyTransfers, Fences) {
  EXPECT_THAT(pair("recv.set t0, c0, q0, e3\nv1.cpy t1, t1\nvred.sum t1, t3\nwait e3\n",
                   "send c0, t0, q0, e0\nv1.cpy t1, t1\nvfill t3, 1\n"),
              ElementsAre(testing::HasSubstr("instruction 6 (vred.sum): has t1 f32 [3], t3"),
                          "tile (0,0), role left, instruction 6 (vred.sum): reads t3, which "
                          "instruction 4 (recv.set) still writes; put wait e3 before it",
                          "tile (1,0), role right, instruction 6 (vfill): writes t3, which "
                          "instruction 4 (send) still reads; put wait e0 before it"));
  EXPECT_THAT(pair("recv.set t0, c0, q0, e3\nwait e3\nv1.cpy t0, t0\n",
                   "send c0, t0, q0, e0\nv1.cpy t2, t2\nwait e0\nvfill t3, 1\n"),
              IsEmpty());
  EXPECT_THAT(pair("recv.set t0, c0, q0, e3\nsend c1, t3\n", "recv.set t3, c1\nsend c0, t0\n"),
              ElementsAre("tile (0,0), role left, instruction 5 (send): reads t3, which "
                          "instruction 4 (recv.set) still writes; put wait e3 before it"));
}

TEST(VerifyTransfers, FencesHoldAcrossLoopEdges) {
  EXPECT_THAT(pair("recv.set t0, c0\nrecv.set t0, c0\n",
                   "li s0, 0\nloop 2\nvfill t0, 1\nbr.eq s0, 0, first\nwait e0\nfirst:\n"
                   "send c0, t0, q0, e0\nadd s0, s0, 1\nend\n"),
              ElementsAre("tile (1,0), role right, instruction 6 (vfill): writes t0, which "
                          "instruction 9 (send) still reads; put wait e0 before it"));
}

TEST(VerifyTransfers, Events) {
  EXPECT_THAT(
      pair("recv.set t0, c0\nrecv.set t0, c0\n", "send c0, t0, q0, e0\nsend c0, t0, q0, e0\n"),
      ElementsAre("tile (1,0), role right, instruction 5 (send): takes event e0 again "
                  "before its wait; put wait e0 before it"));
  EXPECT_THAT(
      pair("wait e3\n", ""),
      ElementsAre("tile (0,0), role left, instruction 4 (wait): waits on event e3, which no "
                  "operation was given; drop it or issue one first"));
  EXPECT_THAT(pair("li s0, 0\ntd t4, x, f32, [s0]\nsend c1, t4, q0, e2\nwait e2\n", ""), IsEmpty())
      << "a train without words is no train, but its event may be waited for";
}

TEST(VerifyTransfers, CyclicWaits) {
  const std::string mend =
      " → the first again; let all tiles take these trains in one order, or make them asynchronous";
  EXPECT_THAT(pair("send c1, t2\nrecv.set t2, c0\n", "send c0, t2\nrecv.set t2, c1\n"),
              ElementsAre("cyclic wait: tile (0,0), role left, instruction 4 (send): its 6 places "
                          "on c1 are full until tile (1,0) receives → tile (1,0), role right, "
                          "instruction 4 (send): its 6 places on c0 are full until tile (0,0) "
                          "receives" +
                          mend));
  EXPECT_THAT(pair("send c1, t0\nrecv.set t0, c0\n", "send c0, t0\nrecv.set t0, c1\n"), IsEmpty())
      << "4 words find 6 places";
  EXPECT_THAT(pair("recv.set t0, c0\nsend c1, t0\n", "recv.set t0, c1\nsend c0, t0\n"),
              ElementsAre("cyclic wait: tile (0,0), role left, instruction 4 (recv.set): waits for "
                          "words of c0 from tile (1,0) → tile (1,0), role right, instruction 4 "
                          "(recv.set): waits for words of c1 from tile (0,0)" +
                          mend));
  EXPECT_THAT(pair("recv.add t0, c0, q0, e0\nbusy 5\nsend c1, t2\nwait e0\n",
                   "recv.set t2, c1\nsend c0, t0\n"),
              ElementsAre("cyclic wait: tile (0,0), role left, instruction 5 (busy): waits for the "
                          "datapath, held by instruction 4 (recv.add) → tile (0,0), role left, "
                          "instruction 4 (recv.add): waits for words of c0 from tile (1,0) → tile "
                          "(1,0), role right, instruction 4 (recv.set): waits for words of c1 from "
                          "tile (0,0)" +
                          mend));
  EXPECT_THAT(
      pair("recv.set t0, c0, q0, e0\nwait e0\nsend c1, t1\n", "recv.set t1, c1\nsend c0, t0\n"),
      ElementsAre("cyclic wait: tile (0,0), role left, instruction 5 (wait): waits for "
                  "instruction 4 (recv.set) → tile (0,0), role left, instruction 4 "
                  "(recv.set): waits for words of c0 from tile (1,0) → tile (1,0), role "
                  "right, instruction 4 (recv.set): waits for words of c1 from tile (0,0)" +
                  mend));
}

TEST(VerifyTransfers, CyclicWaitsThroughAFork) {
  const std::string head = ".buffer x 512 64\ntd t0, x, f32, [16]\n";
  EXPECT_THAT(
      violations_loaded(".route c0 x=0 y=0 ramp -> east\n.route c0 x=1 y=0 west -> ramp, east\n"
                        ".route c0 x=2 y=0 west -> ramp\n.route c1 x=1 y=0 ramp -> east\n"
                        ".route c1 x=2 y=0 west -> ramp\n"
                        ".role a x=0 y=0\n" +
                        head +
                        "send c0, t0\nhalt\n"
                        ".role b x=1 y=0\n" +
                        head +
                        "recv.set t0, c0\nsend c1, t0\nhalt\n"
                        ".role c x=2 y=0\n" +
                        head + "recv.set t0, c1\nrecv.set t0, c0\nhalt\n"),
      ElementsAre(
          "cyclic wait: tile (2,0), role c, instruction 1 (recv.set): waits for words of c1 "
          "from tile (1,0) → tile (1,0), role b, instruction 1 (recv.set): its 4 places on "
          "c0 are full until tile (2,0) receives → the first again; let all tiles take "
          "these trains in one order, or make them asynchronous"));
}

}  // namespace
}  // namespace weft::isa
