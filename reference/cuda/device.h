// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "reference/cuda/blas.h"

namespace weft::reference::cuda {

/// Bytes of device memory; move-only.
class Buffer {
 public:
  Buffer() = default;
  Buffer(Buffer&& other) noexcept;
  Buffer& operator=(Buffer&& other) noexcept;
  ~Buffer();

  static Result<Buffer> allocate(std::size_t bytes);

  void* data() const { return data_; }
  std::size_t bytes() const { return bytes_; }
  template <class T>
  T* as() const {
    return static_cast<T*>(data_);
  }
  std::byte* at(std::size_t offset) const { return static_cast<std::byte*>(data_) + offset; }

 private:
  void* data_ = nullptr;
  std::size_t bytes_ = 0;
};

/// What the driver says of a device.
struct DeviceFacts {
  std::string name;
  std::string driver;   ///< CUDA version of the driver, major.minor
  std::string toolkit;  ///< CUDA runtime, major.minor
  std::string pci_bus;
  int compute_capability = 0;  ///< 90: 9.0
  int multiprocessors = 0;
  std::size_t l2_bytes = 0;
  std::size_t memory_bytes = 0;
  std::size_t free_bytes = 0;
};

/// The first CUDA device: one stream, cuBLAS, and scratch memory that grows. Work is asynchronous
/// until synchronize() or download().
class Device {
 public:
  /// Errors: failed, where there is no device that can be used; says why.
  static Result<std::unique_ptr<Device>> open();
  ~Device();

  const DeviceFacts& facts() const { return facts_; }
  /// A cudaStream_t.
  void* stream() const { return stream_; }
  Result<Blas*> blas();
  /// At least `bytes`, the same memory at every call with this slot until more is asked for.
  Result<void*> scratch(int slot, std::size_t bytes);

  Status synchronize();
  Status upload(void* to, const void* from, std::size_t bytes);
  Status download(void* to, const void* from, std::size_t bytes);
  /// Fills with bytes of ones: not a number as fp16, bf16 and fp32.
  Status poison(void* data, std::size_t bytes);
  /// Device to device.
  Status copy(void* to, const void* from, std::size_t bytes);

 private:
  Device() = default;

  DeviceFacts facts_;
  void* stream_ = nullptr;
  std::unique_ptr<Blas> blas_;
  std::array<Buffer, 4> scratch_;
};

/// Time on the device between two places of its stream, by events.
class Stopwatch {
 public:
  explicit Stopwatch(Device& device);
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;
  ~Stopwatch();

  Status start();
  /// Waits for the device; seconds since start().
  Result<double> stop();

 private:
  Device* device_;
  void* begin_ = nullptr;
  void* end_ = nullptr;
};

/// Work queued once and replayed as one launch.
class CapturedGraph {
 public:
  CapturedGraph() = default;
  CapturedGraph(const CapturedGraph&) = delete;
  CapturedGraph& operator=(const CapturedGraph&) = delete;
  ~CapturedGraph();

  /// What `queue` puts on the stream of the device is captured, not run; it must not allocate.
  Status capture(Device& device, const std::function<Status()>& queue);
  Status replay(Device& device);

 private:
  void* graph_ = nullptr;
};

}  // namespace weft::reference::cuda
