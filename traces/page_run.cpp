// SPDX-License-Identifier: Apache-2.0
#include "traces/page_run.h"

#include <algorithm>
#include <map>

#include "traces/explain.h"
#include "traces/figures.h"
#include "traces/limits.h"
#include "traces/packed.h"
#include "traces/planes.h"
#include "traces/report.h"

namespace weft::traces {
namespace {

using Json = nlohmann::ordered_json;

Json rect_json(const Region& region) {
  return {region.x(), region.y(), region.width(), region.height()};
}

Json limits_json(const Recording& recording) {
  const Limits limits = limits_of(recording);
  Json reasons = Json::array();
  for (const Limit& limit : limits.reasons) {
    reasons.push_back({{"what", limit.what},
                       {"share", limit.share},
                       {"ops", limit.ops},
                       {"where", limit.where},
                       {"mend", limit.mend},
                       {"fields", limit.fields},
                       {"key", limit.key}});
  }
  return {{"basis", limits.basis}, {"of_path", limits.of_path}, {"reasons", std::move(reasons)}};
}

Result<Json> floorplan_json(const Floorplan& plan, PagePart& part) {
  constexpr std::int64_t kMostNumbers = std::int64_t{1} << 22;
  const std::int64_t numbers = std::clamp<std::int64_t>(plan.program_numbers(), 0, kMostNumbers);
  if (numbers > 0) {
    WEFT_TRY(unpack_numbers(plan.programs(), static_cast<std::size_t>(numbers)));
  }
  Json outlines = Json::array();
  for (const Outline& outline : plan.outlines()) {
    outlines.push_back({{"name", outline.name()}, {"tiles", rect_json(outline.tiles())}});
  }
  Json roles = Json::array();
  Json lines = Json::array();
  for (const RoleText& role : plan.roles()) {
    roles.push_back(role.name());
  }
  for (const std::string& line : plan.lines()) {
    lines.push_back(line);
  }
  part.streams.emplace_back("roles", plan.role_of_tile());
  part.streams.emplace_back("lines",
                            deflated(lines.dump(-1, ' ', false, Json::error_handler_t::replace)));
  part.streams.emplace_back("programs", plan.programs());
  const Roofs& roofs = plan.roofs();
  return Json{{"machine", rect_json(plan.machine())},
              {"outlines", std::move(outlines)},
              {"roles", std::move(roles)},
              {"program_numbers", numbers},
              {"roofs",
               {{"macs", roofs.macs()},
                {"read_bytes", roofs.read_bytes()},
                {"weight_bytes", roofs.weight_bytes()},
                {"link_words", roofs.link_words()}}}};
}

/// What is drawn over time; the figures travel as streams.
Json timeline_json(const Timeline& timeline, PagePart& part) {
  Json added = Json::array();
  for (const Added& row : timeline.added()) {
    added.push_back({row.at(), row.iterations(), row.period()});
  }
  Json series = Json::array();
  Json scales = Json::object();
  for (const Series& row : timeline.series()) {
    series.push_back(row.name());
    if (row.has_scale()) {
      const SeriesScale& scale = row.scale();
      scales[row.name()] = {{"unit", scale.unit()}, {"zero", scale.zero()}, {"full", scale.full()}};
    }
    part.streams.emplace_back("mean:" + row.name(), row.mean());
    part.streams.emplace_back("max:" + row.name(), row.max());
  }
  return {
      {"scale", timeline.scale()}, {"width", timeline.width()},   {"height", timeline.height()},
      {"slice", timeline.slice()}, {"slices", timeline.slices()}, {"cycles", timeline.cycles()},
      {"added", std::move(added)}, {"series", std::move(series)}, {"scales", std::move(scales)}};
}

/// Instances of ops in columns: their names by number, layer, step, first and last cycle.
Json ops_json(const Recording& recording, PagePart& part) {
  std::map<std::string, std::int64_t> numbers;
  Json names = Json::array();
  std::array<std::vector<std::int64_t>, 5> columns;
  for (const OpSpan& span : recording.ops()) {
    const std::string name(op_without_layer(span.name()));
    const auto [found, fresh] = numbers.try_emplace(name, std::ssize(numbers));
    if (fresh) {
      names.push_back(name);
    }
    std::size_t column = 0;
    for (const std::int64_t figure :
         {found->second, static_cast<std::int64_t>(span.layer()),
          static_cast<std::int64_t>(span.step()), span.begin(), span.end()}) {
      columns[column++].push_back(figure);
    }
  }
  constexpr const char* kColumns[] = {"op", "layer", "step", "begin", "end"};
  for (std::size_t column = 0; column < columns.size(); ++column) {
    part.streams.emplace_back(std::string("ops:") + kColumns[column],
                              pack_numbers(columns[column]));
  }
  return {{"names", std::move(names)}, {"count", recording.ops_size()}};
}

Json planes_json(const std::vector<TilePlane>& planes, PagePart& part) {
  Json out = Json::array();
  for (const TilePlane& plane : planes) {
    out.push_back({{"name", plane.name}, {"label", plane.label}, {"unit", plane.unit}});
    part.streams.emplace_back("tiles:" + plane.name, pack_numbers(plane.values));
  }
  return out;
}

}  // namespace

Result<PagePart> page_part(const PageRun& run) {
  const Recording& recording = *run.recording;
  PagePart part;
  WEFT_ASSIGN(const std::vector<TilePlane> planes, tile_planes(recording));
  Json& facts = part.facts;
  facts["name"] = run.name;
  facts["report"] = Json::parse(report_json(recording));
  facts["limits"] = limits_json(recording);
  facts["path"] = recording.has_path() ? Json::parse(explain_json(recording)) : Json();
  facts["throughput"] = Json::parse(run.throughput, nullptr, false);
  if (facts["throughput"].is_discarded()) {
    facts["throughput"] = nullptr;
  }
  std::string generated = recording.generated().prompt() + recording.generated().text();
  for (const Generated& more : recording.more_generated()) {
    generated += "\n\n" + more.prompt() + more.text();
  }
  facts["generated"] = std::move(generated);
  if (recording.has_floorplan()) {
    WEFT_ASSIGN(facts["floorplan"], floorplan_json(recording.floorplan(), part));
  } else {
    facts["floorplan"] = nullptr;
  }
  facts["planes"] = planes_json(planes, part);
  facts["ops"] = ops_json(recording, part);
  facts["timeline"] = recording.has_timeline() ? timeline_json(recording.timeline(), part) : Json();
  return part;
}

}  // namespace weft::traces
