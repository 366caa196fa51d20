// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "isa/bundle.pb.h"

namespace weft::isa {

/// The bundle with a load for every buffer, so that no read of it lacks a value. Buffers of one
/// name and several sizes are renamed.
Bundle loaded(Bundle bundle);

}  // namespace weft::isa
