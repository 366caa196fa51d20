// SPDX-License-Identifier: Apache-2.0
#include "verify_rules.h"

namespace weft::isa {
namespace {

// t0 is all 16 elements of a loaded buffer.
std::string one(const std::string& tile, const std::string& code) {
  return ".load host.w x f32 rows=(replicated size=1) columns=(replicated size=16)\n"
         ".role r " +
         tile + "\n.buffer x 512 64\ntd t0, x, f32, [16]\n" + code + "halt\n";
}

}  // namespace

std::vector<VerifierRule> edge_rules() {
  return {
      {"edge-there", "the machine has an edge", one("x=0 y=1", "edge.read t0, 0\n"),
       "role r, instruction 1 (edge.read): the machine has no edge; take one that has, or drop the "
       "instruction",
       "", "no-edge"},
      {"edge-channel", "roles that go to the edge stand on tiles with a channel",
       one("x=1:2 y=1", "edge.read t0, 0\n"),
       "role r, instruction 1 (edge.read): tile (1,1) has no edge channel; channel 0 is at tile "
       "(0,1), weft arch show tells edge.channels",
       "also where the tile never comes to the instruction", ""},
      {"edge-tensor", "what is loaded there and shown lies in edge memory",
       ".edge_load w 4093 f32 [1, 1]\n" + one("x=0 y=1", ""),
       "edge load of w: takes 4 bytes from address 4093 on, and edge.memory has 4096; move it", "",
       ""},
      {"edge-show", "… and is shown by a name of its own",
       ".probe p replicated size=2\n.edge_show p 0 f32 [1, 1]\n" + one("x=0 y=1", ""),
       "edge show of p: a probe has that name; rename one", "", ""},
      {"edge-range", "what a tile reads and writes there does, too",
       one("x=0 y=1", "li s0, 4036\nedge.write t0, s0\n"),
       "tile (0,1), role r, instruction 2 (edge.write): takes 64 bytes of edge memory from address "
       "4036 on, and edge.memory has 4096; mend the address",
       "", ""},
      {"edge-apart", "what one tile writes there no other reads or writes",
       ".role s x=2 y=1\n.buffer y 512 16\ntd t0, y, f32, [4]\nedge.read t0, 48\nhalt\n" +
           one("x=0 y=1", "edge.write t0, 0\n"),
       "tile (0,1) writes bytes 48 to 63 of edge memory, which tile (2,1) reads; give each tile "
       "bytes of its own",
       "messages between the two may put them in order", ""},
      {"edge-read-fence",
       "between an asynchronous `edge.read` and its `wait` nothing reads or writes its bytes",
       one("x=0 y=1", "edge.read t0, 0, q0, e0\nvfill t0, 1\nwait e0\n"),
       "tile (0,1), role r, instruction 2 (vfill): writes t0, which instruction 1 (edge.read) "
       "still "
       "writes; put wait e0 before it",
       "as for receives", ""},
      {"edge-write-fence", "… and between an `edge.write` and its `wait` nothing writes them",
       one("x=0 y=1", "edge.write t0, 0, q0, e0\nvfill t0, 1\nwait e0\n"),
       "tile (0,1), role r, instruction 2 (vfill): writes t0, which instruction 1 (edge.write) "
       "still reads; put wait e0 before it",
       "as for sends", ""},
      {"edge-wait", "nobody waits in a circle for an edge channel",
       ".region 0 1 2 1\n.route c0 x=1 y=1 ramp -> west\n.route c0 x=0 y=1 east -> ramp\n"
       ".route c1 x=0 y=1 ramp -> east\n.route c1 x=1 y=1 west -> ramp\n"
       ".role right x=1 y=1\n.buffer y 512 16\ntd t0, y, f32, [4]\n"
       "recv.set t0, c1\nsend c0, t0\nhalt\n" +
           one("x=0 y=1",
               "td t1, x, f32, [4]\ntd t2, x+16, f32, [4]\ntd t3, x+32, f32, [4]\n"
               "recv.set t1, c0, q0, e0\nedge.read t2, 0, q0, e1\nedge.read t3, 0\n"
               "wait e0\nwait e1\nsend c1, t1\n"),
       "cyclic wait: tile (0,1), role r, instruction 6 (edge.read): waits for the edge channel, "
       "held by instruction 5 (edge.read) → tile (0,1), role r, instruction 5 (edge.read): waits "
       "for its queue engine, held by instruction 4 (recv.set) → tile (0,1), role r, instruction 4 "
       "(recv.set): waits for words of c0 from tile (1,1) → tile (1,1), role right, instruction 1 "
       "(recv.set): waits for words of c1 from tile (0,1) → the first again; let all tiles take "
       "these trains in one order, or make them asynchronous",
       "", ""},
  };
}

}  // namespace weft::isa
