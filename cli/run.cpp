// SPDX-License-Identifier: Apache-2.0
#include "cli/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "arch/machine.h"
#include "base/file.h"
#include "base/text.h"
#include "base/yaml_reader.h"
#include "cli/arguments.h"
#include "cli/check_against.h"
#include "cli/host_memory.h"
#include "cli/interrupt.h"
#include "cli/last_cycles.h"
#include "cli/output_folder.h"
#include "cli/perplexity.h"
#include "cli/record.h"
#include "cli/record_timeline.h"
#include "cli/record_window.h"
#include "cli/report.h"
#include "cli/run_arguments.h"
#include "cli/task.h"
#include "cli/version.h"
#include "cli/window_arguments.h"
#include "isa/bundle.h"
#include "isa/verify.h"
#include "mapper/decisions.h"
#include "mapper/waferllm/waferllm.h"
#include "models/checkpoint.h"
#include "models/finite.h"
#include "models/tokenizer.h"
#include "traces/page.h"
#include "traces/progress.h"
#include "traces/recording.h"
#include "traces/report.h"

namespace weft::cli {
namespace {

sim::EngineKind engine_of(const std::string& name) {
  return name == "word"       ? sim::EngineKind::word
         : name == "dataflow" ? sim::EngineKind::dataflow
                              : sim::EngineKind::automatic;
}

/// One run while it is being put together: what each stage hands to the next.
class Pipeline {
 public:
  Pipeline(const RunArguments& arguments, const RunHooks& hooks)
      : arguments_(arguments), hooks_(hooks) {}

  Result<RunOutcome> run() {
    // 1. What the user said; 2. where the answer goes, before any work is done for it.
    WEFT_TRY(check_run_arguments(arguments_));
    WEFT_ASSIGN(machine_, arch::load_machine(arguments_.arch, arguments_.overrides));
    if (!arguments_.model.empty()) {
      WEFT_TRY(load_model());
    }
    if (!arguments_.out.empty()) {
      WEFT_TRY(folder_.make(arguments_.out));
    }
    // 3. A bundle, mapped or given; 4. verified; 5. simulated; 6. checked; 7. written.
    WEFT_TRY(arguments_.bundle.empty() ? map() : read_bundle());
    if (hooks_.change_bundle) {
      hooks_.change_bundle(bundle_);
    } else {
      WEFT_TRY(isa::verify(bundle_, machine_, interrupted));
    }
    WEFT_TRY(simulate());
    describe();
    WEFT_TRY(record_failure());
    if (outcome_.result.deadlock.empty()) {
      WEFT_TRY(check());
    }
    if (!arguments_.reproducible) {
      record_host(seconds_since(begin_), outcome_.result.threads, outcome_.recording);
    }
    if (interrupted()) {
      return interrupted_error();
    }
    WEFT_TRY(write());
    return std::move(outcome_);
  }

 private:
  using Clock = std::chrono::steady_clock;
  static double seconds_since(Clock::time_point from) {
    return std::chrono::duration<double>(Clock::now() - from).count();
  }

  int prompt_tokens() const {
    return prompts_.empty() ? 0 : static_cast<int>(prompts_.front().size());
  }

  Status load_model() {
    WEFT_ASSIGN(auto checkpoint, models::load_checkpoint(arguments_.model));
    checkpoint_.emplace(std::move(checkpoint));
    if (!checkpoint_->has_weights() && arguments_.data == "on") {
      return input_error(
          fmt::format("{}: holds config.json and no weights, which is enough for the timing alone; "
                      "use --data off, or put the weights there",
                      checkpoint_->folder.string()));
    }
    WEFT_ASSIGN(tokenizer_, open_tokenizer(*checkpoint_));
    WEFT_ASSIGN(prompts_, read_prompts(arguments_, *checkpoint_, tokenizer_));
    if (prompts_.empty() && !arguments_.perplexity.empty()) {
      WEFT_ASSIGN(windows_,
                  read_windows(arguments_.perplexity, checkpoint_->graph, arguments_.windows));
      prompts_.emplace_back(windows_.front().begin(), windows_.front().end() - 1);
    }
    return {};
  }

