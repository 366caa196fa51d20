// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/arch.pb.h"
#include "base/result.h"
#include "mapper/map.h"
#include "mapper/mapping_file.h"
#include "mapper/picture.h"
#include "models/graph.pb.h"

namespace weft::mapper {

/// A mapping that obeys a file, and everything that was decided as such a file: said again it gives
/// the same bundle, byte for byte.
struct Decision {
  Mapped mapped;
  Mapping mapping;
};

/// map_model with what `said` says; the rest is decided as ever. Errors: those of map_model and
/// check_mapping; what this mapper cannot do, with its place in the file.
Result<Decision> decide(const models::Graph& graph, const arch::Machine& machine,
                        const Request& request, const MappingFile& said = {});

/// Every field, as it was decided. `said` knows what only the user knows: blocked tiles.
Mapping mapping_of(const models::Graph& graph, const arch::Machine& machine, const Request& request,
                   const Mapped& mapped, const Mapping& said);

/// The longest context with which `request` maps, its own task cut to fit; 0: none. Maps up to
/// twenty times.
int largest_context(const models::Graph& graph, const arch::Machine& machine,
                    const Request& request);

PictureInput picture_of(const arch::Machine& machine, const Decision& decision);

}  // namespace weft::mapper
