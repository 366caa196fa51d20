// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "base/dtype.h"
#include "isa/regions.h"
#include "isa/verify/static_rules.h"

namespace weft::isa {
namespace {

constexpr int kMostHeads = 1 << 18;

// Fields logical_index divides by or trusts; empty when they make sense.
std::string head_fault(const Axis& axis) {
  const std::pair<const char*, int> fields[] = {{"groups", axis.groups()},
                                                {"heads_per_group", axis.heads_per_group()},
                                                {"head_dim", axis.head_dim()},
                                                {"columns_per_group", axis.columns_per_group()},
                                                {"groups_per_column", axis.groups_per_column()}};
  for (const auto& [name, value] : fields) {
    if (value < 1 || value > kMostHeads) {
      return fmt::format("has {} {}, needs 1 to {}", name, value, kMostHeads);
    }
  }
  if (axis.kind() == Axis::PAIRS) {
    return {};
  }
  const std::int64_t heads = static_cast<std::int64_t>(axis.groups()) * axis.heads_per_group();
  if (axis.head_dim() % 2 != 0) {
    return fmt::format("has an odd head_dim, {}", axis.head_dim());
  }
  if (heads > axis.size() / axis.head_dim()) {
    return fmt::format("has size {}, fewer than {} heads of {}", axis.size(), heads,
                       axis.head_dim());
  }
  const std::int64_t least =
      2 * static_cast<std::int64_t>(axis.heads_per_group()) * axis.groups_per_column();
  if (axis.local() < least) {
    return fmt::format("has local {}, less than a pair of each head ({})", axis.local(), least);
  }
  return {};
}

std::string axis_fault(const Axis& axis) {
  if (!Axis::Kind_IsValid(axis.kind()) || !Axis::Along_IsValid(axis.along())) {
    return "is of an unknown kind";
  }
  if (axis.size() < 1 || axis.local() < 1 || axis.parts() < 1) {
    return fmt::format("has size {}, local {}, parts {}, each needs 1 or more", axis.size(),
                       axis.local(), axis.parts());
  }
  return axis.kind() == Axis::HEADS || axis.kind() == Axis::PAIRS ? head_fault(axis)
                                                                  : std::string();
}

// Bytes of its buffer a load touches, from its offset on.
struct Extent {
  std::int64_t first = 0;
  std::int64_t last = 0;
};

Extent extent_of(const Load& load) {
  const int size = bytes_of(static_cast<DType>(load.dtype()));
  Extent extent{0, size};
  for (const std::int64_t step :
       {std::int64_t{load.rows().local() - 1} * load.row_stride(),
        std::int64_t{load.columns().local() - 1} * load.column_stride()}) {
    // Far past any SRAM, and safe to add and multiply.
    const std::int64_t bytes = std::clamp<std::int64_t>(step, -(1LL << 40), 1LL << 40) * size;
    (bytes < 0 ? extent.first : extent.last) += bytes;
  }
  return extent;
}

// Whether the load fills buffers of some tile of the role.
bool reaches(const Load& load, const ResolvedBundle& resolved, int role) {
  if (load.region() == 0 || static_cast<std::size_t>(role) >= resolved.regions_of.size()) {
    return true;
  }
  const std::vector<int>& regions = resolved.regions_of[static_cast<std::size_t>(role)];
  return std::any_of(regions.begin(), regions.end(), [&](int r) { return fills(load, r); });
}

void check_load(const Bundle& bundle, const ResolvedBundle& resolved, const Load& load,
                Findings& findings) {
  const auto fault = [&](const std::string& what) {
    findings.add(fmt::format("load of {} into {}: {}", load.tensor(), load.buffer(), what));
  };
  if (load.dtype() < 0 || load.dtype() > 3) {
    return fault(fmt::format("unknown element type {}", load.dtype()));
  }
  for (const Axis* axis : {&load.rows(), &load.columns()}) {
    if (const std::string what = axis_fault(*axis); !what.empty()) {
      return fault(fmt::format("axis {} {}", axis == &load.rows() ? "rows" : "columns", what));
    }
  }
  if ((load.rows().local() > 1 && load.row_stride() == 0) ||
      (load.columns().local() > 1 && load.column_stride() == 0)) {
    return fault("stride 0 puts several elements in one place; give strides of 1 or more");
  }
  if (load.region() < 0 || load.region() > bundle.regions_size()) {
    return fault(fmt::format("goes to region {} and the bundle has {}; declare it",
                             load.region() - 1, bundle.regions_size()));
  }
  const Extent extent = extent_of(load);
  bool found = false;
  for (int r = 0; r < bundle.roles_size(); ++r) {
    if (!reaches(load, resolved, r)) {
      continue;
    }
    const Role& role = bundle.roles(r);
    for (const Buffer& buffer : role.buffers()) {
      if (buffer.name() != load.buffer()) {
        continue;
      }
      found = true;
      if (load.offset() < -extent.first || load.offset() > buffer.bytes() - extent.last) {
        return fault(fmt::format(
            "takes bytes {} to {} from offset {} on, and the buffer of role {} has {}; widen it",
            extent.first, extent.last - 1, load.offset(), role.name(), buffer.bytes()));
      }
    }
  }
  if (!found) {
    fault("no role has a buffer of that name; declare it or drop the load");
  }
}

}  // namespace

void check_tensors(const Bundle& bundle, const ResolvedBundle& resolved, Findings& findings) {
  for (const Probe& probe : bundle.probes()) {
    if (const std::string what = axis_fault(probe.columns()); !what.empty()) {
      findings.add(fmt::format("probe {}: axis columns {}", probe.name(), what));
    }
  }
  for (const Load& load : bundle.loads()) {
    check_load(bundle, resolved, load, findings);
  }
  if (!findings.any()) {
    check_loads_of_regions(bundle, resolved, findings);
  }
}

}  // namespace weft::isa
