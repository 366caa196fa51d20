// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "isa/bundle.pb.h"

namespace weft::sim {

/// Gives instructions, three at a time, to one of three graph ops or to none, so that what engines
/// book by op has something to be right about.
inline void spread_graph_ops(isa::Bundle& bundle) {
  bundle.add_graph_ops("one");
  bundle.add_graph_ops("layers.{}.two");
  bundle.add_graph_ops("layers.{}.three");
  for (isa::Role& role : *bundle.mutable_roles()) {
    for (int pc = 0; pc < role.code_size(); ++pc) {
      role.mutable_code(pc)->set_graph_op(pc / 3 % 4);  // 0: none
    }
  }
}

}  // namespace weft::sim
