// SPDX-License-Identifier: Apache-2.0
#include "reference/cuda/record/timing.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/counter_random.h"
#include "reference/cuda/decoder.h"
#include "reference/cuda/record/oracle.h"
#include "reference/cuda/record/work.h"

namespace weft::reference::cuda {
namespace {

constexpr std::uint64_t kSeed = 11;
constexpr int kMostRepeats = 400;

/// `before` untimed, then `work` timed: as `effort` says.
Result<std::vector<double>> repeat(Device& device, const Effort& effort,
                                   const std::function<Status(int)>& before,
                                   const std::function<Status(int)>& work) {
  Stopwatch watch(device);
  for (int i = 0; i < std::min(3, effort.repeats); ++i) {
    WEFT_TRY(before(i));
    WEFT_TRY(work(i));
  }
  WEFT_TRY(device.synchronize());
  std::vector<double> seconds;
  double total = 0;
  for (int i = 0; i < kMostRepeats && (i < effort.repeats || total < effort.seconds); ++i) {
    WEFT_TRY(before(i));
    WEFT_TRY(watch.start());
    WEFT_TRY(work(i));
    WEFT_ASSIGN(const double one, watch.stop());
    seconds.push_back(one);
    total += one;
  }
  return seconds;
}

Status nothing(int) { return {}; }

Result<double> copy_rate(Device& device) {
  const std::size_t bytes =
      std::min<std::size_t>(std::size_t{4} << 30, device.facts().free_bytes / 8);
  WEFT_ASSIGN(const Buffer from, Buffer::allocate(bytes));
  WEFT_ASSIGN(const Buffer to, Buffer::allocate(bytes));
  WEFT_TRY(draw(device, {from.data(), DType::f16, 1, static_cast<std::int64_t>(bytes / 2)}, 0, 1,
                kSeed, 0));
  WEFT_ASSIGN(const std::vector<double> seconds, repeat(device, {.seconds = 0}, nothing, [&](int) {
                return device.copy(to.data(), from.data(), bytes);
              }));
  return 2.0 * static_cast<double>(bytes) / quantile(seconds, 0.5);
}

Result<double> product_rate(Device& device) {
  constexpr std::int64_t size = 8192;
  constexpr int sets = 3;
  constexpr std::size_t bytes = std::size_t{2} * size * size;
  WEFT_ASSIGN(Blas * blas, device.blas());
  std::vector<Buffer> buffers;
  for (int i = 0; i < 3 * sets; ++i) {
    WEFT_ASSIGN(Buffer buffer, Buffer::allocate(bytes));
    WEFT_TRY(draw(device, {buffer.data(), DType::f16, size, size}, 0, 1, kSeed,
                  static_cast<std::uint64_t>(i)));
    buffers.push_back(std::move(buffer));
  }
  WEFT_ASSIGN(const std::vector<double> seconds,
              repeat(device, {.seconds = 0}, nothing, [&](int i) {
                const auto set = static_cast<std::size_t>(i % sets) * 3;
                return blas->multiply({.x = buffers[set].data(),
                                       .w = buffers[set + 1].data(),
                                       .y = buffers[set + 2].data(),
                                       .rows = size,
                                       .inputs = size,
                                       .outputs = size,
                                       .x_row = size,
                                       .w_row = size,
                                       .y_row = size});
              }));
  return 2.0 * size * size * size / quantile(seconds, 0.5);
}

std::vector<int> drawn_tokens(const LlamaShape& shape, int count, std::uint64_t stream) {
  std::vector<int> tokens;
  for (int i = 0; i < count; ++i) {
    tokens.push_back(counter_below(kSeed, stream, static_cast<std::uint64_t>(i),
                                   static_cast<std::uint32_t>(shape.vocabulary)));
  }
  return tokens;
}

/// Root mean square of the difference over that of `b`.
double difference(const HostTensor& a, const HostTensor& b) {
  return relative_error(a, values_of(b));
}

std::string with_figures(const char* format, const LlamaShape& shape, double a, double b) {
  char line[200];
  std::snprintf(line, sizeof(line), format, shape.name, a, b);
  return line;
}

/// The same step by Model and by Decoder, after a short prompt, sequences alike but for their
/// tokens.
Status compare_decode(Model& model, Decoder& decoder, const LlamaShape& shape, int batch,
                      Findings& findings) {
  constexpr int prompt = 16;
  WEFT_TRY(model.forward(drawn_tokens(shape, prompt * batch, 1), 0, prompt));
  const std::vector<int> next = drawn_tokens(shape, batch, 2);
  WEFT_TRY(model.forward(next, prompt, 1));
  const auto index = static_cast<std::size_t>(model.graph().find("logits"));
  WEFT_ASSIGN(const HostTensor expected, model.output(index));
  WEFT_TRY(decoder.begin(next, prompt));
  WEFT_TRY(decoder.step());
  WEFT_ASSIGN(const HostTensor logits, decoder.logits());
  const double off = difference(logits, expected);
  findings.add(with_figures("%s decode, %.0f sequences: logits differ by %.2e from node by node",
                            shape, batch, off),
               off < 0.02);
  return {};
}

/// Medians of a few steps for each number of outputs a warp may compute; the fastest number.
Result<int> fastest_rows(Model& model, const LlamaShape& shape, int first, const Effort& effort,
                         Findings& findings) {
  int best = 2;
  double least = 0;
  for (const int rows : {1, 2, 4}) {
    WEFT_ASSIGN(std::unique_ptr<Decoder> decoder, Decoder::create(model, shape, rows));
    WEFT_TRY(decoder->begin(drawn_tokens(shape, 1, 3), first));
    WEFT_TRY(decoder->step());
    WEFT_TRY(decoder->capture());
    Device& device = model.device();
    WEFT_ASSIGN(const std::vector<double> seconds,
                repeat(
                    device, {effort.repeats, 0},
                    [&](int) { return decoder->begin(drawn_tokens(shape, 1, 3), first); },
                    [&](int) { return decoder->replay(); }));
    const double median = quantile(seconds, 0.5);
    findings.add(with_figures("%s decode, %.0f outputs a warp: %.3f ms", shape, rows, median * 1e3),
                 true);
    if (least == 0 || median < least) {
      least = median;
      best = rows;
    }
  }
  return best;
}

}  // namespace

Status measure_ceilings(Device& device, Measured& measured) {
  WEFT_ASSIGN(const double bytes, copy_rate(device));
  WEFT_ASSIGN(const double flops, product_rate(device));
  measured.copy_gb_per_s = bytes * 1e-9;
  measured.gemm_tflops = flops * 1e-12;
  return {};
}

Status measure_decode(Device& device, Telemetry& telemetry, const LlamaShape& shape, int batch,
                      int context, const Effort& effort, Measured& measured, Findings& findings) {
  constexpr int around = 32;  // steps between two beginnings, half of them either side of context
  ModelOptions options;
  options.sequences = batch;
  options.rows = 16;
  options.capacity = context + around;
  options.keep = false;
  WEFT_ASSIGN(std::unique_ptr<Model> model, Model::create(device, make_llama(shape), options));
  WEFT_TRY(model->draw(kSeed));
  WEFT_TRY(model->draw_caches(kSeed));
  int rows = 2;
  {
    WEFT_ASSIGN(std::unique_ptr<Decoder> decoder, Decoder::create(*model, shape, rows));
    WEFT_TRY(compare_decode(*model, *decoder, shape, batch, findings));
  }
  if (!findings.faults.empty()) {
    return {};  // what is wrong is not timed
  }
  const int first = context - 1 - around / 2;
  if (batch == 1) {
    WEFT_ASSIGN(rows, fastest_rows(*model, shape, context - 1, effort, findings));
  }
  WEFT_ASSIGN(std::unique_ptr<Decoder> decoder, Decoder::create(*model, shape, rows));
  const std::vector<int> tokens = drawn_tokens(shape, batch, 3);
  WEFT_TRY(decoder->begin(tokens, first));
  WEFT_TRY(decoder->step());
  WEFT_TRY(decoder->capture());
  telemetry.mark();
  MeasuredRow row{shape.name, "decode", shape.dtype, batch, context, {}, 0, 0, 0, {}};
  WEFT_ASSIGN(row.seconds, repeat(
                               device, effort,
                               [&](int i) -> Status {
                                 return i % around == 0 ? decoder->begin(tokens, first) : Status();
                               },
                               [&](int) { return decoder->replay(); }));
  row.power_watts = telemetry.since_mark().power_watts;
  const Work work = decode_work(shape, batch, context);
  row.bytes = work.bytes;
  row.flops = work.flops;
  row.fraction = work.bytes / quantile(row.seconds, 0.5) / (measured.copy_gb_per_s * 1e9);
  WEFT_ASSIGN(const HostTensor logits, decoder->logits());
  findings.add(with_figures("%s decode: logits are numbers, largest first %.3f of %.0f", shape,
                            values_of(logits)[0], batch),
               std::ranges::all_of(values_of(logits), [](double v) { return std::isfinite(v); }));
  measured.rows.push_back(std::move(row));
  return {};
}

Status measure_prefill(Device& device, Telemetry& telemetry, const LlamaShape& shape, int tokens,
                       const Effort& effort, Measured& measured, Findings& findings) {
  const int brief = std::min(80, tokens);
  ModelOptions options;
  options.rows = tokens;
  options.capacity = tokens;
  options.keep = false;
  options.fast = true;
  options.last_row_only = true;
  WEFT_ASSIGN(std::unique_ptr<Model> model, Model::create(device, make_llama(shape), options));
  WEFT_TRY(model->draw(kSeed));
  const auto logits = static_cast<std::size_t>(model->graph().find("logits"));
  const std::vector<int> prompt = drawn_tokens(shape, tokens, 4);
  const std::vector<int> start(prompt.begin(), prompt.begin() + brief);
  WEFT_TRY(model->forward(start, 0, brief));
  WEFT_ASSIGN(const HostTensor fast, model->output(logits));
  model->set_fast(false);
  WEFT_TRY(model->forward(start, 0, brief));
  WEFT_ASSIGN(const HostTensor exact, model->output(logits));
  model->set_fast(true);
  const double off = difference(fast, exact);
  findings.add(with_figures("%s prefill of %.0f tokens: logits differ by %.2e by attention", shape,
                            brief, off),
               off < 0.02);
  if (!findings.faults.empty()) {
    return {};
  }
  telemetry.mark();
  MeasuredRow row{shape.name, "prefill", shape.dtype, 1, tokens, {}, 0, 0, 0, {}};
  WEFT_ASSIGN(row.seconds, repeat(device, effort, nothing,
                                  [&](int) { return model->forward(prompt, 0, tokens); }));
  row.power_watts = telemetry.since_mark().power_watts;
  const Work work = prefill_work(shape, tokens);
  row.bytes = work.bytes;
  row.flops = work.flops;
  row.fraction = work.flops / quantile(row.seconds, 0.5) / (measured.gemm_tflops * 1e12);
  measured.rows.push_back(std::move(row));
  return {};
}

}  // namespace weft::reference::cuda
