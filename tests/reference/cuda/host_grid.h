// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <barrier>
#include <cstddef>
#include <memory>
#include <new>
#include <thread>
#include <vector>

#include "reference/cuda/kernel.h"

namespace weft::reference::cuda {

/// Runs a kernel body over a grid of host threads, one for each thread of a block, block after
/// block. Barriers and exchanges between lanes are real, so ThreadSanitizer sees a missing one, and
/// shared memory has exactly the bytes asked for, so AddressSanitizer sees one too many.
class HostGrid {
 public:
  HostGrid(int x, int y, int z, int threads, std::size_t shared_bytes)
      : x_(x),
        y_(y),
        z_(z),
        threads_(threads),
        shared_bytes_(shared_bytes),
        block_barrier_(threads) {
    for (int i = 0; i < threads / kWarp; ++i) {
      warp_barriers_.push_back(std::make_unique<std::barrier<>>(kWarp));
    }
    exchanged_.resize(static_cast<std::size_t>(threads));
  }

  /// One of its threads; the interface that kernel.h describes.
  class Thread {
   public:
    int x() const { return x_; }
    int threads() const { return grid_.threads_; }
    int block() const { return block_x_; }
    int block_y() const { return block_y_; }
    int block_z() const { return block_z_; }
    int blocks() const { return grid_.x_; }
    int lane() const { return x_ % kWarp; }
    int warp() const { return x_ / kWarp; }
    int warps() const { return grid_.threads_ / kWarp; }
    void sync() const { grid_.block_barrier_.arrive_and_wait(); }
    float lane_xor(float value, int mask) const {
      auto& barrier = *grid_.warp_barriers_[static_cast<std::size_t>(warp())];
      grid_.exchanged_[static_cast<std::size_t>(x_)] = value;
      barrier.arrive_and_wait();
      const float other = grid_.exchanged_[static_cast<std::size_t>(x_ ^ mask)];
      barrier.arrive_and_wait();
      return other;
    }
    template <class T>
    T* shared() const {
      return reinterpret_cast<T*>(grid_.shared_.get());
    }

   private:
    friend class HostGrid;
    Thread(HostGrid& grid, int x, int block_x, int block_y, int block_z)
        : grid_(grid), x_(x), block_x_(block_x), block_y_(block_y), block_z_(block_z) {}

    HostGrid& grid_;
    int x_;
    int block_x_;
    int block_y_;
    int block_z_;
  };

  template <class Body>
  void run(const Body& body) {
    std::vector<std::thread> crew;
    std::barrier between(threads_);
    for (int x = 0; x < threads_; ++x) {
      crew.emplace_back([&, x] {
        for (int block = 0; block < x_ * y_ * z_; ++block) {
          if (x == 0) {  // as undefined as on the device
            shared_.reset(new (std::align_val_t(16)) std::byte[shared_bytes_]);
            std::fill_n(shared_.get(), shared_bytes_, std::byte{0xff});
          }
          between.arrive_and_wait();
          body(Thread(*this, x, block % x_, block / x_ % y_, block / x_ / y_));
          between.arrive_and_wait();
        }
      });
    }
    for (std::thread& thread : crew) {
      thread.join();
    }
  }

 private:
  struct AlignedDelete {
    void operator()(std::byte* bytes) const { ::operator delete[](bytes, std::align_val_t(16)); }
  };

  int x_;
  int y_;
  int z_;
  int threads_;
  std::size_t shared_bytes_;
  std::barrier<> block_barrier_;
  std::vector<std::unique_ptr<std::barrier<>>> warp_barriers_;
  std::vector<float> exchanged_;
  std::unique_ptr<std::byte[], AlignedDelete> shared_;
};

}  // namespace weft::reference::cuda
