// SPDX-License-Identifier: Apache-2.0
#include <google/protobuf/stubs/logging.h>

#include "tests/fuzz/target.h"

// What libprotobuf finds wrong is in what it returns; a line about each would be all one sees.
int LLVMFuzzerInitialize(int*, char***) {
  google::protobuf::SetLogHandler(nullptr);
  return 0;
}
