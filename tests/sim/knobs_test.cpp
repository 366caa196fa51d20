// SPDX-License-Identifier: Apache-2.0
// Every field of a machine does what it says: each has a row here with a small program, another
// value, and what that must change by exactly how much. A field without a row fails the test.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>

#include "arch/machine.h"
#include "base/schema.h"
#include "base/yaml_reader.h"
#include "cli/record.h"
#include "contract_case.h"
#include "isa/bundle.h"
#include "isa/role_builder.h"
#include "isa/text.h"
#include "isa/verify.h"
#include "sim/simulate.h"
#include "tests/isa/loaded.h"
#include "traces/figures.h"

namespace weft::sim {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using isa::Opcode;
using isa::RoleBuilder;

// Programs. The machine is 2x2 tiles without set-up costs, ramp 2, one place a hop, queue 1.

/// One role a tile, row by row over a region so wide; color 0 along `path`.
isa::Bundle bundle_of(std::vector<RoleBuilder> roles, int width, const std::vector<int>& path,
                      int color = 0) {
  isa::Bundle bundle;
  bundle.mutable_region()->set_width(width);
  bundle.mutable_region()->set_height(static_cast<int>(roles.size()) / width);
  const auto tile_at = [&](int tile) {
    return isa::to_proto({{tile % width, 1, 1}, {tile / width, 1, 1}});
  };
  for (std::size_t i = 0; i < roles.size(); ++i) {
    isa::Role role = roles[i].finish(0);
    *role.add_tiles() = tile_at(static_cast<int>(i));
    *bundle.add_roles() = std::move(role);
  }
  for (std::size_t i = 0; i < path.size(); ++i) {
    isa::Route& route = *bundle.add_routes();
    *route.mutable_tiles() = tile_at(path[i]);
    route.set_color(color);
    const bool came_east = i > 0 && path[i] == path[i - 1] + 1;
    route.set_rx(i == 0 ? isa::RAMP : came_east ? isa::WEST : isa::NORTH);
    const bool last = i + 1 == path.size();
    route.add_tx(last ? isa::RAMP : path[i + 1] == path[i] + 1 ? isa::EAST : isa::SOUTH);
  }
  return isa::loaded(std::move(bundle));
}

/// One instruction on 64 elements each of t0, t1 and t2.
isa::Bundle elementwise(Opcode opcode, DType dtype) {
  RoleBuilder role("one");
  for (int t = 0; t < 3; ++t) {
    role.td(t, role.buffer(fmt::format("x{}", t), 256), 0, dtype, {64});
  }
  opcode == Opcode::v1_cpy ? role.emit(opcode, {0, 1}) : role.emit(opcode, {0, 1, 2});
  return bundle_of({role}, 1, {});
}

/// [4, 16] x [16, 16]: 1024 multiply-accumulates.
isa::Bundle matmul(DType dtype) {
  RoleBuilder role("one");
  role.td(0, role.buffer("out", 256), 0, dtype, {4, 16});
  role.td(1, role.buffer("a", 256), 0, dtype, {4, 16});
  role.td(2, role.buffer("b", 1024), 0, dtype, {16, 16});
  role.emit(Opcode::mm, {0, 1, 2});
  return bundle_of({role}, 1, {});
}

/// Five scalar instructions, a descriptor, a branch and a loop of four.
isa::Bundle control() {
  RoleBuilder role("one");
  role.td(0, role.buffer("x", 256), 0, DType::f32, {64});
  role.emit(Opcode::li, {0, 1});
  role.loop(4);
  role.emit(Opcode::add, {0, 0, 1});
  role.end();
  role.land(role.branch(Opcode::br_lt, 0, 9));
  return bundle_of({role}, 1, {});
}

/// 64 words from the first to the last tile of a path over a region so wide.
isa::Bundle message(int tiles, int width, const std::vector<int>& path, int color = 0,
                    int engine = -1) {
  std::vector<RoleBuilder> roles;
  for (int i = 0; i < tiles; ++i) {
    roles.emplace_back(fmt::format("t{}", i));
  }
  for (RoleBuilder& role : roles) {
    role.td(0, role.buffer("x", 256), 0, DType::f32, {64});
  }
  auto& sender = roles[static_cast<std::size_t>(path.front())];
  sender.send(color, 0, engine, 0);
  if (engine >= 0) {
    sender.wait(0);
  }
  roles[static_cast<std::size_t>(path.back())].receive(Opcode::recv_set, 0, color);
  return bundle_of(std::move(roles), width, path, color);
}

isa::Bundle neighbor() { return message(2, 2, {0, 1}); }
isa::Bundle around_a_corner() { return message(4, 2, {0, 1, 3}); }

/// Ten words to a tile that is busy for 100 cycles, by one that has 100 cycles to do after them.
isa::Bundle late_receiver() {
  RoleBuilder left("left");
  RoleBuilder right("right");
  left.td(0, left.buffer("x", 40), 0, DType::f32, {10});
  right.td(0, right.buffer("x", 40), 0, DType::f32, {10});
  left.send(0, 0);
  left.emit(Opcode::busy, {100});
  right.emit(Opcode::busy, {100});
  right.receive(Opcode::recv_set, 0, 0);
  return bundle_of({left, right}, 2, {0, 1});
}

/// 256 bytes from edge memory, by each of `tiles` tiles with a channel; one column of the machine.
isa::Bundle from_edge(int tiles, int address = 0) {
  std::vector<RoleBuilder> roles;
  for (int i = 0; i < tiles; ++i) {
    RoleBuilder& role = roles.emplace_back(fmt::format("t{}", i));
    role.td(0, role.buffer("x", 256), 0, DType::f32, {64});
    role.edge(Opcode::edge_read, 0, address);
  }
  return bundle_of(std::move(roles), 1, {});
}

// Figures.

using Check = std::function<void(arch::Machine machine, const std::string& assignment)>;

void set(arch::Machine& machine, const std::string& assignment) {
  const Status status = set_field(machine, assignment);
  ASSERT_TRUE(status.ok()) << status.error().message;
  const Status sound = arch::check_machine(machine);
  ASSERT_TRUE(sound.ok()) << sound.error().message;
}

RunResult run(const isa::Bundle& bundle, const arch::Machine& machine) {
  const Status verified = isa::verify(bundle, machine);
  EXPECT_TRUE(verified.ok()) << verified.error().message;
  Options options;
  options.data = false;
  auto result = simulate(bundle, machine, {}, options);
  EXPECT_TRUE(result.ok() && result->deadlock.empty());
  return result.ok() ? std::move(*result) : RunResult();
}

/// The run takes so many cycles more (less, where negative). `room`: what else must be set first.
Check cycles(const isa::Bundle& bundle, std::int64_t more, const std::string& room = "") {
  return [=](arch::Machine machine, const std::string& assignment) {
    if (!room.empty()) {
      set(machine, room);
    }
    const Cycle before = run(bundle, machine).cycles;
    set(machine, assignment);
    const Cycle after = run(bundle, machine).cycles;
    EXPECT_EQ((after - before).count(), more) << "from " << before.count() << " cycles";
  };
}

/// The seconds of the report are multiplied.
Check seconds(const isa::Bundle& bundle, double by) {
  return [=](arch::Machine machine, const std::string& assignment) {
    const auto figure = [&] {
      traces::Recording recording;
      cli::record_result(run(bundle, machine), bundle, machine, recording);
      return traces::figures_of(recording).seconds;
    };
    const double before = figure();
    ASSERT_GT(before, 0);
    set(machine, assignment);
    EXPECT_DOUBLE_EQ(figure(), before * by);
  };
}

/// The run takes so many picojoules more.
Check picojoules(const isa::Bundle& bundle, double more) {
  return [=](arch::Machine machine, const std::string& assignment) {
    const double before = run(bundle, machine).energy.total();
    set(machine, assignment);
    const RunResult after = run(bundle, machine);
    EXPECT_DOUBLE_EQ(after.energy.total() - before, more);
    const auto& tiles = after.energy.tiles;
    EXPECT_DOUBLE_EQ(std::accumulate(tiles.begin(), tiles.end(), 0.0), after.energy.total());
  };
}

/// 2048 + 1 as a product of two terms: what every engine shows before and after.
Check sums_to(float before, float after) {
  return [=](arch::Machine machine, const std::string& assignment) {
    const auto bundle = isa::parse_bundle(
        ".bundle 1\n.region 0 0 1 1\n.op sum\n.probe total replicated size=1\n"
        ".role one x=0 y=0\n.buffer a 0x100 8\n.buffer b 0x110 8\n.buffer c 0x120 4\n"
        ".at sum\n  td t0, a, f32, [1, 2]\n  vfill t0, 1\n  td t1, b, f32, [2, 1]\n"
        "  vfill t1, 2048\n  td t2, b+4, f32, [1, 1]\n  vfill t2, 1\n  td t3, c, f32, [1, 1]\n"
        "  mm t3, t0, t1, 1\n  probe total, t3, 0, 0\n  halt\n",
        "sum.weft");
    ASSERT_TRUE(bundle.ok()) << bundle.error().message;
    const auto shown = [&](EngineKind engine, bool scalar) {
      Options options;
      options.engine = engine;
      options.scalar = scalar;
      const auto result = simulate(*bundle, machine, {}, options);
      return result.ok() ? result->tensors.at("total").values.at(0) : -1;
    };
    const auto everywhere = [&](float value) {
      EXPECT_EQ(shown(EngineKind::automatic, false), value);
      EXPECT_EQ(shown(EngineKind::dataflow, true), value);
      EXPECT_EQ(shown(EngineKind::word, false), value);
    };
    everywhere(before);
    set(machine, assignment);
    everywhere(after);
  };
}

/// A capacity: the verifier accepts the program before and refuses it after, for this reason.
Check refuses(const isa::Bundle& bundle, const std::string& reason) {
  return [=](arch::Machine machine, const std::string& assignment) {
    EXPECT_EQ(isa::find_violations(bundle, machine), std::vector<std::string>());
    set(machine, assignment);
    const std::vector<std::string> found = isa::find_violations(bundle, machine);
    ASSERT_FALSE(found.empty());
    EXPECT_NE(found[0].find(reason), std::string::npos) << found[0];
  };
}

/// A field with one legal value moves nothing: any other is refused when the machine is read.
Check only_legal_value(const std::string& reason) {
  return [=](arch::Machine machine, const std::string& assignment) {
    const Status status = set_field(machine, assignment);
    ASSERT_FALSE(status.ok());
    EXPECT_NE(status.error().message.find(reason), std::string::npos) << status.error().message;
  };
}

struct Knob {
  std::string path;
  std::string value;  ///< as `--set` takes it
  Check check;
};

const std::vector<Knob>& knobs() {
  const auto copy = elementwise(Opcode::v1_cpy, DType::f32);
  const auto add = [](DType dtype) { return elementwise(Opcode::v2_add, dtype); };
  const std::string tight = "does not lie inside the";
  static const std::vector<Knob> rows = {
      {"frequency", "1700 MHz", seconds(copy, 0.5)},
      {"grid.width", "1", refuses(neighbor(), tight)},
      {"grid.height", "1", refuses(around_a_corner(), tight)},
      {"tile.sram", "1 KiB", refuses(matmul(DType::f32), "SRAM")},
      // 64 elements of 4 B at 1 B a cycle take 256 cycles, at one element a cycle 64.
      {"tile.read_bandwidth", "1 B/cycle", cycles(copy, 256 - 64)},
      {"tile.write_bandwidth", "1 B/cycle", cycles(copy, 256 - 64)},
      {"tile.tensor_macs.f32", "2", cycles(matmul(DType::f32), 1024 / 2 - 1024)},
      {"tile.tensor_macs.f16", "8", cycles(matmul(DType::f16), 1024 / 8 - 1024 / 4)},
      {"tile.tensor_macs.bf16", "8", cycles(matmul(DType::bf16), 1024 / 8 - 1024 / 4)},
      {"tile.vector_lanes.f32", "2", cycles(add(DType::f32), 64 / 2 - 64)},
      {"tile.vector_lanes.f16", "1", cycles(add(DType::f16), 64 - 64 / 4)},
      {"tile.vector_lanes.bf16", "1", cycles(add(DType::bf16), 64 - 64 / 4)},
      {"tile.special_rate", "1/8", cycles(elementwise(Opcode::v2_div, DType::f32), 64 * 8 - 64)},
      {"tile.setup.compute", "10 cycles", cycles(copy, 10)},
      {"tile.setup.transfer", "10 cycles", cycles(neighbor(), 10)},
      {"tile.setup.scalar", "10 cycles", cycles(control(), 5 * 10)},
      {"tile.setup.tensor_descriptor", "10 cycles", cycles(control(), 10)},
      {"tile.setup.branch", "10 cycles", cycles(control(), 10)},
      {"tile.setup.loop_entry", "10 cycles", cycles(control(), 10)},
      {"tile.setup.loop_iteration", "11 cycles", cycles(control(), 4 * 10)},
      {"tile.setup.product_row", "10 cycles", cycles(matmul(DType::f32), 16 * 4 * 10)},
      {"tile.queue_engines", "1", refuses(message(2, 2, {0, 1}, 0, 1), "queue engine q1")},
      // Six places hold the sender until word 3 is consumed at 103: done at 104, and 100 more.
      // With room for all ten it is done at 10, at 110 with the rest, and so is the receiver.
      {"tile.input_queue_words", "5", cycles(late_receiver(), 110 - 204)},
      {"tile.instruction_bytes", "16 B", refuses(neighbor(), "overlaps")},
      {"tile.accumulator", "f16", sums_to(2049, 2048)},
      {"fabric.kind", "packet", only_legal_value("static")},
      {"fabric.word", "64 bits", only_legal_value("out of range")},
      {"fabric.colors", "5", refuses(message(2, 2, {0, 1}, 5), "color c5")},
      {"fabric.words_per_cycle", "1/2", cycles(neighbor(), 63)},
      {"fabric.ramp_latency", "5 cycles", cycles(neighbor(), 2 * 3)},
      {"fabric.hop_latency", "4 cycles", cycles(neighbor(), 3, "fabric.places_per_hop=8")},
      {"fabric.turn_latency", "7 cycles", cycles(around_a_corner(), 7)},
      {"fabric.places_per_hop", "5", cycles(late_receiver(), 110 - 204)},
      {"energy.mac.f32", "2 pJ", picojoules(matmul(DType::f32), 2 * 1024)},
      {"energy.mac.f16", "2 pJ", picojoules(matmul(DType::f16), 2 * 1024)},
      {"energy.mac.bf16", "2 pJ", picojoules(matmul(DType::bf16), 2 * 1024)},
      {"energy.lane.f32", "2 pJ", picojoules(add(DType::f32), 2 * 64)},
      {"energy.lane.f16", "2 pJ", picojoules(add(DType::f16), 2 * 64)},
      {"energy.lane.bf16", "2 pJ", picojoules(add(DType::bf16), 2 * 64)},
      {"energy.special", "2 pJ", picojoules(elementwise(Opcode::v2_div, DType::f32), 2 * 64)},
      // Two operands of 256 bytes; a train of 64 words is read once and written once.
      {"energy.sram_read", "2 pJ", picojoules(add(DType::f32), 2 * 512)},
      {"energy.sram_write", "2 pJ", picojoules(neighbor(), 2 * 256)},
      // td, li, loop, four times add and end, br, halt.
      {"energy.instruction", "2 pJ", picojoules(control(), 2 * 13)},
      {"energy.ramp", "2 pJ", picojoules(neighbor(), 2 * 2 * 64)},
      {"energy.hop", "2 pJ", picojoules(around_a_corner(), 2 * 2 * 64)},
      {"energy.idle", "2 pJ", picojoules(copy, 2 * 64)},
      // Two channels at the west column, so at tiles (0,0) and (0,1): 4 bytes a cycle take 64.
      {"edge.side", "east", refuses(from_edge(1), "no edge channel")},
      {"edge.channels", "1", refuses(from_edge(1), "no edge channel")},
      {"edge.memory", "1 KiB", refuses(from_edge(1, 1024), "edge.memory has 1024")},
      {"edge.bytes_per_cycle", "1", cycles(from_edge(2), 256 - 64)},
      {"edge.shared_bytes_per_cycle", "4", cycles(from_edge(2), 64)},
      {"edge.latency", "25 cycles", cycles(from_edge(2), 15)},
  };
  return rows;
}

/// Paths of every number and enum of a message; a ratio is one number.
void collect(const Descriptor& type, const std::string& prefix, std::vector<std::string>& paths) {
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const bool message = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (field.is_map()) {
      continue;
    }
    if (message && !is_ratio(*field.message_type())) {
      collect(*field.message_type(), prefix + field.name() + '.', paths);
    } else if (field.cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
      paths.push_back(prefix + field.name());
    }
  }
}

