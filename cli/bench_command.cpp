// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "bench/measurements.h"
#include "bench/report.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/usage.h"

namespace weft::cli {
namespace {

struct BenchArguments {
  std::string filter;
  bool json = false;
  bool quick = false;
  bool load_once = false;
};

// This program, again: what a process holds at most is measured in one of its own.
std::vector<std::string> load_command(bool quick) {
  std::vector<std::string> command = {"/proc/self/exe", "bench", "--load-once"};
  if (quick) {
    command.push_back("--quick");
  }
  return command;
}

Status run_bench(const BenchArguments& a) {
  if (a.load_once) {
    WEFT_ASSIGN(const bench::LoadCost cost, bench::load_here(a.quick));
    fmt::print("{}", bench::print_load_cost(cost));
    return {};
  }
  WEFT_ASSIGN(const auto what, bench::chosen(a.filter));
  const bench::Setting setting{a.quick, load_command(a.quick)};
  WEFT_ASSIGN(const auto rows, bench::measure(what, setting));
  const bench::Host host = bench::measure_host(setting);
  fmt::print("{}", a.json ? bench::json(rows, host) : bench::table(rows, host));
  return {};
}

}  // namespace

void add_bench_command(CLI::App& app, Invocation& invocation) {
  auto* command = app.add_subcommand(
      "bench", "Measures how fast this program is on this host (docs/engines.md).");
  auto a = std::make_shared<BenchArguments>();
  command->add_option("--filter", a->filter, "only those with this in their name")
      ->check(not_empty())
      ->type_name("NAME");
  command->add_flag("--json", a->json, "JSON on standard output and nothing else");
  command->add_flag("--quick", a->quick, "tiny sizes, once: does it work")->group("");
  command->add_flag("--load-once", a->load_once, "in a process of its own")->group("");
  set_footer(*command,
             "  weft bench\n"
             "  weft bench --filter vector\n"
             "  weft bench --json > bench.json\n");
  command->callback([a, &invocation] {
    if (const Status status = run_bench(*a); !status) {
      invocation.fail(status.error());
    }
  });
}

}  // namespace weft::cli
