// SPDX-License-Identifier: Apache-2.0
#include "isa/bundle.h"
#include "sim/core/tile_scripts.h"
#include "sim/trains/engine.h"

namespace weft::sim::trains {

// False where a program is too long to write out.
Result<bool> Engine::write_scripts() {
  std::vector<isa::Program> programs;
  for (const isa::Role& role : bundle_.roles()) {
    WEFT_ASSIGN(isa::Program program, isa::resolve_program(role));
    programs.push_back(std::move(program));
  }
  const auto keep = [&](const Script& script, int) {
    scripts_.push_back(script);
    return script.edge ? -1 : static_cast<std::int32_t>(scripts_.size()) - 1;
  };
  std::vector<std::int32_t> script_of;
  if (!assign_scripts(bundle_, programs, cost_, machine_.tile().queue_engines(),
                      machine_.fabric().colors(), keep, script_of)) {
    return false;
  }
  for (std::size_t tile = 0; tile < tiles_.size(); ++tile) {
    tiles_[tile].script = script_of[tile];
  }
  return true;
}

}  // namespace weft::sim::trains
