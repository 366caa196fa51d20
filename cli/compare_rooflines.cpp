// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "cli/compare_groups.h"
#include "judge/columns.h"
#include "reference/devices.h"
#include "reference/roofline.h"

namespace weft::cli {
namespace {

/// The step, and the prompt before it.
struct Loads {
  reference::StepLoad step;
  reference::StepLoad prompt;
};

judge::ThroughputRow row_of(const reference::Device& device, const Loads& loads,
                            const CompareArguments& a) {
  const reference::Roofline step = reference::roofline(loads.step, device, a.efficiency);
  judge::ThroughputRow row;
  row.origin = judge::Origin::roofline;
  row.device = device.name();
  row.devices = step.devices;
  row.aggregate = loads.step.tokens / step.seconds;
  row.per_user = *row.aggregate / a.batch;
  row.watts = step.devices * device.power_watts();
  row.first_token = reference::roofline(loads.prompt, device, a.efficiency, step.devices).seconds;
  row.how = step.memory_bound ? "bound by memory" : "bound by products";
  if (device.kind() == reference::Device::KIND_WAFER) {
    row.how += ", links not looked at";
  }
  for (const char* field : {"memory", "memory_gb_per_s", "dense_tflops", "power_watts"}) {
    const std::string& source = device.sources().at(field);
    if (reference::is_assumed(device, field)) {
      row.assumed.push_back(fmt::format("{} {}", field, source));
    } else if (a.sources || a.json) {
      row.sources.push_back(source);
    }
  }
  return row;
}

std::string formula(const reference::StepLoad& load, double efficiency) {
  return fmt::format(
      "seconds = max(bytes / bandwidth, FLOP / peak) at {:.4g} % of both ({}): {:.4g} GB (weights "
      "once, keys and values of every sequence) and {} GFLOP a step; {:.4g} GB must be in memory, "
      "n x machines share all of it evenly and for nothing. To first token: the same of the "
      "prompt. "
      "Power: all a machine may draw.",
      efficiency * 100, efficiency == 1 ? "the ideal" : "assumed", load.bytes / 1e9,
      judge::figure_text(load.flops / 1e9), load.resident_bytes / 1e9);
}

}  // namespace

Status add_rooflines(const CompareArguments& a, const models::Graph& graph,
                     judge::ThroughputComparison& comparison) {
  WEFT_ASSIGN(const auto devices, reference::load_devices());
  Loads loads;
  loads.prompt = reference::prefill_load(graph, a.sequence, a.batch);
  loads.step =
      a.phase == "decode" ? reference::decode_load(graph, a.sequence, a.batch) : loads.prompt;
  const auto named = reference::devices_named(devices, a.gpu);
  if (!named) {  // where nothing else has that name either, it is a mistake
    return comparison.rows.empty() ? Status(named.error()) : Status();
  }
  for (const reference::Device& device : named->devices()) {
    comparison.rows.push_back(row_of(device, loads, a));
  }
  comparison.notes.push_back({judge::Origin::roofline, formula(loads.step, a.efficiency), false});
  return {};
}

}  // namespace weft::cli
