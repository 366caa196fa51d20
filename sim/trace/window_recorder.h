// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "sim/activity.h"
#include "sim/window.h"

namespace weft::sim {

/// Keeps what happens in a window and nothing else, in bounded memory. What it ends with does not
/// depend on the order in which an engine visits tiles: how far the window is cut follows from the
/// events inside it alone.
class WindowRecorder : public ActivitySink {
 public:
  WindowRecorder(const Rect& region, const Window& window);

  void spent(std::int32_t tile, const Stretch& stretch) override;
  void completed(const TrainEnd& end) override;

  /// What was recorded of a run of so many cycles.
  WindowEvents take(std::int64_t cycles);

 private:
  std::int32_t place_of(std::int32_t tile) const;
  void count_one();
  void halve();
  void pair_trains();

  Rect region_;
  Window window_;
  WindowEvents events_;
  std::vector<TrainEnd> issues_;
  std::vector<TrainEnd> consumptions_;
  std::int64_t count_ = 0;
};

}  // namespace weft::sim