  // The published schedule, at the sizes of this model; every token at the same position.
  Status map_waferllm() {
    const models::Graph& graph = checkpoint_->graph;
    WEFT_ASSIGN(const weft::Rect region, parse_region(arguments_.region));
    WEFT_ASSIGN(
        const mapper::WaferLlm model,
        mapper::waferllm_of(graph, region.width, arguments_.sequence, arguments_.new_tokens));
    WEFT_ASSIGN(bundle_, mapper::map_waferllm(model, machine_, outcome_.decisions));
    return {};
  }

  Status map() {
    if (arguments_.strategy == "waferllm") {
      return map_waferllm();
    }
    WEFT_ASSIGN(mapper::Request request, request_of(arguments_, prompts_));
    if (!windows_.empty()) {
      request.phase = mapper::Phase::prefill;
      request.all_logits = true;
    }
    WEFT_ASSIGN(auto decision, map_task(arguments_, checkpoint_->graph, machine_, request));
    mapper::Mapped& mapped = decision.mapped;
    bundle_ = std::move(mapped.bundle);
    logit_groups_ = mapped.plan.shape.logit_groups();
    outcome_.decisions = std::move(mapped.decisions);
    tensors_.host = std::move(mapped.host_tensors);
    tensors_.weights = &checkpoint_->weights;
    first_logits_ = request.all_logits ? 0 : prompt_tokens() - 1;
    return {};
  }

  Status read_bundle() {
    auto bundle = isa::read_bundle(arguments_.bundle);
    if (!bundle) {
      return at_option("--bundle", bundle.error());
    }
    bundle_ = std::move(*bundle);
    WEFT_TRY(check_bundle(arguments_, bundle_, machine_));
    if (checkpoint_) {
      tensors_.weights = &checkpoint_->weights;
    }
    return {};
  }

  Status check_memory() const {
    const models::Graph* graph = checkpoint_ ? &checkpoint_->graph : nullptr;
    const bool generates = arguments_.phase == "generate" && windows_.empty();
    const std::int64_t positions = prompt_tokens() + (generates ? arguments_.new_tokens - 1 : 0);
    const std::int64_t rows = positions * arguments_.batch;
    HostNeed need = arguments_.bundle.empty() ? host_need(bundle_, rows, graph->layers())
                                              : host_need(bundle_, 1, 1);
    if (graph != nullptr) {
      for (const auto& [name, view] : checkpoint_->weights.tensors()) {
        need.weights += static_cast<std::int64_t>(view.data.size());
        need.reference += arguments_.check == "cpu" ? view.elements() * 8 : 0;
      }
    }
    return check_host_memory(need, host_room(need.weights));
  }

  Status simulate() {
    if (arguments_.data == "on") {
      WEFT_TRY(check_memory());
    }
    if (checkpoint_ && arguments_.data == "on") {
      WEFT_TRY(models::check_finite(checkpoint_->weights, checkpoint_->graph));
    }
    traces::Progress progress("simulating", stderr);
    sim::Options options;
    options.data = arguments_.data == "on";
    options.repeat = arguments_.repeat == "on";
    options.threads = arguments_.threads;
    options.host_bytes = host_bytes();
    options.fault = hooks_.fault;
    WEFT_ASSIGN(options.window, traced_window());
    if (!arguments_.out.empty() && arguments_.timeline == "on") {
      options.timeline.emplace();
    }
    options.engine = engine_of(arguments_.engine);
    int window = 0;
    options.progress = [&](std::int64_t cycle, double fraction) {
      const auto runs = static_cast<double>(std::max<std::size_t>(1, windows_.size()));
      progress.update((window + fraction) / runs, fmt::format("cycle {}", with_commas(cycle)));
      return !interrupted();
    };
    const auto once = [&] { return sim::simulate(bundle_, machine_, tensors_, options); };
    if (windows_.empty()) {
      WEFT_ASSIGN(outcome_.result, once());
      return {};
    }
    PerplexityRun perplexity(windows_);
    for (const std::vector<int>& ids : windows_) {
      DenseTensor& prompt = tensors_.host.at("host.prompt");
      prompt.values.assign(ids.begin(), ids.end() - 1);
      WEFT_ASSIGN(auto result, once());
      if (!result.deadlock.empty()) {
        outcome_.result = std::move(result);
        return {};
      }
      perplexity.add(std::move(result), window++);
    }
    WEFT_TRY(
        perplexity.finish(arguments_.check == "cpu" ? &*checkpoint_ : nullptr, outcome_.recording));
    outcome_.result = perplexity.take_total();
    return {};
  }

