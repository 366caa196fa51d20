// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "mapper/mapping_file.h"
#include "mapper/said.h"

namespace weft::mapper {
namespace {

/// Lays the entries of `said` over those of `into` that `same` says they are about, or adds them.
template <class Entries, class Same>
void lay_over(const Entries& said, Entries& into, Same&& same) {
  for (const auto& entry : said) {
    bool known = false;
    for (auto& decided : into) {
      if (same(entry, decided)) {
        decided.MergeFrom(entry);
        known = true;
      }
    }
    if (!known) {
      *into.Add() = entry;
    }
  }
}

/// Whether they are changes of decided ones, by name, and not all there are.
bool change_by_name(const Mapping& said, const Mapping& decided) {
  return leaves_regions_open(said) &&
         std::all_of(said.regions().begin(), said.regions().end(), [&](const auto& region) {
           return region.has_name() &&
                  std::any_of(decided.regions().begin(), decided.regions().end(),
                              [&](const auto& other) { return other.name() == region.name(); });
         });
}

void merge_regions(const Mapping& said, const Mapping& decided, Mapping& merged) {
  if (said.regions().empty() || change_by_name(said, decided)) {
    *merged.mutable_regions() = decided.regions();
    lay_over(said.regions(), *merged.mutable_regions(),
             [](const auto& a, const auto& b) { return a.name() == b.name(); });
    return;
  }
  for (int i = 0; i < said.regions_size(); ++i) {
    Mapping::Region& region = *merged.add_regions();
    if (i < decided.regions_size()) {
      region = decided.regions(i);
    }
    region.MergeFrom(said.regions(i));
  }
}

/// An entry without an axis speaks of all axes, so that one with an axis has the last word.
void merge_collectives(const Mapping& said, const Mapping& decided, Mapping& merged) {
  auto ordered = said.collectives();
  std::stable_partition(ordered.begin(), ordered.end(),
                        [](const auto& entry) { return !entry.has_axis(); });
  *merged.mutable_collectives() = decided.collectives();
  lay_over(ordered, *merged.mutable_collectives(), [](const auto& a, const auto& b) {
    return a.op() == b.op() && (!a.has_axis() || (b.has_axis() && a.axis() == b.axis()));
  });
}

}  // namespace

Mapping merge(const Mapping& said, const Mapping& decided) {
  const auto without_lists = [](Mapping mapping) {
    mapping.clear_regions();
    mapping.clear_collectives();
    mapping.clear_kernels();
    mapping.clear_colors();
    mapping.clear_blocked();
    return mapping;
  };
  Mapping merged = without_lists(decided);
  merged.MergeFrom(without_lists(said));
  merge_regions(said, decided, merged);
  merge_collectives(said, decided, merged);
  *merged.mutable_kernels() = decided.kernels();
  lay_over(said.kernels(), *merged.mutable_kernels(),
           [](const auto& a, const auto& b) { return a.op() == b.op(); });
  *merged.mutable_colors() = decided.colors();
  lay_over(said.colors(), *merged.mutable_colors(),
           [](const auto& a, const auto& b) { return a.flow() == b.flow(); });
  *merged.mutable_blocked() = said.blocked().empty() ? decided.blocked() : said.blocked();
  return merged;
}

}  // namespace weft::mapper
