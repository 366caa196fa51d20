// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/tensor_file.h"
#include "isa/bundle.pb.h"
#include "mapper/decoder.h"
#include "mapper/map.h"
#include "mapper/shape.h"

namespace weft::mapper {

/// A long prompt would fill every tile: its steps are dealt over rows, as pairs of one and id.
bool deals_prompt(const Request& request);
struct PromptRows {
  int rows = 0;  ///< steps of a row of tiles, at most
  int row_bytes = 0;
  std::int64_t bytes() const { return (rows + std::int64_t{1}) * row_bytes; }
};
PromptRows prompt_rows(const Shape& shape, const Request& request);

/// Which slice of which weight goes where: rules, no data.
std::vector<isa::Load> plan_loads(const Decoder& decoder, const Shape& shape,
                                  const Request& request, const Placement& placement);

/// Of each rotary pair, radians a position.
std::vector<double> rope_frequencies(const Decoder& decoder);

/// Tensors the host makes: rope angles (fp32 [positions, head_dim/2] each for cos and sin) and the
/// prompt's token ids.
std::map<std::string, DenseTensor> make_host_tensors(const Decoder& decoder, const Shape& shape,
                                                     const Request& request,
                                                     const Placement& placement);

}  // namespace weft::mapper