TEST(Knobs, EveryFieldHasARowAndEveryRowAField) {
  std::vector<std::string> fields;
  collect(*arch::Machine::descriptor(), "", fields);
  EXPECT_GE(fields.size(), 31u);
  std::multiset<std::string> rows;
  for (const Knob& knob : knobs()) {
    rows.insert(knob.path);
    EXPECT_NE(std::find(fields.begin(), fields.end(), knob.path), fields.end())
        << knob.path << " is no field of a machine; take the row out";
  }
  for (const std::string& field : fields) {
    EXPECT_EQ(rows.count(field), 1u) << field << " needs one row in this table: what it changes";
  }
}

/// 2x2 tiles, two channels at the west column.
arch::Machine machine_with_edge() {
  arch::Machine machine = contract_machine(2, 2);
  for (const char* field : {"edge.side=west", "edge.channels=2", "edge.memory=64KiB",
                            "edge.bytes_per_cycle=4", "edge.latency=10 cycles"}) {
    EXPECT_TRUE(set_field(machine, field).ok());
  }
  EXPECT_TRUE(arch::check_machine(machine).ok());
  return machine;
}

TEST(Knobs, TurningOneMovesWhatItShould) {
  for (const Knob& knob : knobs()) {
    const std::string assignment = knob.path + "=" + knob.value;
    SCOPED_TRACE(assignment);
    knob.check(machine_with_edge(), assignment);
  }
}

}  // namespace
}  // namespace weft::sim
