// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "reference/cuda/attention.h"
#include "reference/cuda/attention_split.h"
#include "reference/cuda/dispatch.h"
#include "reference/cuda/launch.h"
#include "reference/cuda/ops.h"

namespace weft::reference::cuda {
namespace {

constexpr int kSplitThreads = 128;
constexpr int kBlockThreads = 128;

cudaStream_t stream_of(const Device& device) { return static_cast<cudaStream_t>(device.stream()); }

template <class T, int Sharing>
Status split_with(Device& device, const AttentionTask<T>& task) {
  const int dim = task.shape.head_dim;
  const int splits = splits_for(device, task.shape, task.rows);
  const std::int64_t parts = task.rows * task.heads * splits;
  WEFT_ASSIGN(void* scratch,
              device.scratch(0, static_cast<std::size_t>(parts * (dim + 2)) * sizeof(float)));
  auto* floats = static_cast<float*>(scratch);
  const SplitParts out{floats, floats + parts * dim, floats + parts * (dim + 1), splits};
  const int groups = kSplitThreads / (dim / Pack<T>::size);
  const std::size_t shared = sizeof(float) * static_cast<std::size_t>(groups * Sharing * (dim + 2));
  WEFT_TRY(launch("attention split", stream_of(device),
                  Grid{.x = splits,
                       .y = task.shape.kv_heads,
                       .z = static_cast<int>(task.rows),
                       .threads = kSplitThreads,
                       .shared = shared},
                  AttentionSplit<T, Sharing>{task, out}));
  return launch("attention join", stream_of(device),
                Grid{.x = task.heads, .y = static_cast<int>(task.rows), .threads = kSplitThreads},
                AttentionJoin<T>{task, out});
}

template <class T>
Status split(Device& device, const AttentionTask<T>& task) {
  switch (task.heads / task.shape.kv_heads) {
    case 1:
      return split_with<T, 1>(device, task);
    case 2:
      return split_with<T, 2>(device, task);
    case 4:
      return split_with<T, 4>(device, task);
    case 8:
      return split_with<T, 8>(device, task);
    default:
      return does_not_fit("split of attention");
  }
}

/// One sequence, as two products around a softmax, some queries at a time so that keys no query
/// of them sees are left out. Probabilities are rounded to the storage type.
template <class T>
Status by_products(Device& device, const AttentionTask<T>& task, DType dtype, int first) {
  constexpr std::int64_t chunk = 1024;
  const int dim = task.shape.head_dim;
  const int sharing = task.heads / task.shape.kv_heads;
  const std::int64_t width = std::int64_t{1} * task.heads * dim;
  WEFT_ASSIGN(Blas * blas, device.blas());
  // Heads that share keys are one batch; where none do, all heads are.
  const int together = sharing == 1 ? task.shape.kv_heads : 1;
  const std::int64_t keys_stride =
      together > 1 ? std::int64_t{1} * task.shape.capacity * dim : std::int64_t{0};
  const int batch = sharing * together;
  const std::int64_t most = batch * std::min(chunk, task.rows) * (first + task.rows);
  WEFT_ASSIGN(void* scores, device.scratch(1, static_cast<std::size_t>(most) * sizeof(float)));
  WEFT_ASSIGN(void* weights, device.scratch(2, static_cast<std::size_t>(most) * sizeof(T)));
  for (std::int64_t row = 0; row < task.rows; row += chunk) {
    const std::int64_t queries = std::min(chunk, task.rows - row);
    const std::int64_t keys = first + row + queries;
    for (int kv = 0; kv < task.shape.kv_heads; kv += together) {
      const std::int64_t at = row * width + std::int64_t{1} * kv * sharing * dim;
      const std::int64_t cache = task.shape.offset(0, kv, 0);
      const Product match{.x = task.q + at,
                          .w = task.keys + cache,
                          .y = scores,
                          .in = dtype,
                          .out = DType::f32,
                          .transposed = true,
                          .rows = queries,
                          .inputs = dim,
                          .outputs = keys,
                          .x_row = width,
                          .w_row = dim,
                          .y_row = keys,
                          .batch = batch,
                          .x_stride = dim,
                          .w_stride = keys_stride,
                          .y_stride = queries * keys};
      WEFT_TRY(blas->multiply(match));
      WEFT_TRY(launch("softmax", stream_of(device),
                      Grid{.x = batch * queries, .threads = 256, .shared = kWarp * sizeof(float)},
                      SoftmaxRows<T>{static_cast<const float*>(scores), static_cast<T*>(weights),
                                     static_cast<int>(queries), static_cast<int>(keys),
                                     static_cast<int>(first + row), task.scale}));
      const Product mix{.x = weights,
                        .w = task.values + cache,
                        .y = task.y + at,
                        .in = dtype,
                        .out = dtype,
                        .transposed = false,
                        .rows = queries,
                        .inputs = keys,
                        .outputs = dim,
                        .x_row = keys,
                        .w_row = dim,
                        .y_row = width,
                        .batch = batch,
                        .x_stride = queries * keys,
                        .w_stride = keys_stride,
                        .y_stride = dim};
      WEFT_TRY(blas->multiply(mix));
    }
  }
  return {};
}

bool is_power_of_two(int value) { return value > 0 && (value & (value - 1)) == 0; }

}  // namespace

bool split_fits(DType dtype, const CacheShape& shape, int heads) {
  const int lanes = shape.head_dim * bytes_of(dtype) / 16;
  const int sharing = heads / shape.kv_heads;
  return rows_fit_packs(dtype, shape.head_dim) && is_power_of_two(lanes) && lanes <= kWarp &&
         is_power_of_two(sharing) && sharing <= 8;
}

/// About four blocks a multiprocessor, and no fewer than 32 keys each.
int splits_for(const Device& device, const CacheShape& shape, std::int64_t rows) {
  const std::int64_t blocks = rows * shape.kv_heads;
  const std::int64_t wanted = (4 * device.facts().multiprocessors + blocks - 1) / blocks;
  const std::int64_t most = (shape.capacity + 31) / 32;
  return static_cast<int>(std::clamp<std::int64_t>(std::min(wanted, most), 1, 128));
}

Status attention(Device& device, Kernel kernel, Matrix q, const Cache& cache, Steps steps,
                 int first, int heads, double scale, Matrix y) {
  return with_type(q.dtype, [&](auto type) -> Status {
    using T = decltype(type);
    const AttentionTask<T> task{static_cast<const T*>(q.data),
                                static_cast<const T*>(cache.keys),
                                static_cast<const T*>(cache.values),
                                static_cast<T*>(y.data),
                                cache.shape,
                                steps,
                                q.rows,
                                heads,
                                static_cast<float>(scale)};
    switch (kernel) {
      case Kernel::plain:
        return launch("attention plain", stream_of(device), over(q.elements()),
                      AttentionPlain<T>{task});
      case Kernel::block:
        return launch(
            "attention block", stream_of(device),
            Grid{.x = q.rows * heads,
                 .threads = kBlockThreads,
                 .shared = sizeof(float) *
                           static_cast<std::size_t>(kBlockThreads + cache.shape.head_dim + kWarp)},
            AttentionBlock<T>{task});
      case Kernel::split:
        return steps.rows == 1 && split_fits(q.dtype, cache.shape, heads)
                   ? split<T>(device, task)
                   : Status(does_not_fit("split of attention"));
      case Kernel::cublas:
        return steps.rows == q.rows ? by_products<T>(device, task, q.dtype, first)
                                    : Status(does_not_fit("cublas of attention"));
      default:
        return does_not_fit("of attention");
    }
  });
}

}  // namespace weft::reference::cuda
