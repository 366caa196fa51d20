// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bit>
#include <span>

#include "isa/verify/program_run.h"

namespace weft::isa {
namespace {

std::string dims_text(const Descriptor& d) {
  return fmt::format("[{}]", fmt::join(d.dims.begin(), d.dims.begin() + d.rank, ", "));
}

}  // namespace

std::string ProgramRun::tile_text(std::int32_t tile) const {
  return tile_name(resolved_.region.x + tile % resolved_.region.width,
                   resolved_.region.y + tile / resolved_.region.width);
}

std::string ProgramRun::place_text(std::int32_t tile, std::int32_t pc) const {
  const auto role = cores_[static_cast<std::size_t>(tile)].role;
  const auto& code = resolved_.programs[static_cast<std::size_t>(role)].code;
  return fmt::format("{}, {}", tile_text(tile),
                     place_of(bundle_.roles(role).name(), static_cast<std::size_t>(pc),
                              code[static_cast<std::size_t>(pc)].opcode));
}

// "instruction 3 (send)": of a tile already named.
std::string ProgramRun::instruction_text(std::int32_t tile, std::int32_t pc) const {
  const auto role = static_cast<std::size_t>(cores_[static_cast<std::size_t>(tile)].role);
  const Opcode opcode = resolved_.programs[role].code[static_cast<std::size_t>(pc)].opcode;
  return fmt::format("instruction {} ({})", pc, info_of(opcode).mnemonic);
}

bool ProgramRun::fresh(const Core& core, Rule rule) const {
  const Step& step =
      steps_[static_cast<std::size_t>(core.role)][static_cast<std::size_t>(core.state.pc)];
  return (step.said >> static_cast<int>(rule) & 1) == 0;
}

// Reports a rule broken at pc, once for all tiles of the role.
void ProgramRun::say(const Core& core, Rule rule, const std::string& what) {
  if (!fresh(core, rule)) {
    return;
  }
  Step& step = steps_[static_cast<std::size_t>(core.role)][static_cast<std::size_t>(core.state.pc)];
  step.said |= static_cast<std::uint16_t>(1 << static_cast<int>(rule));
  const auto tile = static_cast<std::int32_t>(&core - cores_.data());
  findings_.add(fmt::format("{}: {}", place_text(tile, core.state.pc), what));
}

void ProgramRun::stop(Core& core) {
  stopped_ = true;
  halt(core);
}

bool ProgramRun::check_loop(Core& core) {
  const std::int32_t count = core.state.value(instr_of(core), 0);
  if (count >= 0 && count <= kMostIterations) {
    return true;
  }
  say(core, Rule::loop_count,
      fmt::format("runs {} times; a loop runs 0 to {} times", count, kMostIterations));
  stop(core);
  return false;
}

void ProgramRun::check_divisor(const Core& core) {
  const std::int32_t divisor = core.state.value(instr_of(core), 2);
  if (divisor <= 0) {
    say(core, Rule::divisor, fmt::format("divides by {}; a divisor is above 0", divisor));
  }
}

void ProgramRun::check_dims(const Core& core) {
  const Instr& instr = instr_of(core);
  for (int i = 0; i < instr.arg[4]; ++i) {
    const std::int32_t dim = core.state.value(instr, 5 + i);
    if (dim < 0) {
      say(core, Rule::negative_dims,
          fmt::format("dimension {} is {}; a dimension is 0 or more", i, dim));
    }
  }
}

// The descriptor a td at pc has just made.
void ProgramRun::check_written(const Core& core, Step& step) {
  const Instr& instr = instr_of(core);
  const Program& program = resolved_.programs[static_cast<std::size_t>(core.role)];
  const Descriptor& d = core.state.t[static_cast<std::size_t>(instr.arg[0])];
  const DescriptorFault fault = check_descriptor(program, d);
  if (fault == DescriptorFault::none) {
    step.checked = step.constant && step.said == 0;
    return;
  }
  const auto& buffer = bundle_.roles(core.role).buffers(d.buffer);
  if (fault == DescriptorFault::too_many) {
    say(core, Rule::too_many,
        fmt::format("t{} {} has more than 2^31 elements; mend its dimensions", instr.arg[0],
                    dims_text(d)));
  } else if (fault == DescriptorFault::unaligned) {
    say(core, Rule::unaligned,
        fmt::format("t{} begins at byte {}, not a multiple of its {}-byte elements; align buffer "
                    "{} or the offset",
                    instr.arg[0], d.base, bytes_of(d.dtype), buffer.name()));
  } else if (fresh(core, Rule::outside)) {
    const ByteRange range = range_of(d);
    say(core, Rule::outside,
        fmt::format("t{} {} takes bytes {} to {} of buffer {}, which has {}; mend offset, "
                    "dimensions or strides, or widen the buffer",
                    instr.arg[0], dims_text(d), range.first - buffer.offset(),
                    range.last - 1 - buffer.offset(), buffer.name(), buffer.bytes()));
  }
}

bool ProgramRun::check_operands(Core& core, const Step& step) {
  const Instr& instr = instr_of(core);
  for (std::size_t i = 0; i < step.tensors; ++i) {
    if (core.state.tensor(instr, step.slot[i]).rank == 0) {
      say(core, Rule::undefined,
          fmt::format("t{} names no memory yet; write it with td first", instr.arg[step.slot[i]]));
      stop(core);
      return false;
    }
  }
  return true;
}

void ProgramRun::check_shapes(const Core& core, const Step& step) {
  const Instr& instr = instr_of(core);
  const char* needs = shape_fault(instr, core.state);
  if (needs == nullptr || !fresh(core, Rule::shape)) {
    return;
  }
  std::string operands;
  for (std::size_t i = 0; i < step.tensors; ++i) {
    const Descriptor& d = core.state.tensor(instr, step.slot[i]);
    operands += fmt::format("{}t{} {} {}", i == 0 ? "" : ", ", instr.arg[step.slot[i]],
                            name_of(d.dtype), dims_text(d));
  }
  say(core, Rule::shape, fmt::format("has {}; it needs {}", operands, needs));
}

void ProgramRun::check_probe(const Core& core) {
  constexpr std::int64_t kMostRows = std::int64_t{1} << 24;
  constexpr std::int32_t kMostIndex = 1 << 16;
  const Instr& instr = instr_of(core);
  const Probe& probe = bundle_.probes(instr.arg[0]);
  const Descriptor& d = core.state.tensor(instr, 1);
  const std::int32_t first = core.state.value(instr, 2);
  const std::int32_t index = core.state.value(instr, 3);
  const bool shown = d.dims[2] == 1 && d.dims[1] <= probe.columns().local();
  if (shown && first >= 0 && first + std::int64_t{d.dims[0]} <= kMostRows && index >= 0 &&
      index < kMostIndex) {
    return;
  }
  say(core, Rule::probe,
      fmt::format("shows t{} {} from row {}, index {}; it needs [rows, at most {} columns], rows "
                  "below {} and an index of 0 to {}",
                  instr.arg[1], dims_text(d), first, index, probe.columns().local(), kMostRows,
                  kMostIndex - 1));
}

// Between the issue of an asynchronous transfer and its WAIT nothing touches what it writes, and
// nothing writes what it reads.
void ProgramRun::check_fences(const Core& core, const Step& step) {
  if (core.fenced == 0) {
    return;
  }
  const Instr& instr = instr_of(core);
  for (std::size_t i = 0; i < step.tensors; ++i) {
    const ByteRange range = range_of(core.state.tensor(instr, step.slot[i]));
    for (unsigned bits = core.fenced; bits != 0; bits &= bits - 1) {
      const int event = std::countr_zero(bits);
      const Transfer& transfer =
          transfers_[static_cast<std::size_t>(core.events[static_cast<std::size_t>(event)])];
      if ((transfer.writes || step.writes[i]) && range.overlaps(transfer.bytes)) {
        say(core, Rule::fence,
            fmt::format("{} t{}, which {} still {}; put wait e{} before it",
                        step.writes[i] ? "writes" : "reads", instr.arg[step.slot[i]],
                        instruction_text(transfer.tile, transfer.pc),
                        transfer.writes ? "writes" : "reads", event));
      }
    }
  }
}

// Bytes of edge memory a tile touches lie in it, and are kept to be held against other tiles'.
void ProgramRun::check_edge(const Core& core, const Step& step) {
  const Instr& instr = instr_of(core);
  const Descriptor& tensor = core.state.tensor(instr, step.slot[0]);
  const std::int64_t first = core.state.value(instr, step.transfer.address);
  const std::int64_t bytes = tensor.elements() * bytes_of(tensor.dtype);
  if (first < 0 || first > resolved_.edge_memory - bytes) {
    say(core, Rule::edge_range,
        fmt::format("takes {} bytes of edge memory from address {} on, and edge.memory has {}; "
                    "mend the address",
                    bytes, first, resolved_.edge_memory));
  } else if (bytes > 0) {
    EdgeUse& use = edge_use_[tile_of(core)];
    (instr.opcode == Opcode::edge_write ? use.written : use.read).add(first, first + bytes);
  }
}

}  // namespace weft::isa
