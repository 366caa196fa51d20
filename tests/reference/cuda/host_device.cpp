// SPDX-License-Identifier: Apache-2.0
// A device that is none: memory of the host, and products by loops. For tests; nothing that runs on
// it is ever recorded, as the program that records is linked with the real one.
#include <algorithm>
#include <chrono>
#include <cstring>
#include <new>

#include "base/half.h"
#include "reference/cuda/device.h"

namespace weft::reference::cuda {

struct Blas::Library {};

Blas::~Blas() = default;

Result<std::unique_ptr<Blas>> Blas::open(void*) {
  return Result<std::unique_ptr<Blas>>(std::unique_ptr<Blas>(new Blas));
}

Status Blas::multiply(const Product& p) {
  const auto* x = static_cast<const std::byte*>(p.x);
  const auto* w = static_cast<const std::byte*>(p.w);
  for (int b = 0; b < p.batch; ++b) {
    for (std::int64_t r = 0; r < p.rows; ++r) {
      for (std::int64_t n = 0; n < p.outputs; ++n) {
        float sum = 0;
        for (std::int64_t k = 0; k < p.inputs; ++k) {
          const std::int64_t from = p.transposed ? n * p.w_row + k : k * p.w_row + n;
          sum += load_element(x, p.in, b * p.x_stride + r * p.x_row + k) *
                 load_element(w, p.in, b * p.w_stride + from);
          sum = p.accumulate == DType::f16 ? f16_to_f32(f32_to_f16(sum)) : sum;
        }
        store_element(static_cast<std::byte*>(p.y), p.out, b * p.y_stride + r * p.y_row + n, sum);
      }
    }
  }
  return {};
}

Buffer::Buffer(Buffer&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

Buffer& Buffer::operator=(Buffer&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

Buffer::~Buffer() { ::operator delete(data_, std::align_val_t(256)); }

Result<Buffer> Buffer::allocate(std::size_t bytes) {
  Buffer buffer;
  buffer.data_ = ::operator new(bytes, std::align_val_t(256));
  buffer.bytes_ = bytes;
  return Result<Buffer>(std::move(buffer));
}

Result<std::unique_ptr<Device>> Device::open() {
  std::unique_ptr<Device> device(new Device);
  device->facts_.name = "no device";
  device->facts_.multiprocessors = 2;
  device->facts_.free_bytes = std::size_t{1} << 20;
  return Result<std::unique_ptr<Device>>(std::move(device));
}

Device::~Device() = default;

Result<Blas*> Device::blas() {
  if (blas_ == nullptr) {
    WEFT_ASSIGN(blas_, Blas::open(nullptr));
  }
  return blas_.get();
}

Result<void*> Device::scratch(int slot, std::size_t bytes) {
  Buffer& buffer = scratch_.at(static_cast<std::size_t>(slot));
  if (buffer.bytes() < bytes) {
    WEFT_ASSIGN(buffer, Buffer::allocate(bytes));
    std::memset(buffer.data(), 0xff, bytes);
  }
  return buffer.data();
}

Status Device::synchronize() { return {}; }

Status Device::upload(void* to, const void* from, std::size_t bytes) {
  std::memcpy(to, from, bytes);
  return {};
}

Status Device::download(void* to, const void* from, std::size_t bytes) {
  std::memcpy(to, from, bytes);
  return {};
}

Status Device::copy(void* to, const void* from, std::size_t bytes) {
  std::memcpy(to, from, bytes);
  return {};
}

Status Device::poison(void* data, std::size_t bytes) {
  std::memset(data, 0xff, bytes);
  return {};
}

namespace {
using Clock = std::chrono::steady_clock;
}

Stopwatch::Stopwatch(Device& device)
    : device_(&device), begin_(new Clock::time_point), end_(new Clock::time_point) {}

Stopwatch::~Stopwatch() {
  delete static_cast<Clock::time_point*>(begin_);
  delete static_cast<Clock::time_point*>(end_);
}

Status Stopwatch::start() {
  *static_cast<Clock::time_point*>(begin_) = Clock::now();
  return {};
}

Result<double> Stopwatch::stop() {
  WEFT_TRY(device_->synchronize());
  *static_cast<Clock::time_point*>(end_) = Clock::now();
  return std::chrono::duration<double>(*static_cast<Clock::time_point*>(end_) -
                                       *static_cast<Clock::time_point*>(begin_))
      .count();
}

/// Keeps what it was given instead of what that does: replaying is queueing again.
CapturedGraph::~CapturedGraph() { delete static_cast<std::function<Status()>*>(graph_); }

Status CapturedGraph::capture(Device&, const std::function<Status()>& queue) {
  graph_ = new std::function<Status()>(queue);
  return {};
}

Status CapturedGraph::replay(Device&) { return (*static_cast<std::function<Status()>*>(graph_))(); }

}  // namespace weft::reference::cuda
