// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "isa/bundle.pb.h"
#include "sim/path/critical_path.h"
#include "traces/recording.pb.h"

namespace weft::cli {

/// Adds a critical path up by kind, op, instruction and color, with the names of what ran.
void record_path(const sim::CriticalPath& path, const isa::Bundle& bundle,
                 traces::CriticalPath& recording);

/// "qkv" of "layers.{}.qkv".
std::string without_layer(const std::string& pattern);

}  // namespace weft::cli
