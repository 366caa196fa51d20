// SPDX-License-Identifier: Apache-2.0
#include <google/protobuf/util/message_differencer.h>

#include "arch/machine.h"
#include "mapper/mapping_file.h"
#include "tests/fuzz/target.h"

// A mapping in YAML: an accepted one reads the same from what is written of it, laying nothing over
// it or it over nothing changes nothing, and it can be held against a machine and a model.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weft;
  using google::protobuf::util::MessageDifferencer;
  const auto read = mapper::parse_mapping(fuzz::text_of(data, size), "input");
  if (!read) {
    fuzz::require_message(read);
    return 0;
  }
  const mapper::Mapping& mapping = read->mapping;
  const std::string text = mapper::mapping_text(mapping);
  const auto twin = mapper::parse_mapping(text, "written");
  fuzz::require(twin.ok(), "what is written is accepted");
  fuzz::require(mapper::mapping_text(twin->mapping) == text, "what is written is written again");
  fuzz::require(MessageDifferencer::Equals(twin->mapping, mapping), "the mapping is kept");
  fuzz::require(MessageDifferencer::Equals(mapper::merge({}, mapping), mapping),
                "nothing said leaves what was decided");
  static const arch::Machine machine = *arch::load_machine("mesh8");
  models::Graph graph;
  graph.set_layers(4);
  graph.set_context(128);
  const Status sound = mapper::check_mapping(mapping, machine, graph, read->places);
  if (!sound) {
    fuzz::require_message(sound);
  }
  return 0;
}
