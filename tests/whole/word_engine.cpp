// SPDX-License-Identifier: Apache-2.0
#include "tests/whole/word_engine.h"

#include <cstring>
#include <random>

#include "isa/bundle.h"
#include "tests/whole/fable.h"

namespace weft {
namespace {

/// One role a tile, each beginning with its own `busy`: the mapper's roles hold many tiles.
void skew(isa::Bundle& bundle, int most) {
  std::mt19937 random(11);
  google::protobuf::RepeatedPtrField<isa::Role> roles;
  for (const isa::Role& role : bundle.roles()) {
    for (const isa::TileSet& proto : role.tiles()) {
      const TileSet set = isa::tile_set_of(proto);
      for (int i = 0; i < set.x.count * set.y.count; ++i) {
        isa::Role& own = *roles.Add();
        own = role;
        own.clear_tiles();
        *own.add_tiles() = isa::to_proto({{set.x.first + i % set.x.count * set.x.step, 1, 1},
                                          {set.y.first + i / set.x.count * set.y.step, 1, 1}});
        isa::Instr busy;
        busy.opcode = isa::Opcode::busy;
        busy.arg[0] = static_cast<int>(random() % static_cast<unsigned>(most + 1));
        own.clear_code();
        *own.add_code() = isa::encode(busy);
        own.mutable_code()->MergeFrom(role.code());
      }
    }
  }
  bundle.mutable_roles()->Swap(&roles);
}

void expect_same(const sim::RunResult& word, const sim::RunResult& dataflow) {
  EXPECT_EQ(word.cycles, dataflow.cycles);
  EXPECT_EQ(word.instructions, dataflow.instructions);
  ASSERT_EQ(word.tiles.size(), dataflow.tiles.size());
  for (std::size_t i = 0; i < word.tiles.size(); ++i) {
    EXPECT_EQ(word.tiles[i].bins, dataflow.tiles[i].bins) << "tile " << i;
    EXPECT_EQ(word.tiles[i].words_sent, dataflow.tiles[i].words_sent) << "tile " << i;
  }
  EXPECT_EQ(word.op_bins, dataflow.op_bins);
  ASSERT_EQ(word.ops.size(), dataflow.ops.size());
  for (std::size_t i = 0; i < word.ops.size(); ++i) {
    EXPECT_EQ(word.ops[i].end, dataflow.ops[i].end) << "op " << i;
  }
  ASSERT_EQ(word.tensors.size(), dataflow.tensors.size());
  for (const auto& [name, tensor] : word.tensors) {
    const auto& other = dataflow.tensors.at(name);
    ASSERT_EQ(tensor.values.size(), other.values.size()) << name;
    EXPECT_EQ(std::memcmp(tensor.values.data(), other.values.data(),
                          tensor.values.size() * sizeof(tensor.values[0])),
              0)
        << name;
  }
}

}  // namespace

void expect_engines_agree(const std::string& arch, const std::string& region, int most_skew) {
  for (const std::string data : {"on", "off"}) {
    cli::RunArguments arguments = fable_run(arch, region);
    arguments.new_tokens = 2;
    arguments.check = "none";
    arguments.data = data;
    cli::RunHooks hooks;
    if (most_skew > 0) {
      hooks.change_bundle = [&](isa::Bundle& bundle) { skew(bundle, most_skew); };
    }
    arguments.engine = "dataflow";
    const auto dataflow = cli::run(arguments, hooks);
    arguments.engine = "word";
    const auto word = cli::run(arguments, hooks);
    ASSERT_TRUE(dataflow.ok() && word.ok());
    ASSERT_TRUE(dataflow->result.deadlock.empty());
    EXPECT_EQ(word->exit_code(), 0);
    EXPECT_EQ(word->recording.engine().name(), "word");
    EXPECT_TRUE(word->result.exact);
    EXPECT_EQ(word->result.tensors.empty(), data == "off");
    expect_same(word->result, dataflow->result);
  }
}

}  // namespace weft
