// SPDX-License-Identifier: Apache-2.0
#include "mapper/sram_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "isa/bundle.h"

namespace weft::mapper {
namespace {

std::string largest_buffers(const isa::Role& role) {
  std::vector<isa::Buffer> buffers(role.buffers().begin(), role.buffers().end());
  std::sort(buffers.begin(), buffers.end(), [](const isa::Buffer& a, const isa::Buffer& b) {
    return std::tuple(-a.bytes(), a.name()) < std::tuple(-b.bytes(), b.name());
  });
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(3, buffers.size()); ++i) {
    text += fmt::format("{}{} {}", i == 0 ? "" : ", ", buffers[i].name(),
                        human_bytes(buffers[i].bytes()));
  }
  return text;
}

}  // namespace

SramUse largest_use(const isa::Bundle& bundle) {
  SramUse use;
  for (int r = 0; r < bundle.roles_size(); ++r) {
    for (const isa::Buffer& buffer : bundle.roles(r).buffers()) {
      if (buffer.offset() + buffer.bytes() > use.bytes) {
        use = {r, buffer.offset() + buffer.bytes()};
      }
    }
  }
  return use;
}

std::int64_t held_bytes(const Decoder& decoder, const Shape& shape, const Placement& placement) {
  const std::int64_t columns = shape.qkv_columns() + shape.q_columns() + 3LL * shape.hidden_x;
  int layers = 0;
  for (const RegionPlan& region : placement.regions) {
    layers = std::max(layers, region.layers);
  }
  const std::int64_t caches = shape.batched() ? 2 * shape.cache_elements(layers) : 0;
  return (layers * columns * shape.width_y + caches) * bytes_of(decoder.dtype);
}

Error does_not_fit(const std::string& model, int batch, const isa::Bundle& bundle,
                   const arch::Machine& machine,
                   const std::function<std::int64_t(const weft::Rect&)>& bytes_on) {
  const SramUse use = largest_use(bundle);
  const isa::Role& role = bundle.roles(use.role);
  const isa::Stride& x = role.tiles(0).x();
  const isa::Stride& y = role.tiles(0).y();
  const std::int64_t capacity = machine.tile().sram();
  // Regions with the machine's proportions: the larger, the fewer bytes a tile.
  const int width = machine.grid().width();
  const int height = machine.grid().height();
  const int longest = std::max(width, height);
  const auto region_of = [&](int n) {
    return weft::Rect{0, 0, std::max(1, width * n / longest), std::max(1, height * n / longest)};
  };
  int fits = longest;
  const std::int64_t best = bytes_on(region_of(longest));
  for (int too_small = 0; best <= capacity && fits - too_small > 1;) {
    const int n = (too_small + fits) / 2;
    const bool larger = region_of(n).area() > rect_of(bundle.region()).area();
    (larger && bytes_on(region_of(n)) <= capacity ? fits : too_small) = n;
  }
  const weft::Rect on = region_of(fits);
  const std::string mend = best <= capacity
                               ? fmt::format("use --region {}x{} or more{}", on.width, on.height,
                                             batch > 1 ? ", or lower --batch" : "")
                               : fmt::format(
                                     "no region of {} is large enough: {}raise tile.sram to {} B "
                                     "or more with --set, or take a larger machine",
                                     machine.name(), batch > 1 ? "lower --batch, " : "", best);
  return input_error(fmt::format(
      "{}{} does not fit region {}x{} of {}: tile ({},{}) needs {} bytes of SRAM and has {}, {} "
      "bytes "
      "too few (largest buffers: {}); {}",
      model, batch > 1 ? fmt::format(" with batch {}", batch) : "", bundle.region().width(),
      bundle.region().height(), machine.name(), x.first(), y.first(), use.bytes, capacity,
      use.bytes - capacity, largest_buffers(role), mend));
}

}  // namespace weft::mapper
