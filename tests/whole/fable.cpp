// SPDX-License-Identifier: Apache-2.0
#include "tests/whole/fable.h"

namespace weft {

std::string fable_folder() { return WEFT_SOURCE_DIR "/models/zoo/fable-1m"; }

cli::RunArguments fable_run(const std::string& arch, const std::string& region) {
  cli::RunArguments arguments;
  arguments.arch = arch;
  arguments.region = region;
  arguments.model = fable_folder();
  arguments.prompt = "Once there was a";
  arguments.new_tokens = 4;
  arguments.check = "cpu";
  return arguments;
}

}  // namespace weft