  // What --trace-tiles and --trace-cycles ask for; either one alone leaves the other open.
  Result<std::optional<sim::Window>> traced_window() const {
    if (arguments_.trace_tiles.empty() && arguments_.trace_cycles.empty()) {
      return std::optional<sim::Window>();
    }
    WEFT_ASSIGN(const AskedWindow asked,
                parse_window(arguments_.trace_tiles, arguments_.trace_cycles, "--trace-"));
    sim::Window window;
    WEFT_ASSIGN(window.tiles, tiles_of_window(asked, isa::rect_of(bundle_.region()), "--trace-"));
    if (asked.cycles) {
      std::tie(window.begin, window.end) = *asked.cycles;
    }
    return std::optional(window);
  }

  void describe_window() {
    if (!outcome_.result.window) {
      return;
    }
    const sim::WindowEvents& events = *outcome_.result.window;
    if (events.begin >= events.end) {
      outcome_.notes.push_back(
          fmt::format("--trace-cycles {}: the run ended at cycle {}, nothing was recorded",
                      arguments_.trace_cycles, with_commas(outcome_.result.cycles.count())));
      return;
    }
    if (events.cut) {
      outcome_.notes.push_back(
          fmt::format("the traced window holds too many events: only cycles {}:{} were recorded",
                      events.begin, events.end));
    }
    const auto asked = parse_window("", arguments_.trace_cycles, "--trace-");
    const std::int64_t cycles = outcome_.result.cycles.count();
    record_window(events, bundle_, asked->cycles ? std::min(asked->cycles->second, cycles) : cycles,
                  *outcome_.recording.mutable_window());
  }

  void describe() {
    describe_window();
    traces::Recording& recording = outcome_.recording;
    recording.set_version(traces::kRecordingVersion);
    const double perplexity = recording.summary().perplexity();
    record_result(outcome_.result, bundle_, machine_, recording);
    if (!arguments_.out.empty()) {
      record_timeline(outcome_.result, bundle_, recording);
    }
    recording.mutable_summary()->set_perplexity(perplexity);
    if (bundle_.model().empty()) {  // written by hand
      const std::filesystem::path file = arguments_.bundle;
      recording.mutable_summary()->set_model(file.filename().string());
      recording.mutable_summary()->set_phase("bundle");
    }
    const std::size_t windows = std::max<std::size_t>(1, windows_.size());
    recording.mutable_summary()->set_prompt_tokens(static_cast<int>(windows) * prompt_tokens());
    recording.mutable_summary()->set_batch(arguments_.batch);
    recording.mutable_summary()->set_cached_tokens(arguments_.sequence);
    auto& provenance = *recording.mutable_provenance();
    provenance.set_weft_version(kVersion);
    provenance.set_machine_yaml(write_yaml(machine_));
    provenance.set_machine_hash(arch::machine_hash(machine_));
    provenance.set_bundle_hash(isa::bundle_hash(bundle_));
    if (checkpoint_) {
      provenance.set_model_hash(content_hash(checkpoint_->graph.SerializeAsString()));
      provenance.set_model(arguments_.model);
    }
    for (const std::string& word : recorded_command(arguments_)) {
      provenance.add_command(word);
    }
    for (const std::string& text : arguments_.overrides) {
      provenance.add_overrides(text);
    }
    if (!recording.has_check()) {
      recording.mutable_check()->set_against(arguments_.check);
      recording.mutable_check()->set_verdict("not checked");
    }
    take_generated();
  }

  // How it came, where a run failed and nobody asked for a window of his own.
  Status record_failure() {
    if (arguments_.out.empty() || outcome_.result.window || !windows_.empty() ||
        !has_failed(outcome_.result)) {
      return {};
    }
    traces::Window window;
    WEFT_ASSIGN(std::string note, record_last_cycles(bundle_, machine_, outcome_.result, window));
    outcome_.notes.push_back(std::move(note));
    if (window.rows_size() > 0) {
      *outcome_.recording.mutable_window() = std::move(window);
    }
    return {};
  }

  // Greedy ids from the `token` probe; text up to the first end-of-sequence.
  void take_generated() {
    auto& summary = *outcome_.recording.mutable_summary();
    summary.set_first_token_cycles(first_token_cycles(outcome_.result, bundle_, logit_groups_));
    if (!windows_.empty() || !arguments_.bundle.empty()) {
      return;
    }
    const int asked = arguments_.phase == "prefill" ? 1 : arguments_.new_tokens;
    summary.set_new_tokens(asked);
    const auto shown = outcome_.result.tensors.find("token");
    if (shown == outcome_.result.tensors.end()) {
      return;
    }
    for (std::size_t sequence = 0; sequence < prompts_.size(); ++sequence) {
      take_sequence(sequence, shown->second.values,
                    sequence == 0 ? *outcome_.recording.mutable_generated()
                                  : *outcome_.recording.add_more_generated());
    }
  }

