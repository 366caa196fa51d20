// SPDX-License-Identifier: Apache-2.0
// The proof that shares walks accepts exactly what the skeleton, tile by tile, finds nothing in.
#include "isa/verify/shared_proof.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "isa/verify.h"
#include "isa/verify/class_replay.h"
#include "isa/verify/replay.h"
#include "isa/verify/skeleton.h"
#include "loaded.h"
#include "verify_case.h"
#include "verify_rules.h"

namespace weft::isa {
namespace {

struct Verdicts {
  bool proved = false;
  std::vector<std::string> found;  ///< by the skeleton, or by the rules before it
};

Verdicts judge(const Bundle& bundle) {
  const std::function<bool()> never = [] { return false; };
  const arch::Machine machine = small_machine();
  Findings findings;
  ResolvedBundle resolved;
  check_structure(bundle, machine, resolved, findings);
  check_memory_map(bundle, machine, findings);
  check_tensors(bundle, resolved, findings);
  check_edge_tensors(bundle, machine, findings);
  const bool sane = check_routes(bundle, machine, resolved, findings);
  Verdicts verdicts;
  if (!findings.any()) {
    verdicts.proved = prove_sound(bundle, machine, resolved, kMostExecutedLog2, never);
  }
  if (sane) {
    follow_routes(bundle, machine, resolved, findings);
  }
  if (!findings.any()) {
    Skeleton(bundle, machine, resolved, findings, kMostExecutedLog2, never).run();
  }
  verdicts.found = findings.take();
  return verdicts;
}

bool proved(const std::string& text) {
  const Verdicts verdicts = judge(loaded(bundle_of(text)));
  EXPECT_EQ(verdicts.proved, verdicts.found.empty()) << text;
  return verdicts.proved;
}

TEST(SharedProof, AcceptsNoProgramThatBreaksARule) {
  for (const VerifierRule& rule : verifier_rules()) {
    if (rule.name != "budget" && rule.change.empty()) {
      EXPECT_FALSE(judge(bundle_of(rule.program)).proved) << rule.name;
    }
  }
}

// Tile (0,1) reads edge memory behind a receive that the other tile answers once it was sent to.
std::string edge_reads(const std::string& reads) {
  return ".region 0 1 2 1\n.route c0 x=1 y=1 ramp -> west\n.route c0 x=0 y=1 east -> ramp\n"
         ".route c1 x=0 y=1 ramp -> east\n.route c1 x=1 y=1 west -> ramp\n"
         ".role right x=1 y=1\n.buffer y 512 16\ntd t0, y, f32, [4]\n"
         "recv.set t0, c1\nsend c0, t0\nhalt\n"
         ".role left x=0 y=1\n.buffer x 512 64\ntd t0, x, f32, [4]\ntd t1, x+16, f32, [4]\n"
         "td t2, x+32, f32, [4]\nrecv.set t0, c0, q0, e0\n" +
         reads + "td t3, x+48, f32, [4]\nsend c1, t3\nwait e0\nhalt\n";
}

TEST(SharedProof, KnowsWhatAnEdgeChannelWaitsFor) {
  EXPECT_TRUE(proved(edge_reads("edge.read t1, 0, q1, e1\nedge.read t2, 64\nwait e1\n")));
  EXPECT_TRUE(proved(edge_reads("loop 9\nedge.read t1, s0\nadd s0, s0, 16\nend\n")));
  EXPECT_FALSE(proved(edge_reads("edge.read t1, 0, q0, e1\nedge.read t2, 64\nwait e1\n")));
  EXPECT_FALSE(proved(edge_reads("edge.read t1, 4084\n")));
  EXPECT_FALSE(proved(edge_reads("csrr s0, tx\nadd s0, s0, 4081\nedge.read t1, s0\n")));
}

/// Four tiles in a ring, each of which sends on a color of its own to the next; a row of six steps
/// is run twelve times, by loops that every tile writes in another way.
class RandomRing {
 public:
  explicit RandomRing(std::uint32_t seed) : random_(seed) {}

