// SPDX-License-Identifier: Apache-2.0
#include "mapper/said.h"

#include <fmt/format.h>

#include "base/schema.h"
#include "base/text.h"
#include "isa/bundle.h"
#include "mapper/mapping_faults.h"

namespace weft::mapper {
namespace {

using Collective = Mapping::Collective;
using collectives::Algorithm;

template <class Value>
std::string word_of(const google::protobuf::EnumDescriptor* type, Value value) {
  return enum_names(*type)[static_cast<std::size_t>(value)];
}

void refuse_whole(const Mapping& said, const Request& request, MappingFaults& faults) {
  if (said.strategy() == Mapping::STRATEGY_WAFERLLM) {
    faults.add("strategy", "waferllm is not built yet; use tensor");
  }
  if (said.has_batch() && said.batch() != request.batch) {
    faults.add("batch", fmt::format("the mapping is for {} and the run is of {}; give --batch {}, "
                                    "or take batch out",
                                    said.batch(), request.batch, said.batch()));
  }
  if (request.batch > 1 && said.has_chunk() && said.chunk() != request.batch) {
    faults.add("chunk", fmt::format("{}: a step takes one token of each of {} sequences; set {}, "
                                    "or take chunk out",
                                    said.chunk(), request.batch, request.batch));
  }
  const auto asked = request.phase == Phase::generate  ? Mapping::PHASE_GENERATE
                     : request.phase == Phase::prefill ? Mapping::PHASE_PREFILL
                                                       : Mapping::PHASE_DECODE;
  if (said.has_phase() && said.phase() != asked) {
    const std::string word = word_of(Mapping::Phase_descriptor(), said.phase());
    faults.add("phase", fmt::format("the mapping is for {} and the run is {}; give --phase {}, or "
                                    "take phase out",
                                    word, word_of(Mapping::Phase_descriptor(), asked), word));
  }
  if (request.region && said.regions_size() > 0) {
    faults.add("regions", "regions and --region are two ways to say one thing; give one");
  }
}

void refuse_layouts(const Mapping::Layouts& said, MappingFaults& faults) {
  if (said.cache() == Mapping::Layouts::CACHE_BLOCK) {
    faults.add("layouts.cache", "block is not built yet; use cyclic");
  }
  if (said.rope() == Mapping::Layouts::ROPE_REPLICATED) {
    faults.add("layouts.rope", "replicated is not built yet; use dealt");
  }
}

void refuse_kernels(const Mapping& said, MappingFaults& faults) {
  for (int i = 0; i < said.kernels_size(); ++i) {
    if (said.kernels(i).kernel() != Mapping::Kernel::NAME_GEMV) {
      faults.add(
          fmt::format("kernels[{}].kernel", i),
          fmt::format("{} stands alone so far and runs no op of a model; use gemv",
                      word_of(Mapping::Kernel::Name_descriptor(), said.kernels(i).kernel())));
    }
  }
}

const ReductionInfo* reduction_of(Mapping::Op op) {
  const std::string name = word_of(Mapping::Op_descriptor(), op);
  for (const ReductionInfo& info : all_reductions()) {
    if (info.name == name) {
      return &info;
    }
  }
  return nullptr;
}

/// ring is refused before.
Algorithm algorithm_of(Collective::Algorithm said) {
  switch (said) {
    case Collective::ALGORITHM_STAR:
      return Algorithm::star;
    case Collective::ALGORITHM_TREE:
      return Algorithm::tree;
    case Collective::ALGORITHM_TWO_PHASE:
      return Algorithm::two_phase;
    case Collective::ALGORITHM_AUTO_GEN:
      return Algorithm::automatic;
    case Collective::ALGORITHM_KTREE:
      return Algorithm::ktree;
    default:
      return Algorithm::chain;
  }
}

const char* axis_word(Axis axis) { return axis == Axis::x ? "x" : axis == Axis::y ? "y" : "group"; }

void add_collective(const MappingFile& said, int index, const Layouts& layouts,
                    MappingFaults& faults, Request& request) {
  const Collective& entry = said.mapping.collectives(index);
  const std::string path = fmt::format("collectives[{}]", index);
  const std::string op = word_of(Mapping::Op_descriptor(), entry.op());
  const ReductionInfo* info = reduction_of(entry.op());
  if (info == nullptr) {
    faults.add(path + ".op", fmt::format("{} brings nothing together; take it out", op));
    return;
  }
  const std::string axis = axis_word(info->axis);
  if (entry.has_axis() && word_of(Collective::Axis_descriptor(), entry.axis()) != axis) {
    faults.add(path + ".axis",
               fmt::format("{} is brought together along {} alone; say that or nothing", op, axis));
  }
  if ((layouts.norms_ride.value_or(false) &&
       (info->reduction == Reduction::input_norm || info->reduction == Reduction::post_norm ||
        info->reduction == Reduction::norm)) ||
      (layouts.attention_merged && info->reduction == Reduction::maxima)) {
    faults.add(path + ".op",
               fmt::format("{} has no sum of its own in these layouts; take it out", op));
  }
  if (entry.algorithm() == Collective::ALGORITHM_RING) {
    faults.add(path + ".algorithm",
               "ring is for vectors cut into shares, which no op of a model has yet; use another");
  }
  const bool grouped = entry.algorithm() == Collective::ALGORITHM_TWO_PHASE ||
                       entry.algorithm() == Collective::ALGORITHM_KTREE;
  if (entry.has_groups() && !grouped) {
    faults.add(path + ".groups", "groups go with algorithm two_phase or ktree; say which");
  }
  if (entry.has_root() && entry.has_root_at()) {
    faults.add(path + ".root_at", "root and root_at are two ways to say one thing; take one out");
  }
  const auto at = static_cast<std::size_t>(info->reduction);
  ReductionChoice choice = request.reductions[at].value_or(ReductionChoice());
  if (entry.has_algorithm()) {
    choice.algorithm = algorithm_of(entry.algorithm());
  }
  if (entry.has_root()) {
    choice.edge = entry.root() == Collective::ROOT_EDGE;
  }
  if (entry.has_root_at()) {
    choice.root = entry.root_at();
  }
  if (entry.has_groups()) {
    choice.groups = entry.groups();
  }
  request.reductions[at] = choice;
  request.reduction_places[at] = said.places.told(path, "");
}

}  // namespace

Result<Request> request_from(const MappingFile& said, const models::Graph& graph,
                             const arch::Machine& machine, const Request& request) {
  const Mapping& mapping = said.mapping;
  WEFT_TRY(check_mapping(mapping, machine, graph, said.places));
  MappingFaults faults(said.places);
  refuse_whole(mapping, request, faults);
  refuse_layouts(mapping.layouts(), faults);
  refuse_kernels(mapping, faults);
  Request result = request;
  result.layouts.head_columns = mapping.layouts().head_columns();
  if (mapping.layouts().has_norms()) {
    result.layouts.norms_ride = mapping.layouts().norms() == Mapping::Layouts::NORMS_RIDING;
  }
  result.layouts.attention_merged =
      mapping.layouts().has_attention()
          ? mapping.layouts().attention() == Mapping::Layouts::ATTENTION_MERGED
          : request.layouts.attention_merged;
  if (mapping.has_chunk()) {
    result.chunk = mapping.chunk();
  }
  if (mapping.has_context()) {
    result.context = mapping.context();
  }
  // One without an axis first: one with an axis has the last word.
  for (const bool with_axis : {false, true}) {
    for (int i = 0; i < mapping.collectives_size(); ++i) {
      if (mapping.collectives(i).has_axis() == with_axis) {
        add_collective(said, i, result.layouts, faults, result);
      }
    }
  }
  for (int i = 0; i < mapping.colors_size(); ++i) {
    result.colors.push_back({mapping.colors(i).flow(), mapping.colors(i).color(),
                             said.places.told(fmt::format("colors[{}]", i), "")});
  }
  if (!faults.lines().empty()) {
    return input_error(fmt::format("{}", fmt::join(faults.lines(), "\n")));
  }
  return result;
}

Status check_blocked(const MappingFile& said, const isa::Bundle& bundle) {
  for (int i = 0; i < said.mapping.blocked_size(); ++i) {
    const Mapping::Area& area = said.mapping.blocked(i);
    const weft::Rect rect{area.x(), area.y(), area.width(), area.height()};
    for (const isa::Route& route : bundle.routes()) {
      const weft::TileSet tiles = isa::tile_set_of(route.tiles());
      for (int y = rect.y; y < rect.y + rect.height; ++y) {
        for (int x = rect.x; tiles.y.contains(y) && x < rect.x + rect.width; ++x) {
          if (tiles.contains(x, y)) {
            return input_error(said.places.told(
                fmt::format("blocked[{}]", i),
                fmt::format(
                    "what regions hand on crosses tile ({},{}) on color {}; move regions so "
                    "that nothing is between them",
                    x, y, route.color())));
          }
        }
      }
    }
  }
  return {};
}

}  // namespace weft::mapper
