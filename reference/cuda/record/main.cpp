// SPDX-License-Identifier: Apache-2.0
// What scripts/record-gpu builds and runs on a machine with a GPU and a CUDA toolkit, and nothing
// else.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "reference/cuda/record/record.h"

namespace weft::reference::cuda {
namespace {

bool parse(int count, char** words, RecordOptions& options) {
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (word == "--values-only") {
      options.values_only = true;
      continue;
    }
    if (i + 1 == count) {
      return false;
    }
    const std::string value = words[++i];
    if (word == "--root") {
      options.root = value;
    } else if (word == "--out") {
      options.out = value;
    } else if (word == "--git") {
      options.git = value;
    } else if (word == "--date") {
      options.date = value;
    } else if (word == "--seed") {
      options.seed = std::strtoull(value.c_str(), nullptr, 10);
    } else if (word == "--part" &&
               (value == "models" || value == "operations" || value == "times")) {
      options.part = value;
    } else {
      return false;
    }
  }
  return !options.date.empty() && options.seed != 0;
}

int run(int count, char** words) {
  RecordOptions options;
  if (!parse(count, words, options)) {
    std::fprintf(stderr,
                 "weft-record-gpu: wants --date YYYY-MM-DD --seed N [--root DIR] [--out DIR] "
                 "[--git VERSION] [--part models|operations|times] [--values-only]; "
                 "scripts/record-gpu gives them\n");
    return 2;
  }
  const Result<bool> good = record(options);
  if (!good.ok()) {
    std::fprintf(stderr, "weft-record-gpu: %s\n", good.error().message.c_str());
    return static_cast<int>(good.error().kind);
  }
  std::printf("%s\n", *good ? "all checks passed" : "FAULTS: see the lines that begin with !");
  return *good ? 0 : 1;
}

}  // namespace
}  // namespace weft::reference::cuda

int main(int count, char** words) { return weft::reference::cuda::run(count, words); }