  std::string text() {
    std::string text =
        ".region 0 0 2 2\n"
        ".route c0 x=0 y=0 ramp -> east\n.route c0 x=1 y=0 west -> ramp\n"
        ".route c1 x=1 y=0 ramp -> south\n.route c1 x=1 y=1 north -> ramp\n"
        ".route c2 x=1 y=1 ramp -> west\n.route c2 x=0 y=1 east -> ramp\n"
        ".route c3 x=0 y=1 ramp -> north\n.route c3 x=0 y=0 south -> ramp\n";
    for (int& words : words_) {
      words = 1 + below(16);
    }
    together_ = below(3) == 0;
    const char* const tiles[4] = {"x=0 y=0", "x=1 y=0", "x=1 y=1", "x=0 y=1"};
    for (int i = 0; i < 4; ++i) {
      text += fmt::format(
          ".role r{} {}\n.buffer in 512 64\n.buffer out 576 64\n"
          "td t0, in, f32, [{}]\ntd t1, out, f32, [{}]\n",
          i, tiles[i], words_[(i + 3) % 4], words_[i]);
      text += loops((i + 3) % 4, i) + "halt\n";
    }
    return text;
  }

 private:
  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }

  std::string body(int in, int out) {
    const bool late = below(2) == 0;
    const std::string send = fmt::format("send c{}, t1", out);
    const std::string receive =
        fmt::format("{} t0, c{}", below(2) == 0 ? "recv.set" : "recv.add", in);
    switch (below(5)) {
      case 0:
        return send + "\n" + receive + "\n";
      case 1:
        return receive + "\n" + send + "\n";
      case 2:
        return send + ", q0, e0\n" + receive + "\n" + (late ? "busy 1\n" : "") + "wait e0\n";
      case 3:
        return receive + ", q0, e1\n" + (late ? "busy 1\n" : "") + send + "\nwait e1\n";
      default:
        return receive + ", q0, e1\n" + send + (late ? ", q0, e0\n" : ", q1, e0\n") +
               "wait e0\nwait e1\n";
    }
  }

  std::string loop(int count, const std::string& body) {
    return fmt::format("loop {}\n{}end\n", count, body);
  }

  std::string loops(int in, int out) {
    const std::string a = body(in, out);
    const std::string b = body(in, out);
    switch (together_ ? 0 : below(6)) {
      case 0:
        return loop(below(12) == 0 ? 11 : 12, a);
      case 1:
        return loop(3, loop(4, a));
      case 2:
        return loop(1, loop(12, a)) + loop(3, "li s0, 1\n");
      case 3:
        return a + loop(11, b);
      case 4:
        return loop(2, loop(5, a) + b);
      default:
        // Another body in the fourth of six rounds.
        return "li s0, 0\n" + loop(6, "br.eq s0, 3, odd\n" + a + "odd:\nbr.ne s0, 3, even\n" + b +
                                          "even:\nadd s0, s0, 1\n" + b);
    }
  }

