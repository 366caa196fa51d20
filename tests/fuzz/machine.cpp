// SPDX-License-Identifier: Apache-2.0
#include "arch/machine.h"

#include "base/yaml_reader.h"
#include "tests/fuzz/target.h"

// A machine in YAML: an accepted one reads the same from its canonical form, and its rules can be
// checked.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weft;
  arch::Machine machine;
  const Status status = read_yaml(fuzz::text_of(data, size), "input", machine);
  if (!status) {
    fuzz::require_message(status);
    return 0;
  }
  const std::string canonical = write_yaml(machine);
  arch::Machine twin;
  fuzz::require(read_yaml(canonical, "canonical", twin).ok(), "the canonical form is accepted");
  fuzz::require(write_yaml(twin) == canonical, "the canonical form is kept");
  fuzz::require(arch::machine_hash(twin) == arch::machine_hash(machine), "the machine is kept");
  const Status sound = arch::check_machine(machine);
  if (!sound) {
    fuzz::require_message(sound);
  }
  return 0;
}