  // Choices of a batch lie side by side, those of a position before those of the next.
  void take_sequence(std::size_t sequence, const std::vector<float>& choices,
                     traces::Generated& generated) const {
    const std::vector<int>& prompt = prompts_[sequence];
    std::vector<int> ids;
    for (std::size_t i = (prompt.size() - 1) * prompts_.size() + sequence; i < choices.size();
         i += prompts_.size()) {
      ids.push_back(static_cast<int>(choices[i]));
    }
    generated.mutable_token_ids()->Assign(ids.begin(), ids.end());
    generated.mutable_prompt_ids()->Assign(prompt.begin(), prompt.end());
    generated.set_first_logits(first_logits_);
    if (tokenizer_) {
      const auto& eos = checkpoint_->graph.eos_tokens();
      const auto end = std::find_if(ids.begin(), ids.end(), [&](int id) {
        return std::find(eos.begin(), eos.end(), id) != eos.end();
      });
      // The prompt's pieces give the first new one its spacing.
      std::vector<int> all = prompt;
      const std::string before = tokenizer_->decode(all);
      all.insert(all.end(), ids.begin(), end);
      generated.set_prompt(before);
      generated.set_text(tokenizer_->decode(all).substr(before.size()));
    }
  }

  Status check() {
    if (arguments_.check == "none" || !windows_.empty()) {
      return {};
    }
    WEFT_ASSIGN(
        const std::vector<CheckedRun> runs,
        checked_runs(*checkpoint_, bundle_, outcome_.result.tensors, outcome_.recording, machine_));
    WEFT_ASSIGN(*outcome_.recording.mutable_check(),
                check_against(arguments_.check, arguments_.recorded, runs));
    return {};
  }

  Status write() {
    if (arguments_.out.empty()) {
      return {};
    }
    using std::filesystem::path;
    WEFT_TRY(folder_.put("report.json", [&](const path& to) {
      return write_file(to, traces::report_json(outcome_.recording) + "\n");
    }));
    WEFT_TRY(folder_.put("recording.weft", [&](const path& to) {
      return traces::write_recording(to, outcome_.recording);
    }));
    WEFT_TRY(folder_.put("mapped.bundle",
                         [&](const path& to) { return isa::write_bundle(to, bundle_); }));
    WEFT_TRY(folder_.put("report.html", [&](const path& to) -> Status {
      const traces::PageRun run[] = {page_run(arguments_.out, outcome_.recording)};
      WEFT_ASSIGN(const std::string page, traces::report_page(run));
      return write_file(to, page);
    }));
    if (arguments_.tensors) {
      WEFT_TRY(folder_.put("tensors.safetensors", [&](const path& to) {
        return write_tensor_file(to, outcome_.result.tensors);
      }));
    }
    WEFT_ASSIGN(outcome_.written, folder_.commit());
    return {};
  }

  const RunArguments& arguments_;
  const RunHooks& hooks_;
  Clock::time_point begin_ = Clock::now();
  OutputFolder folder_;
  arch::Machine machine_;
  std::optional<models::Checkpoint> checkpoint_;
  std::optional<models::Tokenizer> tokenizer_;
  Prompts prompts_;  ///< of each sequence
  std::vector<std::vector<int>> windows_;
  isa::Bundle bundle_;
  sim::TensorSource tensors_;
  int first_logits_ = 0;
  int logit_groups_ = 1;
  RunOutcome outcome_;
};

}  // namespace

int RunOutcome::exit_code() const {
  const bool sound =
      std::all_of(result.audits.begin(), result.audits.end(), [](const auto& a) { return a.ok; });
  const bool passed = recording.check().verdict() != "fail";
  return result.deadlock.empty() && sound && passed ? 0 : 1;
}

Result<RunOutcome> run(const RunArguments& arguments, const RunHooks& hooks) {
  auto outcome = Pipeline(arguments, hooks).run();
  return outcome || !interrupted() ? std::move(outcome) : interrupted_error();
}

}  // namespace weft::cli