  std::mt19937 random_;
  int words_[4] = {};
  bool together_ = false;
};

TEST(SharedProof, AgreesWithTheSkeletonOnRandomRings) {
  int sound = 0;
  constexpr int kRings = 3000;
  for (int seed = 0; seed < kRings; ++seed) {
    sound += proved(RandomRing(static_cast<std::uint32_t>(seed)).text()) ? 1 : 0;
  }
  EXPECT_GT(sound, kRings / 5);
  EXPECT_LT(sound, kRings * 9 / 10);
}

/// Whether all programs end, by classes of tiles and tile by tile.
struct Ends {
  bool by_classes = false;
  bool by_tiles = false;
};

Ends ends(const std::string& text) {
  const std::function<bool()> never = [] { return false; };
  const arch::Machine machine = small_machine();
  const Bundle bundle = loaded(bundle_of(text));
  Findings findings;
  ResolvedBundle resolved;
  check_structure(bundle, machine, resolved, findings);
  const auto traces = write_traces(bundle, resolved, kMostExecutedLog2, never);
  auto net = traces ? lay_net(bundle, machine, resolved.region, *traces) : std::nullopt;
  if (!net) {
    return {};
  }
  ClassReplay classes(*traces, *net, never);
  const bool by_classes = classes.completes(ClassReplay::PauseAt::outermost_loop);
  EXPECT_EQ(classes.completes(ClassReplay::PauseAt::every_loop), by_classes) << text;
  return {by_classes, Replay(*traces, std::move(*net), never).completes()};
}

TEST(SharedProof, WhatEndsByClassesEndsTileByTile) {
  int by_classes = 0;
  int by_tiles = 0;
  for (std::uint32_t seed = 0; seed < 3000; ++seed) {
    const std::string text = RandomRing(seed).text();
    const Ends found = ends(text);
    EXPECT_LE(found.by_classes, found.by_tiles) << text;
    by_classes += found.by_classes ? 1 : 0;
    by_tiles += found.by_tiles ? 1 : 0;
  }
  EXPECT_GT(by_classes, by_tiles / 10);
  EXPECT_LT(by_classes, by_tiles)
      << "a send that ends before its receive begins is not for classes";
}

// Four tiles in a ring on two colors; the middle ones, or all, pass on what they hear.
std::string ring_of_forwards(const std::string& first) {
  const std::string buffer = ".buffer x 512 512\ntd t0, x, f32, [64]\ntd t1, x+256, f32, [64]\n";
  return ".region 0 0 2 2\n"
         ".route c0 x=0 y=0 ramp -> east\n.route c0 x=1 y=0 west -> ramp\n"
         ".route c1 x=1 y=0 ramp -> south\n.route c1 x=1 y=1 north -> ramp\n"
         ".route c0 x=1 y=1 ramp -> west\n.route c0 x=0 y=1 east -> ramp\n"
         ".route c1 x=0 y=1 ramp -> north\n.route c1 x=0 y=0 south -> ramp\n"
         ".role a x=0 y=0\n" +
         buffer + first + "halt\n" + ".role b x=1 y=0\n" + buffer + "fwd.add c1, c0, t0\nhalt\n" +
         ".role c x=1 y=1\n" + buffer + "fwd.add c0, c1, t0\nhalt\n" + ".role d x=0 y=1\n" +
         buffer + "fwd.add c1, c0, t0\nhalt\n";
}

TEST(SharedProof, ForwardsEndWhereSomebodyBegins) {
  const Ends begun = ends(ring_of_forwards("recv.set t0, c1, q0, e0\nsend c0, t1\nwait e0\n"));
  EXPECT_TRUE(begun.by_classes);
  EXPECT_TRUE(begun.by_tiles);
  const Ends never = ends(ring_of_forwards("fwd.add c0, c1, t0\n"));
  EXPECT_FALSE(never.by_classes);
  EXPECT_FALSE(never.by_tiles);
}

TEST(SharedProof, WalksOnceForEveryCoordinateThatCounts) {
  const std::string head =
      ".region 0 0 3 2\n.route c0 x=0 y=0:1 ramp -> east\n.route c0 x=1 y=0:1 west -> ramp,east\n"
      ".route c0 x=2 y=0:1 west -> ramp\n.role r x=0:2 y=0:1\n.buffer x 512 64\n"
      "csrr s0, tx\ncsrr s1, ty\nadd s2, s1, 2\n";
  const auto code = [&](const std::string& count, const std::string& words) {
    return head + "td t0, x, f32, [" + words + "]\nloop " + count +
           "\nbr.ge s0, 1, right\nsend c0, t0\nright:\nbr.lt s0, 1, left\nrecv.set t0, c0\n"
           "left:\nend\nhalt\n";
  };
  // What rows and columns do is steered by tx alone, then by both.
  EXPECT_TRUE(proved(code("3", "4")));
  EXPECT_TRUE(proved(code("s2", "4"))) << "rows run their loops another number of times";
  EXPECT_TRUE(proved(code("3", "s2"))) << "… and have trains of their own";
  EXPECT_FALSE(proved(code("s0", "4"))) << "columns do not agree";
  EXPECT_FALSE(proved(code("3", "s0")));
  EXPECT_FALSE(proved(head + "mul s3, s0, 32\ntd t0, x+s3, f32, [1]\nhalt\n"))
      << "the last column leaves the buffer";
  EXPECT_FALSE(proved(head + "mul s3, s1, s0\nli s4, 2\nsub s4, s4, s3\ndiv s0, s0, s4\nhalt\n"))
      << "one tile divides by 0";
}

}  // namespace
}  // namespace weft::isa
