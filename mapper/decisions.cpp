// SPDX-License-Identifier: Apache-2.0
#include "mapper/decisions.h"

#include <fmt/format.h>

#include <algorithm>

#include "mapper/said.h"

namespace weft::mapper {
namespace {

/// Where everything lies as far as regions are said.
Result<Placement> place(const models::Graph& graph, const arch::Machine& machine,
                        const MappingFile& said, const Request& request) {
  WEFT_ASSIGN(const Decoder decoder, fuse_decoder(graph));
  Placement decided;
  if (leaves_regions_open(said.mapping)) {
    Request open = request;
    open.reductions = {};
    open.colors.clear();
    WEFT_ASSIGN(const Mapped mapped, map_model(graph, machine, open));
    decided = mapped.plan.placement;
  }
  return placement_from(said, decided, decoder, machine);
}

/// The context stands in the file and is longer than what fits.
Error too_long(const models::Graph& graph, const arch::Machine& machine, const MappingFile& said,
               const Request& request, const Error& error) {
  if (!request.context || error.kind != ErrorKind::input) {
    return error;
  }
  const int fits = largest_context(graph, machine, request);
  if (fits == 0 || fits >= *request.context) {
    return error;
  }
  return input_error(said.places.told(
      "context", fmt::format("{} positions do not fit, the largest context that fits is {} ({})",
                             *request.context, fits, error.message)));
}

/// Whether the cache has room for the run.
Status check_context(const models::Graph& graph, const arch::Machine& machine,
                     const MappingFile& said, const Request& request) {
  WEFT_ASSIGN(const int positions, positions_of(graph, request));
  if (!request.context || positions <= *request.context) {
    return {};
  }
  const int fits = largest_context(graph, machine, request);
  return input_error(said.places.told(
      "context",
      fmt::format("the run needs {} positions and the cache has room for {}; {}, the largest that "
                  "fits is {}",
                  positions, *request.context, fits >= positions ? "raise it" : "shorten the run",
                  fits)));
}

}  // namespace

int largest_context(const models::Graph& graph, const arch::Machine& machine,
                    const Request& request) {
  Request probe = request;
  probe.new_tokens = 1;
  probe.first_position = 0;
  const auto fits = [&](int context) {
    probe.context = context;
    probe.prompt = request.prompt;
    probe.prompt.resize(
        std::min(request.prompt.size(), static_cast<std::size_t>(context * request.batch)));
    return map_model(graph, machine, probe).ok();
  };
  int least = 0;
  int most = graph.context();
  if (fits(most)) {
    return most;
  }
  while (most - least > 1) {
    const int middle = least + (most - least) / 2;
    (fits(middle) ? least : most) = middle;
  }
  return least;
}

Result<Decision> decide(const models::Graph& graph, const arch::Machine& machine,
                        const Request& request, const MappingFile& said) {
  WEFT_ASSIGN(Request wanted, request_from(said, graph, machine, request));
  if (said.mapping.regions_size() > 0) {
    WEFT_ASSIGN(wanted.placement, place(graph, machine, said, wanted));
  }
  WEFT_TRY(check_context(graph, machine, said, wanted));
  auto mapped = map_model(graph, machine, wanted);
  if (!mapped.ok()) {
    return too_long(graph, machine, said, wanted, mapped.error());
  }
  const int columns = mapped->plan.shape.heads.columns_per_group;
  if (wanted.layouts.head_columns > columns) {
    return input_error(said.places.told(
        "layouts.head_columns",
        fmt::format("{}: a key-value head has use for {} columns at most on regions {} wide; say "
                    "{} or less",
                    wanted.layouts.head_columns, columns, mapped->plan.shape.region.width,
                    columns)));
  }
  WEFT_TRY(check_blocked(said, mapped->bundle));
  Decision decision;
  decision.mapping = mapping_of(graph, machine, wanted, *mapped, said.mapping);
  decision.mapped = std::move(*mapped);
  return decision;
}

}  // namespace weft::mapper
