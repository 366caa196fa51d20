// SPDX-License-Identifier: Apache-2.0
#include "cli/host_memory.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "isa/bundle.h"
#include "sim/memory/sram.h"

namespace weft::cli {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::optional<std::int64_t> number_at(const std::string& text, std::size_t at) {
  at = text.find_first_not_of(" \t", at);
  std::int64_t value = 0;
  if (at == std::string::npos ||
      std::from_chars(text.data() + at, text.data() + text.size(), value).ec != std::errc()) {
    return std::nullopt;
  }
  return value;
}

/// The number behind `key` in a file of lines "key number".
std::optional<std::int64_t> entry(const fs::path& path, const std::string& key) {
  const std::string text = "\n" + text_of(path);
  const auto at = text.find("\n" + key);
  return at == std::string::npos ? std::nullopt : number_at(text, at + 1 + key.size());
}

/// Keeps the tighter of two limits.
void tighten(std::optional<HostRoom>& room, std::int64_t bytes, const char* limit) {
  if (!room || bytes < room->bytes) {
    room = HostRoom{std::max<std::int64_t>(0, bytes), limit};
  }
}

/// One folder of a hierarchy of control groups: version 2 or 1 by the names of its files.
void tighten_by_group(const fs::path& group, const char* most, const char* used, const char* cache,
                      std::optional<HostRoom>& room) {
  const auto limit = number_at(text_of(group / most), 0);  // none: "max"
  const auto taken = number_at(text_of(group / used), 0);
  if (limit && taken) {
    // Cached file pages are given back when they are needed.
    tighten(room, *limit - *taken + entry(group / "memory.stat", cache).value_or(0),
            "in its control group");
  }
}

void tighten_by_groups(const fs::path& root, std::optional<HostRoom>& room) {
  std::istringstream lines(text_of(root / "proc/self/cgroup"));
  for (std::string line; std::getline(lines, line);) {
    const auto first = line.find(':');
    const auto second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) {
      continue;
    }
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const bool unified = controllers.empty();
    if (!unified && controllers != "memory") {
      continue;
    }
    const fs::path top = root / (unified ? "sys/fs/cgroup" : "sys/fs/cgroup/memory");
    fs::path group = fs::path(line.substr(second + 1)).relative_path();
    for (;; group = group.parent_path()) {  // a limit holds for all groups below
      unified
          ? tighten_by_group(top / group, "memory.max", "memory.current", "inactive_file ", room)
          : tighten_by_group(top / group, "memory.limit_in_bytes", "memory.usage_in_bytes",
                             "total_inactive_file ", room);
      if (group.empty()) {
        break;
      }
    }
  }
}

std::string part(const char* what, std::int64_t bytes) {
  return bytes == 0 ? "" : fmt::format(", {} {}", what, human_bytes(bytes));
}

}  // namespace

HostNeed host_need(const isa::Bundle& bundle, std::int64_t rows, std::int64_t layers) {
  HostNeed need;
  for (const isa::Role& role : bundle.roles()) {
    std::int64_t tiles = 0;
    for (const isa::TileSet& set : role.tiles()) {
      tiles += isa::tile_set_of(set).size();
    }
    need.tiles += tiles;
    need.sram += tiles * sim::sram_extent(role);
  }
  for (const isa::Probe& probe : bundle.probes()) {
    const bool layered = probe.name().find("{}") != std::string::npos;
    need.results += rows * probe.columns().size() * (layered ? layers : 1) *
                    static_cast<std::int64_t>(sizeof(float));
  }
  for (const auto* tensors : {&bundle.edge_loads(), &bundle.edge_shows()}) {
    for (const isa::EdgeTensor& tensor : *tensors) {
      need.results +=
          std::int64_t{tensor.rows()} * tensor.columns() * static_cast<std::int64_t>(sizeof(float));
    }
  }
  return need;
}

std::optional<HostRoom> host_room(std::int64_t mapped, const fs::path& root) {
  std::optional<HostRoom> room;
  if (const auto free = entry(root / "proc/meminfo", "MemAvailable:")) {
    tighten(room, *free * 1024, "on this host");
  }
  tighten_by_groups(root, room);
  if (const auto left = data_room(root)) {
    tighten(room, *left, "under the limit on its data (ulimit -d)");
  }
  rlimit limit{};
  const auto pages = number_at(text_of(root / "proc/self/statm"), 0);
  if (pages && ::getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
    tighten(room,
            static_cast<std::int64_t>(limit.rlim_cur) - *pages * ::sysconf(_SC_PAGESIZE) + mapped,
            "under the limit on its address space (ulimit -v)");
  }
  return room;
}

std::optional<std::int64_t> data_room(const fs::path& root) {
  std::ifstream sizes(root / "proc/self/statm");
  std::int64_t pages[6] = {};  // the last: those it can write to
  for (std::int64_t& number : pages) {
    sizes >> number;
  }
  rlimit limit{};
  if (!sizes || ::getrlimit(RLIMIT_DATA, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
    return {};
  }
  return static_cast<std::int64_t>(limit.rlim_cur) - pages[5] * ::sysconf(_SC_PAGESIZE);
}

std::optional<std::int64_t> host_bytes() {
  const auto room = host_room(0);
  return room ? std::optional(room->bytes) : std::nullopt;
}

Status check_host_memory(const HostNeed& need, const std::optional<HostRoom>& room) {
  if (!room || need.total() <= room->bytes) {
    return {};
  }
  return input_error(fmt::format(
      "--data on: the values of this run take at least {} of memory (SRAM of {} tiles {}{}{}{}) "
      "and {} are free {}; use --data off for the timing{}, or a smaller --region",
      human_bytes(need.total()), with_commas(need.tiles), human_bytes(need.sram),
      part("weights", need.weights), part("results", need.results),
      part("reference", need.reference), human_bytes(room->bytes), room->limit,
      need.reference > 0 ? ", no --check" : ""));
}

}  // namespace weft::cli
