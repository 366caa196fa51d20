// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Marks what both a host compiler and nvcc translate, for either side.
#ifdef __CUDACC__
#define WEFT_HOST_DEVICE __host__ __device__
#else
#define WEFT_HOST_DEVICE
#endif
