// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/cuda/host_launch.h"
// Translated as it is, for host threads.
#include "reference/cuda/ops_rows.cu"
