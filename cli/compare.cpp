// SPDX-License-Identifier: Apache-2.0
#include "cli/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "arch/machine.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/compare_wafer.h"
#include "judge/columns.h"
#include "models/checkpoint.h"
#include "reference/devices.h"
#include "reference/measured.h"
#include "reference/published.h"
#include "reference/roofline.h"

namespace weft::cli {
namespace {

using judge::Origin;
using judge::ThroughputRow;

/// Gathers the groups one by one.
class Comparer {
 public:
  Comparer(const CompareArguments& arguments, const models::Graph& graph)
      : a_(arguments), graph_(graph) {
    out_.model = graph.name();
    out_.phase = a_.phase;
    out_.sequence = a_.sequence;
    out_.batch = a_.batch;
    out_.efficiency = a_.efficiency;
  }

  Result<judge::ThroughputComparison> run() {
    WEFT_TRY(add_measured());
    WEFT_TRY(add_published());
    WEFT_TRY(add_rooflines());
    if (!a_.gpu.empty() && out_.rows.empty()) {
      return reference::devices_named(devices_, a_.gpu).error();
    }
    WEFT_TRY(add_wafer(a_, graph_, out_));  // last, as it takes longest
    return std::move(out_);
  }

 private:
  bool wanted(const std::string& device) const { return reference::has_in_name(device, a_.gpu); }
  bool decode() const { return a_.phase == "decode"; }
  void note(Origin origin, std::string text, bool missing = false) {
    out_.notes.push_back({origin, std::move(text), missing});
  }

  Status add_measured() {
    const bool named = !a_.measured.empty();
    const auto folder = named ? a_.measured : reference::measured_folder();
    if (named && !std::filesystem::is_directory(folder)) {
      return io_error(
          fmt::format("--measured {}: no such folder; give one that holds what "
                      "scripts/record-gpu wrote",
                      folder.string()));
    }
    WEFT_ASSIGN(const auto files, reference::read_measured(folder));
    for (const reference::MeasuredFile& file : files) {
      for (const reference::MeasuredRow& row : file.rows) {
        if (row.model == graph_.name() && row.phase == a_.phase && row.batch == a_.batch &&
            row.context == a_.sequence && wanted(file.device)) {
          out_.rows.push_back(measured_row(file, row));
        }
      }
    }
    if (out_.rows.empty()) {
      note(Origin::measured,
           fmt::format("none: no recording of {}, {}, context {}, batch {}{} in {}; "
                       "scripts/record-gpu makes it where there is a GPU",
                       graph_.name(), a_.phase, with_commas(a_.sequence), a_.batch,
                       a_.gpu.empty() ? "" : ", on " + a_.gpu, folder.string()),
           true);
    }
    return {};
  }

  ThroughputRow measured_row(const reference::MeasuredFile& file,
                             const reference::MeasuredRow& row) const {
    ThroughputRow out;
    out.origin = Origin::measured;
    out.device = file.device;
    const double tokens = decode() ? 1 : a_.sequence;
    out.per_user = tokens / row.median_seconds;
    out.aggregate = row.batch * tokens / row.median_seconds;
    out.watts = row.power_watts;
    if (!decode()) {
      out.first_token = row.median_seconds;
    }
    out.how = fmt::format("{}, median of {}, {:.3g} % of the {} measured beside it", row.dtype,
                          row.repeats, row.fraction * 100, decode() ? "bandwidth" : "product rate");
    out.sources = {
        fmt::format("recorded {} on {}: driver {}, CUDA {}, {:g} to {:g} MHz, copies "
                    "{:.4g} GB/s, products {:.4g} TFLOP/s, Weft {}",
                    file.date, file.device, file.driver, file.toolkit, file.clock_mhz_low,
                    file.clock_mhz_high, file.copy_gb_per_s, file.gemm_tflops, file.git)};
    return out;
  }

  Status add_published() {
    WEFT_ASSIGN(const auto figures, reference::load_published());
    if (!decode()) {
      note(Origin::published, "none: no figure of prefill alone is in reference/published.csv");
      return {};
    }
    std::map<std::string, double> nearest;  // by hardware and how it was driven
    const auto key = [](const reference::PublishedFigure& f) {
      return f.hardware + "|" + f.model + "|" + f.note;
    };
    const auto distance = [&](const reference::PublishedFigure& f) {
      return std::abs(std::log(static_cast<double>(f.input + f.output) / a_.sequence));
    };
    const auto fits = [&](const reference::PublishedFigure& f) {
      return f.shape == graph_.name() && f.work != "train" && wanted(f.hardware);
    };
    const auto has_length = [](const reference::PublishedFigure& f) {
      return f.work == "serve" && f.input > 0;
    };
    for (const auto& figure : figures) {
      if (fits(figure) && has_length(figure)) {
        const auto at = nearest.try_emplace(key(figure), distance(figure)).first;
        at->second = std::min(at->second, distance(figure));
      }
    }
    int left_out = 0;
    for (const auto& figure : figures) {
      if (!fits(figure)) {
        continue;
      }
      if (has_length(figure) && !a_.all && distance(figure) > nearest.at(key(figure))) {
        ++left_out;
        continue;
      }
      out_.rows.push_back(published_row(figure));
    }
    if (left_out > 0) {
      note(Origin::published,
           fmt::format("{} more with prompts and answers of other lengths: --all", left_out));
    }
    if (std::ranges::none_of(figures, fits)) {
      note(Origin::published, fmt::format("none of the shape of {}{} is in reference/published.csv",
                                          graph_.name(), a_.gpu.empty() ? "" : ", on " + a_.gpu));
    }
    return {};
  }

