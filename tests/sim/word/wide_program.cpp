// SPDX-License-Identifier: Apache-2.0
#include "word/wide_program.h"

#include <array>
#include <set>

#include "random_machine.h"

namespace weft::sim {
namespace {

using isa::Opcode;

/// Grows trees of one color over tiles it has not touched and links nobody has.
class Grower {
 public:
  Grower(Dice& dice, ProgramSpec& spec) : dice_(dice), spec_(spec) {
    links_.resize(static_cast<std::size_t>(spec.width * spec.height) * 4, false);
  }

  void grow_color(int color, int links_a_tree) {
    std::vector<bool> touched(links_.size() / 4, false);
    const int trees = std::max<int>(2, static_cast<int>(touched.size()) / links_a_tree);
    for (int i = 0; i < trees; ++i) {
      grow_tree(color, links_a_tree, touched);
    }
  }

 private:
  void grow_tree(int color, int links, std::vector<bool>& touched) {
    TreeSpec tree;
    tree.color = color;
    tree.source = dice_.roll(0, spec_.width * spec_.height - 1);
    if (touched[static_cast<std::size_t>(tree.source)]) {
      return;
    }
    touched[static_cast<std::size_t>(tree.source)] = true;
    std::vector<int> tiles{tree.source};
    std::set<int> forks;
    int at = tree.source;
    int heading = dice_.roll(0, 3);
    for (int attempt = 0; attempt < 2 * links && static_cast<int>(tree.links.size()) < links;
         ++attempt) {
      if (dice_.chance(4)) {
        at = dice_.pick(tiles);
      }
      heading = dice_.chance(8) ? dice_.roll(0, 3) : heading;
      const int to = neighbor(at, heading);
      const auto link = static_cast<std::size_t>(at * 4 + heading);
      if (to < 0 || touched[static_cast<std::size_t>(to)] || links_[link]) {
        heading = dice_.roll(0, 3);
        continue;
      }
      links_[link] = true;
      touched[static_cast<std::size_t>(to)] = true;
      tree.links.emplace_back(at, to);
      forks.insert(at);
      tiles.push_back(to);
      at = to;
    }
    for (const int tile :
         tiles) {  // words must end somewhere: at leaves, and on some tiles between
      if (tile != tree.source && (!forks.contains(tile) || dice_.chance(10))) {
        tree.sinks.push_back(tile);
      }
    }
    if (!tree.sinks.empty()) {
      spec_.trees.push_back(std::move(tree));
    }
  }

  int neighbor(int tile, int heading) const {
    const std::array<int, 4> dx{1, 0, -1, 0};
    const std::array<int, 4> dy{0, 1, 0, -1};
    const int x = tile % spec_.width + dx[static_cast<std::size_t>(heading)];
    const int y = tile / spec_.width + dy[static_cast<std::size_t>(heading)];
    return x < 0 || y < 0 || x >= spec_.width || y >= spec_.height ? -1 : y * spec_.width + x;
  }

  Dice& dice_;
  ProgramSpec& spec_;
  std::vector<bool> links_;
};

}  // namespace

ProgramSpec draw_wide_program(std::uint64_t seed, int width, int height, int colors,
                              int links_a_tree) {
  Dice dice(seed);
  ProgramSpec spec;
  spec.width = width;
  spec.height = height;
  spec.machine = contract_machine(1, 1);
  spec.machine.mutable_fabric()->set_ramp_latency(dice.roll(1, 3));
  spec.machine.mutable_tile()->set_input_queue_words(dice.roll(1, 3));
  if (dice.chance(30)) {
    spec.machine.mutable_fabric()->mutable_words_per_cycle()->set_num(dice.roll(2, 5));
    spec.machine.mutable_fabric()->mutable_words_per_cycle()->set_den(dice.roll(5, 9));
  }
  Grower grower(dice, spec);
  for (int color = 0; color < colors; ++color) {
    grower.grow_color(color, links_a_tree);
  }
  spec.programs.resize(static_cast<std::size_t>(width * height));
  for (auto& program : spec.programs) {
    program.push_back({Opcode::busy, dice.roll(0, 100)});
  }
  const int rounds = dice.roll(1, 3);
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t t = 0; t < spec.trees.size(); ++t) {
      const TreeSpec& tree = spec.trees[t];
      const int words = dice.roll(1, 120);
      const auto tell = [&](int tile, const StepSpec& step) {
        auto& program = spec.programs[static_cast<std::size_t>(tile)];
        if (dice.chance(20)) {
          program.push_back({Opcode::busy, dice.roll(1, 90)});
        }
        program.push_back(step);
      };
      tell(tree.source, {Opcode::send, words, static_cast<int>(t), -1});
      for (const int sink : tree.sinks) {
        tell(sink, {Opcode::recv_set, words, -1, static_cast<int>(t)});
      }
    }
  }
  return spec;
}

}  // namespace weft::sim
