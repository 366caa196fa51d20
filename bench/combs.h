// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "isa/bundle.pb.h"

namespace weft::bench {

/// `side` x `side` tiles (a multiple of 4), 8 colors, routes that turn and fork. Each of 4 x 4
/// blocks has four combs, each a spine along one side with a tooth towards the other in every row
/// or column; blocks of even columns use colors 0 to 3, the others 4 to 7. So nearly every link
/// carries exactly one color, and half of the side * side * 8 link registers hold a word that moves
/// when the sources send without a pause. Trains are longer than any run and any SRAM: for runs
/// without values, behind the verifier.
isa::Bundle combs(int side);

}  // namespace weft::bench
