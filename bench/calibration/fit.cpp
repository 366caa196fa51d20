// SPDX-License-Identifier: Apache-2.0
#include "bench/calibration/fit.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "arch/machine.h"

namespace weft::bench {
namespace {

constexpr int kRounds = 4;
constexpr double kAlike = 0.1;  // points of percent

Result<std::vector<double>> simulate(const std::vector<PublishedRow>& rows, const Values& values) {
  WEFT_ASSIGN(const arch::Machine machine, machine_with(values));
  std::vector<double> cycles;
  for (const PublishedRow& row : rows) {
    WEFT_ASSIGN(const double simulated, simulate_row(row, machine));
    cycles.push_back(simulated);
  }
  return cycles;
}

double largest_error(const std::vector<PublishedRow>& rows, const std::vector<double>& cycles) {
  double largest = 0;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    largest = std::max(largest, std::abs(rows[r].error(cycles[r])));
  }
  return largest;
}

/// How far values are from where the fields stood before, each by its range.
double distance(const Values& values) {
  double sum = 0;
  for (std::size_t f = 0; f < values.size(); ++f) {
    const FreeField& field = free_fields()[f];
    sum += std::abs(values[f] - field.before) / static_cast<double>(field.most - field.least);
  }
  return sum;
}

/// Cycles of all rows around `at`, by one slope a field.
struct Slopes {
  Values at;
  std::vector<double> cycles;
  std::vector<std::vector<double>> slope;  ///< by field, by row
};

Result<Slopes> slopes_at(const std::vector<PublishedRow>& rows, const Values& at,
                         const std::vector<double>& cycles) {
  Slopes slopes{at, cycles, {}};
  for (std::size_t f = 0; f < at.size(); ++f) {
    const FreeField& field = free_fields()[f];
    Values other = at;
    other[f] = at[f] - field.least > field.most - at[f] ? field.least : field.most;
    WEFT_ASSIGN(std::vector<double> moved, simulate(rows, other));
    for (std::size_t r = 0; r < rows.size(); ++r) {
      moved[r] = (moved[r] - cycles[r]) / (other[f] - at[f]);
    }
    slopes.slope.push_back(std::move(moved));
  }
  return slopes;
}

/// Visits all values, each with the cycles the slopes say.
void for_all_values(const Slopes& slopes, std::size_t field, Values& values,
                    std::vector<std::vector<double>>& cycles,
                    const std::function<void(const std::vector<double>&)>& visit) {
  if (field == values.size()) {
    visit(cycles[field]);
    return;
  }
  const FreeField& free = free_fields()[field];
  for (int value = free.least; value <= free.most; ++value) {
    values[field] = value;
    for (std::size_t r = 0; r < slopes.cycles.size(); ++r) {
      cycles[field + 1][r] = cycles[field][r] + slopes.slope[field][r] * (value - slopes.at[field]);
    }
    for_all_values(slopes, field + 1, values, cycles, visit);
  }
}

Values search(const std::vector<PublishedRow>& rows, const Slopes& slopes) {
  Values values(slopes.at.size());
  std::vector<std::vector<double>> cycles(values.size() + 1, slopes.cycles);
  double least = INFINITY;
  for_all_values(slopes, 0, values, cycles, [&](const std::vector<double>& said) {
    least = std::min(least, largest_error(rows, said));
  });
  Values best;
  for_all_values(slopes, 0, values, cycles, [&](const std::vector<double>& said) {
    if (largest_error(rows, said) <= least + kAlike &&
        (best.empty() || distance(values) < distance(best))) {
      best = values;
    }
  });
  return best;
}

}  // namespace

std::string FreeField::text(int value) const {
  return unit == "1/" ? fmt::format("1/{}", value) : fmt::format("{} {}", value, unit);
}

const std::vector<FreeField>& free_fields() {
  static const std::vector<FreeField> fields = {
      {"tile.setup.compute", "cycles", 5, 17, 5},
      {"tile.setup.transfer", "cycles", 3, 10, 3},
      {"tile.setup.scalar", "cycles", 1, 3, 1},
      {"tile.setup.tensor_descriptor", "cycles", 1, 3, 1},
      {"tile.setup.branch", "cycles", 3, 6, 3},
      {"tile.setup.product_row", "cycles", 6, 17, 16},
      {"tile.special_rate", "1/", 8, 16, 8},
  };
  return fields;
}

Result<arch::Machine> machine_with(const Values& values) {
  std::vector<std::string> overrides;
  for (std::size_t f = 0; f < values.size(); ++f) {
    const FreeField& field = free_fields()[f];
    overrides.push_back(fmt::format("{}={}", field.path, field.text(values[f])));
  }
  return arch::load_machine("wse2", overrides);
}

Result<Values> preset_values() {
  WEFT_ASSIGN(const arch::Machine machine, arch::load_machine("wse2"));
  const arch::Setup& setup = machine.tile().setup();
  return Values{setup.compute(),
                setup.transfer(),
                setup.scalar(),
                setup.tensor_descriptor(),
                setup.branch(),
                setup.product_row(),
                machine.tile().special_rate().den()};
}

Result<Fit> fit(const std::vector<PublishedRow>& rows,
                const std::function<void(const std::string&)>& say) {
  Fit best;
  for (const FreeField& field : free_fields()) {
    best.values.push_back(field.before);
  }
  WEFT_ASSIGN(best.cycles, simulate(rows, best.values));
  best.largest = largest_error(rows, best.cycles);
  for (int round = 0; round < kRounds; ++round) {
    say(fmt::format("{}: largest error {:.2f} %", fmt::join(best.values, " "), best.largest));
    WEFT_ASSIGN(const Slopes slopes, slopes_at(rows, best.values, best.cycles));
    Fit next;
    next.values = search(rows, slopes);
    if (next.values == best.values) {
      break;
    }
    WEFT_ASSIGN(next.cycles, simulate(rows, next.values));
    next.largest = largest_error(rows, next.cycles);
    if (next.largest >= best.largest + kAlike) {
      break;
    }
    best = std::move(next);
  }
  return best;
}

}  // namespace weft::bench
