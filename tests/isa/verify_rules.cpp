// SPDX-License-Identifier: Apache-2.0
#include "verify_rules.h"

namespace weft::isa {
namespace {

const std::string kLoads =
    ".load host.w x f32 rows=(replicated size=1) columns=(replicated size=16)\n";

// A role on tile (0,0): buffer x is loaded, y is not, t0 has 4 elements of x.
std::string one(const std::string& code) {
  return ".probe p replicated size=2\n" + kLoads +
         ".role r x=0 y=0\n.buffer x 512 64\n.buffer y 576 64\ntd t0, x, f32, [4]\n" + code +
         "halt\n";
}

// c0 goes from tile (1,0) to tile (0,0), c1 the other way. Everything is loaded; t0 to t5 have 4,
// 3, 16, 2, 8 and 1 elements, t4 of 16 bits, t3 inside t0, t5 a scalar apart.
std::string pair(const std::string& left, const std::string& right) {
  const std::string head =
      ".buffer x 512 64\n"
      "td t0, x, f32, [4]\ntd t1, x+16, f32, [3]\ntd t2, x, f32, [16]\ntd t3, x+8, f32, [2]\n"
      "td t4, x+16, f16, [8]\ntd t5, x+60, f32, [1]\n";
  return ".region 0 0 2 1\n" + kLoads +
         ".route c0 x=1 y=0 ramp -> west\n.route c0 x=0 y=0 east -> ramp\n"
         ".route c1 x=0 y=0 ramp -> east\n.route c1 x=1 y=0 west -> ramp\n"
         ".role left x=0 y=0\n" +
         head + left + "halt\n.role right x=1 y=0\n" + head + right + "halt\n";
}

std::string long_program() {
  std::string text = ".role r x=0 y=0\n";
  for (int i = 0; i < 256; ++i) {
    text += "li s0, 1\n";
  }
  return text + "halt\n";
}

// What programs say as written; the skeleton does not run when one of these is broken.
std::vector<VerifierRule> static_rules() {
  return {
      {"region-inside", "the region lies inside the machine",
       ".region 2 0 2 1\n"
       ".role r x=2 y=0\n"
       "halt\n",
       "region 2x1 at (2,0) does not lie inside the 3x2 machine; map for a smaller region", "", ""},
      {"tiles-inside", "tile sets lie inside the region",
       ".region 0 0 2 2\n"
       ".role r x=0:2 y=0\n"
       "halt\n",
       "role r: tiles x=0:3:1 y=0:1:1 (first:count:step) do not lie inside the region 2x2 at "
       "(0,0); mend the tile set",
       "", ""},
      {"one-role", "a tile has one role",
       ".role a x=0:1 y=0\n"
       "halt\n"
       ".role b x=1 y=0\n"
       "halt\n",
       "tile (1,0) has two roles, a and b; take it out of one tile set", "", ""},
      {"opcode", "opcodes exist",
       ".role r x=0 y=0\n"
       "li s0, 1\n"
       "halt\n",
       "role r, instruction 0: unknown opcode 999", "", "opcode=999"},
      {"operand-count", "… and have their operands",
       ".role r x=0 y=0\n"
       "li s0, 1\n"
       "halt\n",
       "role r, instruction 0: li takes 2 operand slots, not 0", "", "args="},
      {"register-number", "registers exist",
       ".role r x=0 y=0\n"
       "li s0, 1\n"
       "halt\n",
       "role r, instruction 0: operand 0 of li out of range: 40", "", "args=40,1"},
      {"register-slot", "only values name registers",
       ".role r x=0 y=0\n"
       "li s0, 1\n"
       "halt\n",
       "role r, instruction 0: slot 0 of li holds no value, so it cannot name a register; clear "
       "its bit",
       "", "registers=1"},
      {"event-number", "events exist",
       ".role r x=0 y=0\n"
       "wait e0\n"
       "halt\n",
       "role r, instruction 0: operand 0 of wait out of range: 16", "", "args=16"},
      {"rank", "descriptors have 1 to 3 dimensions",
       ".role r x=0 y=0\n"
       ".buffer x 512 64\n"
       "td t0, x, f32, [1]\n"
       "halt\n",
       "role r, instruction 0: a descriptor has 1 to 3 dimensions, not 4", "",
       "args=0,0,0,0,4,1,1,1,1,1,1"},
      {"buffer-declared", "buffers are declared",
       ".role r x=0 y=0\n"
       ".buffer x 512 64\n"
       "td t0, x, f32, [1]\n"
       "halt\n",
       "role r, instruction 0: buffer 7 is not declared", "", "args=0,7,0,0,1,1,1,1,1,1,1"},
      {"ends-in-halt", "a program ends in halt",
       ".role r x=0 y=0\n"
       "li s0, 1\n",
       "role r, instruction 1: the program does not end in halt", "", ""},
      {"loop-closed", "loops are closed",
       ".role r x=0 y=0\n"
       "loop 2\n"
       "end\n"
       "halt\n",
       "role r, instruction 0: loop without an end", "", "drop=1"},
      {"loop-opened", "… and opened",
       ".role r x=0 y=0\n"
       "loop 2\n"
       "end\n"
       "halt\n",
       "role r, instruction 0: end without a loop", "", "drop=0"},
      {"loop-depth", "… at most 4 deep",
       ".role r x=0 y=0\n"
       "loop 1\n"
       "loop 1\n"
       "loop 1\n"
       "loop 1\n"
       "end\n"
       "end\n"
       "end\n"
       "end\n"
       "halt\n",
       "role r, instruction 4: loops nest deeper than 4", "", "wrap="},
      {"branch-inside", "branches stay in the program",
       ".role r x=0 y=0\n"
       "br.lt s0, 1, l\n"
       "l:\n"
       "halt\n",
       "role r, instruction 0: branch past the end of the program", "", "args=0,1,5"},
      {"branch-in-loop", "… and in their loop",
       ".role r x=0 y=0\n"
       "br.lt s0, 1, l\n"
       "loop 1\n"
       "l: li s0, 1\n"
       "end\n"
       "halt\n",
       "role r, instruction 0: branch across a loop boundary", "", "args=0,1,1"},
      {"color-exists", "colors exist", one("send c4, t0\n"),
       "role r, instruction 1 (send): uses color c4 and the machine has c0 to c3; take one of "
       "those",
       "", ""},
      {"engine-exists", "queue engines exist", one("send c0, t0, q2, e0\n"),
       "role r, instruction 1 (send): uses queue engine q2 and the machine has q0 to q1; take one "
       "of those",
       "", ""},
      {"probe-declared", "probes are declared",
       ".probe p replicated size=1\n"
       ".role r x=0 y=0\n"
       "probe p, t0, 0, 0\n"
       "halt\n",
       "role r, instruction 0 (probe): shows probe 5 and the bundle has 1; declare it", "",
       "args=5,0,0,0"},
      {"op-declared", "graph ops are declared",
       ".role r x=0 y=0\n"
       "halt\n",
       "role r, instruction 0 (halt): belongs to graph op 2 and the bundle has 0; declare it", "",
       "graph_op=3"},
      {"norm-length", "`norm.rms` divides by n > 0", one("norm.rms t0, t0, t0, t0, 0, 1e-5\n"),
       "role r, instruction 1 (norm.rms): divides by n = 0; n is the length of the norm, above 0",
       "", ""},
      {"program-fits", "the program fits SRAM", long_program(),
       "role r: 257 instructions of 16 bytes need 4112 bytes of SRAM and a tile has 4096; shorten "
       "the program",
       "", ""},
      {"buffer-fits", "buffers fit SRAM",
       ".role r x=0 y=0\n"
       ".buffer x 4000 100\n"
       "halt\n",
       "role r: buffer x of 100 bytes at 4000 does not lie inside the 4096 bytes of SRAM; use a "
       "larger region or tile.sram",
       "", ""},
      {"buffer-behind", "buffers leave the program alone",
       ".role r x=0 y=0\n"
       ".buffer x 8 100\n"
       "halt\n",
       "role r: buffer x at 8 overlaps the program, which takes bytes 0 to 15; lay it behind", "",
       ""},
      {"buffers-apart", "buffers do not overlap",
       ".role r x=0 y=0\n"
       ".buffer x 100 100\n"
       ".buffer y 196 100\n"
       "halt\n",
       "role r: buffers x (bytes 100 to 199) and y (from byte 196) overlap; move one", "", ""},
      {"buffer-name", "buffer names are unique in a role",
       ".role r x=0 y=0\n"
       ".buffer x 100 64\n"
       ".buffer y 200 64\n"
       "halt\n",
       "role r: buffer x is declared twice; rename one", "", "second_buffer=x"},
      {"load-buffer", "loads name a buffer",
       ".load w z f32 rows=(replicated size=1) columns=(replicated size=4)\n"
       ".role r x=0 y=0\n"
       ".buffer z 100 64\n"
       "halt\n",
       "load of w into z: no role has a buffer of that name; declare it or drop the load", "",
       "first_buffer=x"},
      {"load-fits", "loads fit their buffers",
       ".load w x+4 f32 rows=(replicated size=4) columns=(replicated size=4)\n"
       ".role r x=0 y=0\n"
       ".buffer x 100 64\n"
       "halt\n",
       "load of w into x: takes bytes 0 to 63 from offset 4 on, and the buffer of role r has 64; "
       "widen it",
       "", ""},
      {"load-strides", "loads put elements in places of their own",
       ".load w x f32 rows=(replicated size=4) columns=(replicated size=4) strides=[0, 1]\n"
       ".role r x=0 y=0\n"
       ".buffer x 100 64\n"
       "halt\n",
       "load of w into x: stride 0 puts several elements in one place; give strides of 1 or more",
       "", ""},
      {"axis", "axes of probes and loads make sense",
       ".probe p heads along=x size=16 local=8 groups=2 heads_per_group=2 head_dim=4 "
       "columns_per_group=1 groups_per_column=1\n"
       ".role r x=0 y=0\n"
       "halt\n",
       "probe p: axis columns has columns_per_group 0, needs 1 to 262144", "",
       "columns_per_group=0"},
      {"route-inside-machine", "routes lie inside the machine",
       ".route c0 x=0:5 y=0 ramp -> west\n"
       ".role r x=0 y=0\n"
       "halt\n",
       "route 0 of color c0: its tiles do not lie inside the 3x2 machine; mend the tile set", "",
       ""},
      {"route-inside-region", "… and inside the region",
       ".route c0 x=0 y=0 ramp -> east\n"
       ".route c0 x=1 y=0 west -> ramp\n"
       ".role r x=0 y=0\n"
       "halt\n",
       "route 1 of color c0: leaves the region 1x1 at (0,0), whose routers alone are the bundle's; "
       "widen the region or take another way",
       "routers outside the region do nothing else", ""},
      {"route-color", "colors of routes exist",
       ".route c4 x=0 y=0 ramp -> east\n"
       ".role r x=0 y=0\n"
       "halt\n",
       "route of color c4: the machine has c0 to c3; take one of those", "", ""},
      {"route-back", "words leave another way than they came",
       ".route c0 x=0 y=0 ramp -> ramp\n"
       ".role r x=0 y=0\n"
       "halt\n",
       "route of color c0: words from RAMP must leave another way", "", ""},
      {"route-once", "a color has one route on a tile",
       ".region 0 0 2 1\n"
       ".route c0 x=0 y=0 ramp -> east\n"
       ".route c0 x=1 y=0 west -> ramp\n"
       ".route c0 x=1 y=0 west -> ramp\n"
       ".role r x=0 y=0\n"
       "halt\n",
       "color c0 has two routes on tile (1,0); drop one", "", ""},
      {"route-leads-on", "routes lead to a core",
       ".region 0 0 2 1\n"
       ".route c0 x=0 y=0 ramp -> east\n"
       ".role r x=0 y=0\n"
       "halt\n",
       "color c0 from tile (0,0) is not routed on at tile (1,0); give that tile a route of the "
       "color from WEST",
       "also when no program uses the color", ""},
      {"route-stays", "… and stay on the machine",
       ".route c0 x=0 y=0 ramp -> west\n"
       ".role r x=0 y=0\n"
       "halt\n",
       "color c0 leaves the machine at tile (0,0); end it in a ramp or turn it", "", ""},
      {"route-merge", "two sources do not merge into one color",
       ".region 0 0 3 1\n"
       ".route c0 x=0 y=0 ramp -> east\n"
       ".route c0 x=2 y=0 ramp -> west\n"
       ".route c0 x=1 y=0 west -> ramp\n"
       ".role r x=0 y=0\n"
       "halt\n",
       "color c0 from tile (2,0) comes to tile (1,0) from EAST, which takes the color from WEST: a "
       "color has one way into a tile; give one of the two another color",
       "also when one of them never sends", ""},
      {"route-circle", "routes do not run in circles",
       ".region 0 0 2 2\n"
       ".route c0 x=0 y=0 south -> east\n"
       ".route c0 x=1 y=0 west -> south\n"
       ".route c0 x=1 y=1 north -> west\n"
       ".route c0 x=0 y=1 east -> north\n"
       ".role r x=0 y=0\n"
       "halt\n",
       "color c0 runs in a circle through tile (0,0), with no core to begin at; give it a route "
       "from a ramp",
       "no word ever enters one", ""},
  };
}

// What they do when they run.
std::vector<VerifierRule> skeleton_rules() {
  return {
      {"divisor", "divisors are above 0", one("div s0, s0, 0\n"),
       "tile (0,0), role r, instruction 1 (div): divides by 0; a divisor is above 0", "", ""},
      {"loop-count", "loops run 0 to 2^24 times",
       one("loop -1\n"
           "end\n"),
       "tile (0,0), role r, instruction 1 (loop): runs -1 times; a loop runs 0 to 16777216 times",
       "", ""},
      {"budget", "a tile executes at most 2^28 instructions",
       one("loop 16777216\n"
           "loop 16\n"
           "end\n"
           "end\n"),
       "tile (0,0), role r, instruction 3 (end): the program runs more than 2^28 instructions; "
       "bound its loops",
       "", ""},
      {"descriptor-written", "descriptors are written before use", one("vfill t9, 1\n"),
       "tile (0,0), role r, instruction 1 (vfill): t9 names no memory yet; write it with td first",
       "", ""},
      {"descriptor-inside", "descriptors stay in their buffer", one("td t1, x+8, f32, [4, 4]\n"),
       "tile (0,0), role r, instruction 1 (td): t1 [4, 4] takes bytes 8 to 71 of buffer x, which "
       "has 64; mend offset, dimensions or strides, or widen the buffer",
       "when they are written, used or not", ""},
      {"dimension", "dimensions are 0 or more", one("td t1, x, f32, [-3]\n"),
       "tile (0,0), role r, instruction 1 (td): dimension 0 is -3; a dimension is 0 or more", "",
       ""},
      {"elements", "… and their product at most 2^31",
       one("td t1, x, f32, [65536, 65536], [0, 0]\n"),
       "tile (0,0), role r, instruction 1 (td): t1 [65536, 65536] has more than 2^31 elements; "
       "mend its dimensions",
       "", ""},
      {"aligned", "elements are aligned", one("td t1, x+2, f32, [4]\n"),
       "tile (0,0), role r, instruction 1 (td): t1 begins at byte 514, not a multiple of its "
       "4-byte elements; align buffer x or the offset",
       "", ""},
      {"shapes", "shapes agree",
       one("td t1, x, f32, [3]\n"
           "v1.cpy t1, t0\n"),
       "tile (0,0), role r, instruction 2 (v1.cpy): has t1 f32 [3], t0 f32 [4]; it needs d and a "
       "of the same dimensions",
       "also where no element is touched", ""},
      {"argmax-pairs", "arg-max trains are pairs", pair("recv.argmax t1, c0\n", "send c0, t1\n"),
       "tile (0,0), role left, instruction 6 (recv.argmax): has t1 f32 [3]; it needs an even "
       "number of f32: (value, id)",
       "", ""},
      {"probe-axis", "probes fit their axis",
       one("td t1, x, f32, [2, 3]\n"
           "probe p, t1, 0, 0\n"),
       "tile (0,0), role r, instruction 2 (probe): shows t1 [2, 3] from row 0, index 0; it needs "
       "[rows, at most 2 columns], rows below 16777216 and an index of 0 to 65535",
       "", ""},
      {"written",
       "what is read was written before: by a load (padding included), arithmetic, or a receive "
       "that the core is past",
       one("td t1, y, f32, [4]\n"
           "v1.cpy t0, t1\n"),
       "tile (0,0), role r, instruction 2 (v1.cpy): reads t1, and nothing has written bytes 0 to "
       "15 of buffer y before; compute, receive or load them first",
       "a read counts though its value changes nothing; `gath` reads its whole table; `mask` "
       "writes nothing; a store in more than 4096 runs, or one that leaves more than 4096 pieces "
       "on a tile, counts as none",
       ""},
      {"color-sent", "colors are routed where they are sent", pair("send c0, t0\n", ""),
       "tile (0,0), role left, instruction 6 (send): sends color c0, which no route takes from "
       "this tile's ramp; add the route or mend the color",
       "", ""},
      {"color-received", "… and where they are received", pair("recv.set t0, c1\n", ""),
       "tile (0,0), role left, instruction 6 (recv.set): receives color c1, which no route brings "
       "to this tile's ramp; add the route or mend the color",
       "", ""},
      {"words", "the k-th send of a tree and the k-th receive of each sink have as many words",
       pair("recv.set t1, c0\n", "send c0, t0\n"),
       "tile (1,0), role right, instruction 6 (send): train 0 on c0 has 4 words and tile (0,0), "
       "role left, instruction 6 (recv.set) takes 3; give both ends as many elements",
       "trains of one color that are cut otherwise and have as many words in all get through", ""},
      {"types", "… and one element type, forwards included",
       pair("recv.add t4, c0\n", "send c0, t0\n"),
       "tile (1,0), role right, instruction 6 (send): train 0 on c0 is f32 and tile (0,0), role "
       "left, instruction 6 (recv.add) takes f16; give both ends one element type",
       "`recv.set` only moves bits", ""},
      {"received", "what is sent is received", pair("", "send c0, t0\n"),
       "tile (1,0), role right, instruction 6 (send): train 0 on c0 (4 words) is never received by "
       "tile (0,0); receive it or drop the send",
       "", ""},
      {"sent", "what is received is sent", pair("recv.set t0, c0\n", ""),
       "tile (0,0), role left, instruction 6 (recv.set): waits for train 0 on c0 (4 words), which "
       "tile (1,0) never sends; send it or drop the receive",
       "", ""},
      {"fence-read",
       "between an asynchronous receive and its `wait` nothing reads or writes its bytes",
       pair("recv.set t0, c0, q0, e3\n"
            "vred.sum t5, t0\n"
            "wait e3\n",
            "send c0, t0\n"),
       "tile (0,0), role left, instruction 7 (vred.sum): reads t0, which instruction 6 (recv.set) "
       "still writes; put wait e3 before it",
       "bytes are compared from the lowest to the highest: interleaved column views count as "
       "overlapping; program order counts, also where time would keep the two apart",
       ""},
      {"fence-write",
       "… and between an asynchronous send or forward and its `wait` nothing writes them",
       pair("recv.set t0, c0\n",
            "send c0, t0, q0, e0\n"
            "vfill t3, 1\n"
            "wait e0\n"),
       "tile (1,0), role right, instruction 7 (vfill): writes t3, which instruction 6 (send) still "
       "reads; put wait e0 before it",
       "likewise; the engine takes the words of a send when it starts", ""},
      {"fence-loop", "… across loop edges too",
       pair("recv.set t0, c0\n"
            "recv.set t0, c0\n",
            "li s0, 0\n"
            "loop 2\n"
            "vfill t0, 1\n"
            "br.eq s0, 0, first\n"
            "wait e0\n"
            "first:\n"
            "send c0, t0, q0, e0\n"
            "add s0, s0, 1\n"
            "end\n"),
       "tile (1,0), role right, instruction 8 (vfill): writes t0, which instruction 11 (send) "
       "still reads; put wait e0 before it",
       "likewise", ""},
      {"event-taken", "an event is waited for before it is taken again",
       pair("recv.set t0, c0\n"
            "recv.set t0, c0\n",
            "send c0, t0, q0, e0\n"
            "send c0, t0, q0, e0\n"),
       "tile (1,0), role right, instruction 7 (send): takes event e0 again before its wait; put "
       "wait e0 before it",
       "harmless in the engine, above all after a transfer without words", ""},
      {"event-given", "a `wait` has something to wait for", pair("wait e3\n", ""),
       "tile (0,0), role left, instruction 6 (wait): waits on event e3, which no operation was "
       "given; drop it or issue one first",
       "a second `wait` is harmless", ""},
      {"wait-places", "nobody waits in a circle: for places",
       pair("send c1, t2\n"
            "recv.set t2, c0\n",
            "send c0, t2\n"
            "recv.set t2, c1\n"),
       "cyclic wait: tile (0,0), role left, instruction 6 (send): its 6 places on c1 are full "
       "until tile (1,0) receives → tile (1,0), role right, instruction 6 (send): its 6 places on "
       "c0 are full until tile (0,0) receives → the first again; let all tiles take these trains "
       "in one order, or make them asynchronous",
       "places are the machine's: what one machine may run, another may not", ""},
      {"wait-words", "… for words",
       pair("recv.set t0, c0\n"
            "send c1, t0\n",
            "recv.set t0, c1\n"
            "send c0, t0\n"),
       "cyclic wait: tile (0,0), role left, instruction 6 (recv.set): waits for words of c0 from "
       "tile (1,0) → tile (1,0), role right, instruction 6 (recv.set): waits for words of c1 from "
       "tile (0,0) → the first again; let all tiles take these trains in one order, or make them "
       "asynchronous",
       "", ""},
      {"wait-unit", "… for a unit of the tile",
       pair("recv.add t0, c0, q0, e0\n"
            "busy 5\n"
            "send c1, t2\n"
            "wait e0\n",
            "recv.set t2, c1\n"
            "send c0, t0\n"),
       "cyclic wait: tile (0,0), role left, instruction 7 (busy): waits for the datapath, held by "
       "instruction 6 (recv.add) → tile (0,0), role left, instruction 6 (recv.add): waits for "
       "words of c0 from tile (1,0) → tile (1,0), role right, instruction 6 (recv.set): waits for "
       "words of c1 from tile (0,0) → the first again; let all tiles take these trains in one "
       "order, or make them asynchronous",
       "", ""},
      {"wait-event", "… for an event",
       pair("recv.set t0, c0, q0, e0\n"
            "wait e0\n"
            "send c1, t1\n",
            "recv.set t1, c1\n"
            "send c0, t0\n"),
       "cyclic wait: tile (0,0), role left, instruction 7 (wait): waits for instruction 6 "
       "(recv.set) → tile (0,0), role left, instruction 6 (recv.set): waits for words of c0 from "
       "tile (1,0) → tile (1,0), role right, instruction 6 (recv.set): waits for words of c1 from "
       "tile (0,0) → the first again; let all tiles take these trains in one order, or make them "
       "asynchronous",
       "", ""},
  };
}

}  // namespace

std::vector<VerifierRule> verifier_rules() {
  std::vector<VerifierRule> rules = static_rules();
  for (VerifierRule& rule : skeleton_rules()) {
    rules.push_back(std::move(rule));
  }
  for (VerifierRule& rule : edge_rules()) {
    rules.push_back(std::move(rule));
  }
  return rules;
}

}  // namespace weft::isa
