// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "traces/figures.h"
#include "traces/report.h"

namespace weft::traces {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kReportVersion = 1;

Json number_or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

Json string_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json named_cycles(const std::vector<NamedCycles>& rows) {
  Json out = Json::array();
  for (const NamedCycles& row : rows) {
    out.push_back({{"name", row.name}, {"cycles", row.cycles}});
  }
  return out;
}

template <class Repeated>
Json array_of(const Repeated& values) {
  Json out = Json::array();
  for (const auto& value : values) {
    out.push_back(value);
  }
  return out;
}

Json bins_json(const Figures& figures) {
  const auto total = static_cast<double>(figures.bin_total);
  Json out = Json::object();
  for (const BinRow& row : figures.bins) {
    out[std::string(row.key)] =
        figures.bin_total > 0 ? static_cast<double>(row.cycles) / total : 0.0;
  }
  return out;
}

// Cycles and joules of each graph op, layers, steps and tiles together.
Json op_totals_json(const Recording& recording) {
  Json out = Json::array();
  for (const OpTotals& op : recording.op_totals()) {
    Json bins = Json::object();
    for (const BinRow& row : rows_of(op.bins())) {
      bins[std::string(row.key)] = row.cycles;
    }
    out.push_back(
        {{"name", string_or_null(op.name())},
         {"bins", std::move(bins)},
         {"joules", recording.has_energy() ? Json(op.energy() * 1e-12) : Json()},
         {"macs", recording.has_energy() ? Json(op.macs()) : Json()},
         {"words_sent", recording.has_energy() ? Json(op.words_sent()) : Json()},
         {"words_received", recording.has_energy() ? Json(op.words_received()) : Json()}});
  }
  return out;
}

Json energy_json(const Recording& recording, const Figures& figures) {
  if (!figures.joules) {
    return {};
  }
  Json kinds = Json::object();
  for (const EnergyRow& row : figures.energy) {
    kinds[std::string(row.key)] = row.picojoules * 1e-12;
  }
  return {{"joules", *figures.joules},
          {"joules_per_token", number_or_null(figures.joules_per_token)},
          {"watts", number_or_null(figures.watts)},
          {"assumed", recording.energy().assumed()},
          {"kinds", std::move(kinds)}};
}

Json check_figures(const Check& check) {
  Json worst;
  if (check.has_worst()) {
    worst = {{"op", check.worst().op()}, {"error_over_bound", check.worst().error_over_bound()}};
  }
  return {{"against", check.against().empty() ? "none" : check.against()},
          {"verdict", check.verdict().empty() ? "not checked" : check.verdict()},
          {"first_bad", string_or_null(check.first_bad())},
          {"worst", worst},
          {"ops_checked", check.ops_checked()},
          {"elements_checked", check.elements_checked()},
          {"worst_cosine", check.ops_checked() > 0 ? Json(check.worst_cosine()) : Json()},
          {"tokens_compared", check.tokens_compared()},
          {"tokens_teacher_forced", check.tokens_teacher_forced()},
          {"logit_error", check.tokens_compared() > 0 ? Json(check.logit_error()) : Json()}};
}

Json provenance_json(const Provenance& provenance) {
  return {
      {"weft_version", provenance.weft_version()}, {"machine_hash", provenance.machine_hash()},
      {"bundle_hash", provenance.bundle_hash()},   {"model_hash", provenance.model_hash()},
      {"command", array_of(provenance.command())}, {"overrides", array_of(provenance.overrides())},
      {"machine_yaml", provenance.machine_yaml()}};
}

Json audits_json(const Recording& recording) {
  Json out = Json::array();
  for (const Audit& audit : recording.audits()) {
    out.push_back({{"name", audit.name()}, {"ok", audit.ok()}, {"detail", audit.detail()}});
  }
  return out;
}

// Null: not exact and not measured.
Json error_percent(const Engine& engine) {
  const bool unknown = !engine.exact() && !engine.has_error_percent();
  return unknown ? Json() : Json(engine.error_percent());
}

}  // namespace

std::string report_json(const Recording& recording) {
  const Figures figures = figures_of(recording);
  const Summary& summary = recording.summary();
  const Region& region = recording.region();
  const Engine& engine = recording.engine();
  const Host& host = recording.host();

  Json out;
  out["version"] = kReportVersion;
  out["machine"] = summary.machine();
  out["model"] = summary.model();
  out["phase"] = summary.phase();
  out["engine"] = {{"name", engine.name()},
                   {"exact", engine.exact()},
                   {"error_percent", error_percent(engine)},
                   {"note", engine.note()},
                   {"how", engine.how()}};
  Json repeats = Json::array();
  for (const Repeat& repeat : engine.repeats()) {
    repeats.push_back({{"from", repeat.from()},
                       {"iterations", repeat.iterations()},
                       {"period", repeat.period()}});
  }
  out["engine"]["repeats"] = std::move(repeats);
  out["region"] = {
      {"x", region.x()}, {"y", region.y()}, {"width", region.width()}, {"height", region.height()}};
  out["batch"] = figures.batch;
  out["prompt_tokens"] = summary.prompt_tokens();
  out["new_tokens"] = summary.new_tokens();
  out["cached_tokens"] = summary.cached_tokens();
  out["cycles"] = summary.cycles();
  out["frequency"] = summary.frequency();
  out["seconds"] = figures.seconds;
  out["tokens_per_second"] = number_or_null(figures.tokens_per_second);
  out["time_to_first_token"] = number_or_null(figures.time_to_first_token);
  out["time_per_output_token"] = number_or_null(figures.time_per_output_token);
  out["layers"] = named_cycles(figures.layers);
  out["ops"] = named_cycles(figures.ops);
  out["bins"] = bins_json(figures);
  out["op_totals"] = op_totals_json(recording);
  out["energy"] = energy_json(recording, figures);
  out["utilization"] = summary.utilization();
  out["macs"] = summary.macs();
  out["words_sent"] = summary.words_sent();
  out["sram"] = {{"peak_bytes", summary.sram_peak_bytes()}, {"bytes", summary.sram_bytes()}};
  out["generated"] = {{"text", recording.generated().text()},
                      {"token_ids", array_of(recording.generated().token_ids())}};
  if (recording.more_generated_size() > 0) {
    Json& sequences = out["generated"]["sequences"] = Json::array({out["generated"]});
    for (const Generated& more : recording.more_generated()) {
      sequences.push_back({{"text", more.text()}, {"token_ids", array_of(more.token_ids())}});
    }
  }
  if (summary.perplexity() > 0) {
    out["perplexity"] = summary.perplexity();
  }
  out["check"] = check_figures(recording.check());
  out["audits"] = audits_json(recording);
  if (recording.has_deadlock()) {
    out["deadlock"] = array_of(recording.deadlock().cycle());
  }
  out["host"] = {{"wall_seconds", host.wall_seconds()},
                 {"cpu_seconds", host.cpu_seconds()},
                 {"peak_bytes", host.peak_bytes()},
                 {"threads", host.threads()}};
  out["provenance"] = provenance_json(recording.provenance());
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string check_json(const Check& check) { return check_figures(check).dump(2) + "\n"; }

}  // namespace weft::traces
