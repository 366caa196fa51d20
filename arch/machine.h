// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "arch/arch.pb.h"
#include "base/result.h"
#include "base/schema.h"

namespace weft::arch {

/// Loads a preset by name or a YAML file by path, applies `--set` overrides, validates.
/// Errors: input (with file:line:col, or the nearest preset name), io.
Result<Machine> load_machine(const std::string& name_or_path,
                             const std::vector<std::string>& overrides = {});

/// Rules no single field can state: places_per_hop >= hop_latency, ratios positive, …
Status check_machine(const Machine& machine);

/// Names of the presets compiled into the program, sorted.
std::vector<std::string> preset_names();

/// Content hash of the resolved machine without names, sources and energy: what a Bundle is bound
/// to.
std::string machine_hash(const Machine& machine);

/// Every field of what the machine has: without an edge, none of its fields.
std::vector<SchemaLeaf> fields_of(const Machine& machine);

/// Every numeric field as (path, value with unit, source); `assumed…` where nobody published it.
struct FieldSource {
  std::string path;
  std::string value;
  std::string source;
};
std::vector<FieldSource> field_sources(const Machine& machine);

}  // namespace weft::arch
