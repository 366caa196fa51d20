// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "isa/bundle.pb.h"

namespace weft::cli {

/// What a run with values holds in the memory of the host, at least.
struct HostNeed {
  std::int64_t tiles = 0;
  std::int64_t sram = 0;       ///< images of the tiles of the region
  std::int64_t weights = 0;    ///< the checkpoint, mapped
  std::int64_t results = 0;    ///< logical tensors that probes show, and those in edge memory
  std::int64_t reference = 0;  ///< weights in float64, for --check

  std::int64_t total() const { return sram + weights + results + reference; }
};

/// SRAM and results of a bundle; each probe shows `rows` tokens in each of `layers`.
HostNeed host_need(const isa::Bundle& bundle, std::int64_t rows, std::int64_t layers);

/// What this process may still take, and who says so.
struct HostRoom {
  std::int64_t bytes = 0;
  std::string limit;
};

/// The tightest of what is free on this host, the limits of the control groups and that of the
/// address space, in which `mapped` bytes are spoken for already. Nothing where the system does not
/// tell. `root`: where /proc and /sys are.
std::optional<HostRoom> host_room(std::int64_t mapped, const std::filesystem::path& root = "/");

/// What is left of the limit on data (ulimit -d), as jobs of a study have one; nothing without it.
std::optional<std::int64_t> data_room(const std::filesystem::path& root = "/");

/// The bytes of host_room with nothing mapped, for sim::Options::host_bytes.
std::optional<std::int64_t> host_bytes();

/// Errors: input, with both figures, what the larger one consists of, and the mend.
Status check_host_memory(const HostNeed& need, const std::optional<HostRoom>& room);

}  // namespace weft::cli
