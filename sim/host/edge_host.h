// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "base/tensor_file.h"
#include "isa/bundle.pb.h"
#include "sim/host/edge_channel.h"
#include "sim/simulate.h"

namespace weft::sim {

/// The host at the other side of edge memory: puts tensors there before cycle 0 and reads them when
/// all is over, by debug transport through channel 0.
class EdgeHost {
 public:
  EdgeHost(const isa::Bundle& bundle, EdgeChannel& channel) : bundle_(bundle), channel_(channel) {}

  /// Errors: input (tensor missing or of another shape, a memory that takes less).
  Status preload(const TensorSource& tensors);
  /// What the bundle's shows name. Errors: input (a memory that gives less).
  Status read(std::map<std::string, DenseTensor>& shown);

 private:
  Status move(const isa::EdgeTensor& tensor, EdgeRequest& access);

  const isa::Bundle& bundle_;
  EdgeChannel& channel_;
};

}  // namespace weft::sim
