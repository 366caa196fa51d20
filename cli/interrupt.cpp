// SPDX-License-Identifier: Apache-2.0
#include "cli/interrupt.h"

#include <csignal>

namespace weft::cli {
namespace {

volatile std::sig_atomic_t asked = 0;

void on_signal(int number) {
  asked = 1;
  std::signal(number, SIG_DFL);
}

}  // namespace

void watch_interrupts() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
}

bool interrupted() { return asked != 0; }

Error interrupted_error() {
  return failed_error("interrupted: the run stopped before its end and wrote nothing");
}

}  // namespace weft::cli
