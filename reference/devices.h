// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "reference/devices.pb.h"

namespace weft::reference {

/// Machines a wafer is compared with, from reference/devices.yaml, which is compiled into the
/// program.
Result<Devices> load_devices();
/// Errors: input, every fault with file:line:col; a number without a source, a name twice.
Result<Devices> parse_devices(std::string_view yaml, const std::string& file);

/// Whether nobody published the number of this field: its source says so.
bool is_assumed(const Device& device, const std::string& field);

/// Whether `part` occurs in `name`, capitals or not.
bool has_in_name(std::string_view name, std::string_view part);
/// Those with `part` in their name, capitals or not. Errors: input, with the names there are.
Result<Devices> devices_named(const Devices& devices, const std::string& part);

}  // namespace weft::reference
