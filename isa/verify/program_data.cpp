// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "isa/layout.h"
#include "isa/regions.h"
#include "isa/verify/program_run.h"

namespace weft::isa {

// What loads leave in the SRAM of a role's tiles at cycle 0: all of their rows and columns, the
// padding as zeros. The same in every region the role has tiles in (check_tensors).
std::vector<WrittenBytes> ProgramRun::written_by_loads() const {
  std::vector<WrittenBytes> written;
  for (const Program& program : resolved_.programs) {
    written.emplace_back(program.buffers.size());
  }
  const Regions regions(bundle_);
  std::vector<int> region_of;  // by role: of any of its tiles
  for (const Role& role : bundle_.roles()) {
    region_of.push_back(role.tiles_size() == 0
                            ? Regions::kNone
                            : regions.of(role.tiles(0).x().first() - resolved_.region.x,
                                         role.tiles(0).y().first() - resolved_.region.y));
  }
  for (const Load& load : bundle_.loads()) {
    for (int r = 0; r < bundle_.roles_size(); ++r) {
      const Role& role = bundle_.roles(r);
      if (!fills(load, region_of[static_cast<std::size_t>(r)])) {
        continue;
      }
      for (int b = 0; b < role.buffers_size(); ++b) {
        if (role.buffers(b).name() == load.buffer()) {
          Descriptor d;
          d.base = static_cast<std::int32_t>(role.buffers(b).offset() + load.offset());
          d.buffer = static_cast<std::int16_t>(b);
          d.dtype = static_cast<DType>(load.dtype());
          d.rank = 2;
          d.dims = {load.rows().local(), load.columns().local(), 1};
          d.strides = {load.row_stride(), load.column_stride(), 0};
          written[static_cast<std::size_t>(r)].write(d);
        }
      }
    }
  }
  return written;
}

// What of an operand a read would find unwritten, when not all of its elements are used: ids at or
// past the limit of an arg-max, columns of a probe that are padding or another tile's.
std::optional<ByteRange> ProgramRun::missing_of_used(Core& core, Descriptor d) const {
  const Instr& instr = instr_of(core);
  if (instr.opcode == Opcode::vred_argmax) {
    std::int32_t& length = d.dims[static_cast<std::size_t>(d.rank - 1)];
    const std::int64_t ids = std::int64_t{core.state.value(instr, 3)} - core.state.value(instr, 2);
    length = static_cast<std::int32_t>(std::clamp<std::int64_t>(ids, 0, length));
    return core.written.missing(d);
  }
  const Probe& probe = bundle_.probes(instr.arg[0]);
  const Axis& axis = probe.columns();
  if (!is_owner(probe, core.at.tx, core.at.ty)) {
    return std::nullopt;
  }
  const std::int32_t columns = std::min(d.dims[1], axis.local());
  const int part = part_of(axis, core.at.tx, core.at.ty);
  d.dims[1] = 1;
  for (int i = 0; i < columns; ++i, d.base += d.strides[1] * bytes_of(d.dtype)) {
    if (logical_index(axis, part, i) >= 0) {
      if (const auto missing = core.written.missing(d)) {
        return missing;
      }
    }
  }
  return std::nullopt;
}

// A receive still writes there: the fence has said so.
bool ProgramRun::is_being_written(const Core& core, const Descriptor& d) const {
  const ByteRange range = range_of(d);
  for (unsigned bits = core.fenced; bits != 0; bits &= bits - 1) {
    const auto event = static_cast<std::size_t>(std::countr_zero(bits));
    const Transfer& transfer = transfers_[static_cast<std::size_t>(core.events[event])];
    if (transfer.writes && range.overlaps(transfer.bytes)) {
      return true;
    }
  }
  return false;
}

void ProgramRun::say_unwritten(const Core& core, int t, const ByteRange& bytes) {
  const Descriptor& d = core.state.t[static_cast<std::size_t>(t)];
  const Buffer& buffer = bundle_.roles(core.role).buffers(d.buffer);
  say(core, Rule::unwritten,
      fmt::format("reads t{}, and nothing has written bytes {} to {} of buffer {} before; compute, "
                  "receive or load them first",
                  t, bytes.first - buffer.offset(), bytes.last - 1 - buffer.offset(),
                  buffer.name()));
}

// Reads of bytes that no load, compute instruction or completed receive has written before.
void ProgramRun::check_reads(Core& core, const Step& step) {
  const Instr& instr = instr_of(core);
  for (std::size_t i = 0; i < step.tensors; ++i) {
    const Descriptor& d = core.state.tensor(instr, step.slot[i]);
    if (!step.reads[i]) {
      continue;
    }
    auto missing = core.written.missing(d);
    if (missing &&
        (step.kind == StepKind::probe || (instr.opcode == Opcode::vred_argmax && i == 1))) {
      missing = missing_of_used(core, d);
    }
    if (missing && fresh(core, Rule::unwritten) && !is_being_written(core, d)) {
      say_unwritten(core, instr.arg[step.slot[i]], *missing);
    }
  }
}

}  // namespace weft::isa
