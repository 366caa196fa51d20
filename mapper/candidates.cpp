// SPDX-License-Identifier: Apache-2.0
#include "mapper/candidates.h"

#include <algorithm>
#include <iterator>

#include "mapper/estimate.h"
#include "mapper/loads.h"

namespace weft::mapper {
namespace {

constexpr int kSmall = 128;  // tiles along a side
constexpr int kMostRegions = 24;
constexpr int kMostTokens = 16;  // of one step

bool is_large(const arch::Machine& machine) {
  return std::max(machine.grid().width(), machine.grid().height()) > kSmall;
}

/// One region, its columns whole head groups and none without a rotated pair.
Placement place_together(const Decoder& decoder, const weft::Rect& area) {
  const int heads = decoder.kv_heads;
  const int width = area.width < heads ? area.width : area.width / heads * heads;
  return place_in_one(decoder, {area.x, area.y, width, area.height});
}

}  // namespace

EstimatedStep step_of(const Candidate& candidate, const Request& request, int positions) {
  return {positions, request.layouts, request.batch, candidate.in_chains};
}

bool stays_together(const arch::Machine& machine, const Request& request) {
  return is_large(machine) && request.phase == Phase::prefill && !request.placement &&
         !request.region && request.prompt_length() > (request.batch > 1 ? 1 : kMostTokens);
}

std::vector<Candidate> candidates(const Decoder& decoder, const arch::Machine& machine,
                                  const Request& request, const weft::Rect& region, int positions) {
  if (request.placement) {
    return {{*request.placement}};
  }
  std::vector<Candidate> apart;
  std::vector<Candidate> meeting;
  const int layers = static_cast<int>(decoder.layers.size());
  if (!request.region && is_large(machine)) {
    for (int columns = 1; columns <= kMostRegions; ++columns) {
      for (int rows = 1; rows * columns <= kMostRegions; ++rows) {
        if (rows * columns > 1 && rows * columns <= layers + 1 && columns <= region.width &&
            rows <= region.height) {
          (columns == 1 ? apart : meeting)
              .push_back({place_in_grid(decoder, region, columns, rows)});
        }
      }
    }
  }
  // Prompts dealt over rows have chains of their own.
  const int width = head_columns(decoder, region.width);
  const bool trims = !request.region && is_large(machine) && !deals_prompt(request) &&
                     request.layouts.head_columns == 0 && width < region.width;
  const int used = trims ? width : region.width;
  apart.push_back(
      {place_in_one(decoder, {region.x, region.y, used, region.height}), region.width - used});
  const auto by_estimate = [&](std::vector<Candidate>& list) {
    const auto estimate = [&](const Candidate& candidate) {
      return estimate_token(decoder, candidate.placement, step_of(candidate, request, positions),
                            machine);
    };
    std::stable_sort(list.begin(), list.end(), [&](const Candidate& a, const Candidate& b) {
      return estimate(a) < estimate(b);
    });
  };
  const Candidate chains{place_in_one(decoder, region), 0, true};
  if (trims && request.batch > 1) {
    apart.push_back(chains);
  }
  by_estimate(apart);
  by_estimate(meeting);
  if (request.batch > 1 && request.prompt_length() > 1) {
    // Steps of its prompt follow each other; through several regions they would meet.
    std::stable_partition(apart.begin(), apart.end(),
                          [](const Candidate& candidate) { return candidate.placement.single(); });
  }
  if (stays_together(machine, request)) {
    apart.insert(apart.begin(), {place_together(decoder, region)});
  }
  if (trims && request.batch == 1) {
    apart.push_back(chains);
  }
  std::move(meeting.begin(), meeting.end(), std::back_inserter(apart));
  return apart;
}

}  // namespace weft::mapper