  static ThroughputRow published_row(const reference::PublishedFigure& figure) {
    ThroughputRow row;
    row.origin = Origin::published;
    row.device = figure.hardware;
    (figure.work == "decode" ? row.per_user : row.aggregate) = figure.value;
    row.first_token = figure.first_token;
    row.how = figure.model;
    if (!figure.note.empty()) {
      row.how += ", " + figure.note;
    }
    if (figure.input > 0 && figure.output > 0) {
      row.how +=
          fmt::format(", {} in, {} out", with_commas(figure.input), with_commas(figure.output));
    } else if (figure.input > 0) {
      row.how += fmt::format(", {} in the cache", with_commas(figure.input));
    }
    if (figure.confidence != "high") {
      row.how += fmt::format(", {} confidence", figure.confidence);
    }
    row.sources = {figure.source};
    return row;
  }

  Status add_rooflines() {
    WEFT_ASSIGN(devices_, reference::load_devices());
    const auto prefill = reference::prefill_load(graph_, std::max(1, a_.sequence), a_.batch);
    const auto load = decode() ? reference::decode_load(graph_, a_.sequence, a_.batch) : prefill;
    bool any = false;
    for (const reference::Device& device : devices_.devices()) {
      if (wanted(device.name())) {
        any = true;
        out_.rows.push_back(roofline_row(device, load, prefill));
      }
    }
    if (any) {
      note(
          Origin::roofline,
          fmt::format("seconds = max(bytes / bandwidth, FLOP / peak) at {:.4g} % of both{}: {:.4g} "
                      "GB ({}) and {} GFLOP a step; {:.4g} GB must be in memory, n x machines "
                      "share all of it evenly and for nothing. To first token: the same of the "
                      "prompt. Power: all a machine may draw.",
                      a_.efficiency * 100, a_.efficiency == 1 ? ", the ideal" : " (assumed)",
                      load.bytes / 1e9, "weights once, keys and values of every sequence",
                      judge::figure_text(load.flops / 1e9), load.resident_bytes / 1e9));
    }
    return {};
  }

  ThroughputRow roofline_row(const reference::Device& device, const reference::StepLoad& load,
                             const reference::StepLoad& prefill) const {
    const reference::Roofline step = reference::roofline(load, device, a_.efficiency);
    ThroughputRow row;
    row.origin = Origin::roofline;
    row.device = device.name();
    row.devices = step.devices;
    row.aggregate = load.tokens / step.seconds;
    row.per_user = *row.aggregate / a_.batch;
    row.watts = step.devices * device.power_watts();
    row.first_token = reference::roofline(prefill, device, a_.efficiency, step.devices).seconds;
    row.how = step.memory_bound ? "bound by memory" : "bound by products";
    if (device.kind() == reference::Device::KIND_WAFER) {
      row.how += ", links not looked at";
    }
    for (const auto& field : {"memory", "memory_gb_per_s", "dense_tflops", "power_watts"}) {
      const std::string& source = device.sources().at(field);
      if (reference::is_assumed(device, field)) {
        row.assumed.push_back(fmt::format("{} {}", field, source));
      } else if (a_.sources || a_.json) {
        row.sources.push_back(source);
      }
    }
    return row;
  }

  const CompareArguments& a_;
  const models::Graph& graph_;
  reference::Devices devices_;
  judge::ThroughputComparison out_;
};

Status check_length(const models::Graph& graph, CompareArguments& a) {
  const int most = graph.context() - (a.phase == "decode" ? 1 : 0);
  constexpr int usual = 4096;
  if (a.sequence == 0) {
    a.sequence = std::min(usual, most);
  }
  if (a.sequence > most) {
    return input_error(fmt::format("--seq {}: the context of {} is {}; give at most {}", a.sequence,
                                   graph.name(), graph.context(), most));
  }
  return {};
}

}  // namespace

Result<judge::ThroughputComparison> compare_throughput(const CompareArguments& arguments) {
  WEFT_TRY(check_choice("--phase", arguments.phase, {"decode", "prefill"}));
  if (arguments.arch != "none" && arguments.run.empty()) {
    WEFT_TRY(arch::load_machine(arguments.arch, arguments.overrides));
  }
  WEFT_ASSIGN(const models::Checkpoint checkpoint, models::load_checkpoint(arguments.model));
  if (checkpoint.graph.dtype() == models::F32) {
    return input_error(
        fmt::format("{}: its weights are f32 and the rates of GPUs here those of 16 bits; give a "
                    "model in f16 or bf16",
                    checkpoint.folder.string()));
  }
  CompareArguments a = arguments;
  WEFT_TRY(check_length(checkpoint.graph, a));
  return Comparer(a, checkpoint.graph).run();
}

}  // namespace weft::cli
