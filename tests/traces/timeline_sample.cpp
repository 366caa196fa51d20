// SPDX-License-Identifier: Apache-2.0
#include "tests/traces/timeline_sample.h"

#include <algorithm>
#include <cstdlib>

#include "tests/traces/sample.h"
#include "traces/packed.h"

namespace weft::traces {
namespace {

constexpr std::int64_t kCycles = 100'000;
constexpr std::int64_t kSimulated = 40'000;
constexpr std::int64_t kPeriod = 10'000;

void put_plane(Recording& recording, const char* name, const char* unit,
               const std::vector<std::int64_t>& values) {
  Plane& plane = *recording.add_planes();
  plane.set_name(name);
  plane.set_unit(unit);
  plane.set_deflated(pack_numbers(values));
}

void put_tiles(Recording& recording, int width, int height) {
  std::array<std::vector<std::int64_t>, 5> planes;
  Bins sum;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      TileTotals& tile = *recording.add_tiles();
      Bins& bins = *tile.mutable_bins();
      bins.set_compute(sample_compute(x, y));
      bins.set_setup(5'000 + (x * 104'729 + y * 7'919) % 1'009);
      bins.set_moving(3'000);
      bins.set_input(kCycles - bins.compute() - bins.setup() - bins.moving());
      tile.set_words_sent(1'000 + (x * 6'151 + y * 3'079) % 911);
      tile.set_words_received(2'000 + 3 * x);
      tile.set_macs(4'000 + 100 * (x % 16));
      tile.set_energy(1.5F + static_cast<float>((x * y) % 64) / 64);
      sum.set_compute(sum.compute() + bins.compute());
      sum.set_setup(sum.setup() + bins.setup());
      sum.set_moving(sum.moving() + bins.moving());
      sum.set_input(sum.input() + bins.input());
      planes[0].push_back(y > 0 ? 500 : 0);
      planes[1].push_back(x + 1 < width ? sample_link_east(x, y) : 0);
      planes[2].push_back(y + 1 < height ? 250 : 0);
      planes[3].push_back(x > 0 ? 125 : 0);
      planes[4].push_back(20'000 + 64 * (x % 32));
    }
  }
  *recording.mutable_summary()->mutable_bins() = sum;
  recording.clear_op_totals();
  OpTotals& op = *recording.add_op_totals();
  op.set_name("qkv");
  *op.mutable_bins() = sum;
  const char* names[] = {"link_north", "link_east", "link_south", "link_west", "sram_bytes"};
  for (std::size_t i = 0; i < planes.size(); ++i) {
    put_plane(recording, names[i], i < 4 ? "words" : "bytes", planes[i]);
  }
}

void put_timeline(Timeline& timeline, int width, int height, int scale, int slices) {
  timeline.set_scale(scale);
  timeline.set_width((width + scale - 1) / scale);
  timeline.set_height((height + scale - 1) / scale);
  timeline.set_slices(slices);
  timeline.set_slice(kSimulated / slices);
  timeline.set_cycles(kSimulated);
  Added& added = *timeline.add_added();
  added.set_at(kSimulated / 2);
  added.set_period(kPeriod);
  added.set_iterations((kCycles - kSimulated) / kPeriod);
  std::string compute;
  for (int slice = 0; slice < slices; ++slice) {
    for (int y = 0; y < timeline.height(); ++y) {
      for (int x = 0; x < timeline.width(); ++x) {
        compute.push_back(static_cast<char>(sample_wave(x, slice, timeline.width(), slices)));
      }
    }
  }
  std::string rest;
  for (const char byte : compute) {
    rest.push_back(static_cast<char>(255 - static_cast<unsigned char>(byte)));
  }
  for (const auto& [name, bytes] :
       {std::pair{"compute", &compute}, {"input", &rest}, {"link", &compute}}) {
    Series& series = *timeline.add_series();
    series.set_name(name);
    series.set_mean(deflated(*bytes));
    series.set_max(deflated(*bytes));
  }
  Series& power = *timeline.add_series();
  power.set_name("power");
  power.set_mean(deflated(compute));
  power.set_max(deflated(compute));
  power.mutable_scale()->set_unit("W");
  power.mutable_scale()->set_zero(kSamplePowerIdle);
  power.mutable_scale()->set_full(kSamplePowerFull);
}

void put_floorplan(Floorplan& plan, int width, int height) {
  plan.mutable_machine()->set_width(width);
  plan.mutable_machine()->set_height(height);
  for (int half = 0; half < 2; ++half) {
    Outline& outline = *plan.add_outlines();
    outline.set_name(half == 0 ? "layers 0-1" : "head");
    outline.mutable_tiles()->set_y(half * (height / 2));
    outline.mutable_tiles()->set_width(width);
    outline.mutable_tiles()->set_height(half == 0 ? height / 2 : height - height / 2);
    RoleText& role = *plan.add_roles();
    role.set_name(half == 0 ? "body" : "tail");
  }
  for (const char* line : {"td t0, x, f32, [8]", "recv.set t0, c3", "send c5, t0", "halt"}) {
    plan.add_lines(line);
  }
  const std::vector<std::int64_t> programs = {4, 0, 1, 2, 3, 3, 1, 2, 3};
  plan.set_programs(pack_numbers(programs));
  plan.set_program_numbers(std::ssize(programs));
  std::vector<std::int64_t> roles;
  for (int tile = 0; tile < width * height; ++tile) {
    roles.push_back(tile / width < height / 2 ? 1 : 2);
  }
  plan.set_role_of_tile(pack_numbers(roles));
  plan.mutable_roofs()->set_macs(4);
  plan.mutable_roofs()->set_read_bytes(4);
  plan.mutable_roofs()->set_weight_bytes(2);
  plan.mutable_roofs()->set_link_words(1);
}

void put_path(CriticalPath& path) {
  path.set_steps(12);
  path.set_messages(4);
  const struct {
    const char* kind;
    std::int64_t cycles;
  } rows[] = {{"link", 60'000}, {"compute", 30'000}, {"setup", 10'000}};
  for (const auto& [kind, cycles] : rows) {
    PathRow& row = *path.add_rows();
    row.set_kind(kind);
    row.set_op("qkv");
    row.set_role("body");
    row.set_pc(1);
    row.set_instruction("recv.set t0, c3");
    row.set_color(3);
    row.set_cycles(cycles);
    row.set_stretches(4);
    row.set_tiles(2);
    row.set_x(3);
    row.set_y(2);
  }
}

}  // namespace

std::int64_t sample_compute(int x, int y) {
  // The last term is what makes figures of tiles hard to pack.
  return 10'000 + 37 * (x % 500) + 11 * (y % 900) + (x * 7'919 + y * 104'729) % 997;
}
std::int64_t sample_link_east(int x, int y) { return 1'000 + 7 * (x % 100) + (y % 3); }

int sample_wave(int cell_x, int slice, int cells, int slices) {
  const int front = slice * cells / slices;
  return std::max(0, 250 - 250 * std::abs(cell_x - front) / std::max(1, cells / 4));
}

Recording timeline_sample(int width, int height, int scale, int slices) {
  Recording recording = sample_recording();
  recording.mutable_region()->set_width(width);
  recording.mutable_region()->set_height(height);
  recording.mutable_summary()->set_cycles(kCycles);
  put_tiles(recording, width, height);
  put_timeline(*recording.mutable_timeline(), width, height, scale, slices);
  put_floorplan(*recording.mutable_floorplan(), width, height);
  put_path(*recording.mutable_path());
  return recording;
}

}  // namespace weft::traces
