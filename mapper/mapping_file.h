// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "arch/arch.pb.h"
#include "base/result.h"
#include "base/yaml_places.h"
#include "mapper/mapping.pb.h"
#include "models/graph.pb.h"

namespace weft::mapper {

inline constexpr int kMappingVersion = 1;

/// A mapping as a file says it, and where in the file it says what.
struct MappingFile {
  Mapping mapping;
  YamlPlaces places;
};

/// Errors: input (file:line:col, all faults at once; made by a newer version), io.
Result<MappingFile> read_mapping(const std::filesystem::path& path);
Result<MappingFile> parse_mapping(std::string_view text, const std::string& file);

/// YAML under a line of comment. What it writes reads back the same, and is written the same again.
std::string mapping_text(const Mapping& mapping);
Status write_mapping(const std::filesystem::path& path, const Mapping& mapping);

/// Holds what a mapping says against machine and model, and its parts against each other; what it
/// leaves out is no fault. Errors: input, a line for each fault, with its place if `places` knows.
Status check_mapping(const Mapping& mapping, const arch::Machine& machine,
                     const models::Graph& graph, const YamlPlaces& places = {});

/// `decided` with everything that `said` says in its place. Regions that change some by name change
/// those; others are matched by their order, and there are as many as `said` has if it has any;
/// collectives by op and axis (said without an axis: all of the op), kernels by op, colors by flow;
/// blocked tiles are those of `said` if it has any.
Mapping merge(const Mapping& said, const Mapping& decided);

}  // namespace weft::mapper
