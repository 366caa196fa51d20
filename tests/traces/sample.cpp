// SPDX-License-Identifier: Apache-2.0
#include "tests/traces/sample.h"

#include <stdlib.h>

#include <stdexcept>

namespace weft::traces {
namespace {

void add_op(Recording& recording, const std::string& name, int layer, int step, int64_t cycles) {
  const int64_t begin = recording.ops().empty() ? 0 : recording.ops(recording.ops_size() - 1).end();
  OpSpan& span = *recording.add_ops();
  span.set_name(name);
  span.set_layer(layer);
  span.set_step(step);
  span.set_begin(begin);
  span.set_end(begin + cycles);
}

void fill_summary(Summary& summary) {
  summary.set_machine("mesh32");
  summary.set_model("fable-1m");
  summary.set_phase("generate");
  summary.set_frequency(850e6);
  summary.set_prompt_tokens(5);
  summary.set_new_tokens(3);
  summary.set_first_token_cycles(65'000);
  summary.set_utilization(0.0123);
  summary.set_macs(12'345'678);
  summary.set_words_sent(987'654);
  summary.set_sram_peak_bytes(44'000);
  summary.set_sram_bytes(65'536);
  Bins& bins = *summary.mutable_bins();
  bins.set_compute(1'000'000);
  bins.set_setup(333'333);
  bins.set_moving(333'333);
  bins.set_input(333'333);
  bins.set_output(1);
  bins.set_unit(40'000);
  bins.set_idle(2'000'000);
}

}  // namespace

Recording sample_recording() {
  Recording recording;
  fill_summary(*recording.mutable_summary());
  for (int step = 0; step < 2; ++step) {
    add_op(recording, "embed", -1, step, 1'000);
    for (int layer = 0; layer < 2; ++layer) {
      const std::string prefix = "layers." + std::to_string(layer) + ".";
      add_op(recording, prefix + "attn_norm", layer, step, 2'000);
      add_op(recording, prefix + "qkv", layer, step, 8'000);
      add_op(recording, prefix + "attention", layer, step, 5'000);
      add_op(recording, prefix + "o_proj", layer, step, 4'000);
      add_op(recording, prefix + "gate_up", layer, step, 9'000);
    }
    add_op(recording, "head", -1, step, 7'000);
    add_op(recording, "argmax", -1, step, 1'500);
  }
  recording.mutable_summary()->set_cycles(recording.ops(recording.ops_size() - 1).end());

  recording.mutable_provenance()->set_weft_version("0.1.0");
  recording.mutable_provenance()->add_command("run");
  Region& region = *recording.mutable_region();
  region.set_width(32);
  region.set_height(32);
  recording.mutable_engine()->set_name("dataflow");
  recording.mutable_engine()->set_exact(true);
  recording.mutable_generated()->set_text("Once there was a fox");
  for (const int id : {17, 4, 99}) {
    recording.mutable_generated()->add_token_ids(id);
  }
  Check& check = *recording.mutable_check();
  check.set_against("cpu");
  check.set_verdict("pass");
  check.mutable_worst()->set_op("layers.1.gate_up");
  check.mutable_worst()->set_error_over_bound(0.4137);
  check.set_ops_checked(1'234);
  check.set_elements_checked(456'789);
  check.set_worst_cosine(0.99999);
  check.set_tokens_compared(3);
  check.set_logit_error(0.0042);
  for (const char* name : {"bytes", "bins", "roofline", "sram", "work", "drained"}) {
    Audit& audit = *recording.add_audits();
    audit.set_name(name);
    audit.set_ok(true);
  }
  recording.mutable_host()->set_wall_seconds(4.2);
  recording.mutable_host()->set_cpu_seconds(7.9);
  recording.mutable_host()->set_peak_bytes(123'456'789);
  return recording;
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "weft-traces-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) {
    throw std::runtime_error("cannot create " + name);
  }
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace weft::traces
