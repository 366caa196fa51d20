// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "isa/verify/static_rules.h"

namespace weft::isa {

bool check_routes(const Bundle& bundle, const arch::Machine& machine,
                  const ResolvedBundle& resolved, Findings& findings) {
  const weft::Rect whole{0, 0, machine.grid().width(), machine.grid().height()};
  bool sane = true;
  for (int i = 0; i < bundle.routes_size(); ++i) {
    const Route& route = bundle.routes(i);
    const bool directions =
        Direction_IsValid(route.rx()) && std::all_of(route.tx().begin(), route.tx().end(),
                                                     [](int d) { return Direction_IsValid(d); });
    if (!directions) {
      findings.add(fmt::format("route {} of color c{}: unknown direction", i, route.color()));
    }
    const bool inside = lies_inside(route.tiles(), whole);
    if (!inside) {
      findings.add(fmt::format(
          "route {} of color c{}: its tiles do not lie inside the {}x{} machine; mend the tile set",
          i, route.color(), whole.width, whole.height));
    }
    const weft::Rect& region = resolved.region;
    if (inside && region.area() > 0 && !lies_inside(route.tiles(), region)) {
      findings.add(fmt::format(
          "route {} of color c{}: leaves the region {}x{} at ({},{}), whose routers alone are the "
          "bundle's; widen the region or take another way",
          i, route.color(), region.width, region.height, region.x, region.y));
    }
    sane = sane && directions && inside;
  }
  return sane;
}

void follow_routes(const Bundle& bundle, const arch::Machine& machine, ResolvedBundle& resolved,
                   Findings& findings) {
  resolved.routes = trace_routes(bundle, machine);
  for (std::string& fault : resolved.routes.faults) {
    findings.add(std::move(fault));
  }
}

}  // namespace weft::isa
