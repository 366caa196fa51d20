// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/rect.h"
#include "base/result.h"
#include "base/tensor_file.h"
#include "isa/program_state.h"
#include "isa/regions.h"
#include "sim/memory/probe_sink.h"
#include "sim/memory/sram.h"
#include "sim/simulate.h"
#include "sim/values/channel.h"
#include "sim/values/strips.h"

namespace weft::sim::values {

/// The values of a run, without its times. Tiles carry out their programs one instruction after the
/// other; a transfer is carried out whole, as soon as its train has come, its channel has room and
/// earlier ones of its colors are done, and a tile stands still only where its program waits for
/// one. What the verifier accepts never lets values depend on time, so that any order gives the
/// same ones (a Kahn network), and an order that the places of the machine admit is never refused
/// here (Channel). Programs that it would refuse may get stuck or be declined; whoever wants to
/// know how they end asks an engine.
class Executor {
 public:
  /// Takes the bundle by reference. Errors: input (a program that cannot be decoded, a weight that
  /// is missing), failed (stopped while weights were loaded).
  static Result<std::unique_ptr<Executor>> create(const isa::Bundle& bundle,
                                                  const arch::Machine& machine,
                                                  const TensorSource& tensors,
                                                  const Options& options);
  ~Executor();

  /// Lets all threads but the caller's begin.
  void start();

  enum class End {
    finished,
    stuck,     ///< tiles wait for each other
    declined,  ///< a program does what the verifier refuses
    stopped,
  };
  /// Works until all is done. `ask` is called some times a second; false stops.
  End finish(const std::function<bool()>& ask);

  /// Any time: the share of the outermost loop that the slowest strip has done.
  double fraction_done() const;
  int threads() const { return threads_; }
  std::map<std::string, DenseTensor> take_tensors() { return probes_.take(bundle_); }

 private:
  static constexpr std::int32_t kNone = -1;

  /// A transfer that was issued and is not carried out yet.
  struct Transfer {
    isa::Opcode opcode = isa::Opcode::send;
    std::uint8_t event = 0;
    std::int32_t out = kNone;  ///< a channel
    std::int32_t in = kNone;   ///< a channel
    std::int32_t sink = 0;     ///< of `in`
    std::int64_t words = 0;
    isa::Descriptor tensor;

    /// Trains of a color go in the order in which their transfers were issued.
    bool holds_up(const Transfer& later) const {
      return (out != kNone && out == later.out) || (in != kNone && in == later.in);
    }
  };
  static constexpr std::uint8_t kSynchronous = isa::kEvents;  ///< the event of a core that waits

  struct Tile {
    isa::ProgramState program;
    isa::Coordinates at;
    std::int32_t role = kNone;
    bool halted = false;
    std::uint32_t busy = 0;          ///< a bit an event whose transfer is pending
    std::uint32_t waits = 0;         ///< … that the core waits for
    std::vector<Transfer> pending;   ///< in the order they were issued
    std::vector<std::int32_t> outs;  ///< by color: a channel
    std::vector<std::int32_t> ins;
    std::vector<std::int32_t> sinks;  ///< by color: of the channel in `ins`
  };

  Executor(const isa::Bundle& bundle, const arch::Machine& machine, const Options& options);
  Status elaborate(const arch::Machine& machine, const TensorSource& tensors);
  void connect(const arch::Machine& machine);
  void divide(int threads);
  std::span<std::byte> memory(std::int32_t tile) {
    return sram_.of(static_cast<std::size_t>(tile));
  }
  Channel& channel(std::int32_t index) { return channels_[static_cast<std::size_t>(index)]; }

  // tile.cpp
  void run(std::int32_t index, Woken& woken);
  bool step(std::int32_t index, Woken& woken);
  bool issue(std::int32_t index, const isa::Instr& instr, Woken& woken);
  void show(std::int32_t index, const isa::Instr& instr);
  void carry_out_pending(std::int32_t index, Woken& woken);
  bool carry_out(std::int32_t index, const Transfer& transfer, Woken& woken);
  void put(std::int32_t index, const Transfer& transfer, Channel::Words& words, Woken& woken);
  void decline();
  void tell_progress(const Tile& tile, std::int32_t index);

  const isa::Bundle& bundle_;
  const Options options_;
  const DType sums_;  ///< of products
  const weft::Rect region_;
  const isa::FirstIndex first_index_;
  std::vector<isa::Program> programs_;
  std::vector<Tile> tiles_;  ///< row-major over the region
  std::vector<Channel> channels_;
  Sram sram_;
  ProbeSink probes_;
  std::mutex probing_;
  std::atomic<bool> declined_ = false;
  std::unique_ptr<Strips> strips_;
  std::vector<std::atomic<float>> fractions_;  ///< by strip
  int threads_ = 1;
  std::vector<std::thread> helpers_;
};

}  // namespace weft::sim::values
