// SPDX-License-Identifier: Apache-2.0
#include "verify_case.h"

#include <gtest/gtest.h>

#include "isa/text.h"
#include "isa/verify.h"
#include "loaded.h"

namespace weft::isa {

arch::Machine small_machine() {
  arch::Machine machine;
  machine.set_name("small");
  machine.mutable_grid()->set_width(3);
  machine.mutable_grid()->set_height(2);
  auto& tile = *machine.mutable_tile();
  tile.set_sram(4096);
  tile.set_queue_engines(2);
  tile.set_input_queue_words(1);
  tile.set_instruction_bytes(16);
  auto& fabric = *machine.mutable_fabric();
  fabric.set_word(32);
  fabric.set_colors(4);
  fabric.mutable_words_per_cycle()->set_num(1);
  fabric.mutable_words_per_cycle()->set_den(1);
  fabric.set_ramp_latency(2);
  fabric.set_hop_latency(1);
  fabric.set_places_per_hop(1);
  auto& edge = *machine.mutable_edge();
  edge.set_channels(2);
  edge.set_memory(4096);
  edge.mutable_bytes_per_cycle()->set_num(1);
  edge.mutable_bytes_per_cycle()->set_den(1);
  return machine;
}

Bundle bundle_of(const std::string& text) {
  const auto bundle = parse_bundle(text, "case.s");
  EXPECT_TRUE(bundle.ok()) << (bundle.ok() ? "" : bundle.error().message);
  return bundle.ok() ? *bundle : Bundle();
}

std::vector<std::string> violations_loaded(const std::string& text) {
  return find_violations(loaded(bundle_of(text)), small_machine());
}

std::vector<std::string> violations(const std::string& text) {
  return find_violations(bundle_of(text), small_machine());
}

}  // namespace weft::isa
