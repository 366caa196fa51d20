// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/message.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weft {

/// Reads YAML into `message` by reflection; one reader for every schema. All faults of a file come
/// in one pass, one per line: `file:line:col: message (did you mean …?)`: unknown, duplicate or
/// missing key, wrong type, missing or wrong unit, value out of range, YAML's own traps (`no`,
/// `010`).
Status read_yaml(std::string_view text, const std::string& file,
                 google::protobuf::Message& message);
Status read_yaml_file(const std::filesystem::path& path, google::protobuf::Message& message);

/// Canonical YAML of a message, units included; read_yaml gives the same message back.
std::string write_yaml(const google::protobuf::Message& message);

/// Applies one `--set path=value` override, e.g. `tile.sram=64 KiB`. Errors: input, with the
/// nearest field name.
Status set_field(google::protobuf::Message& message, std::string_view assignment);

}  // namespace weft
