// SPDX-License-Identifier: Apache-2.0
#include <cublas_v2.h>
#include <dlfcn.h>

#include <utility>

#include "reference/cuda/blas.h"
#include "reference/cuda/launch.h"

namespace weft::reference::cuda {
namespace {

std::string library_name(const char* name) {
  return std::string(name) + ".so." + std::to_string(CUDART_VERSION / 1000);
}

/// From wherever the loader looks, then from where toolkits lie.
void* open_library(std::string& tried) {
  for (const std::string folder : {"", "/usr/local/cuda/lib64/"}) {
    // Not found by itself where the folder is in no search path.
    dlopen((folder + library_name("libcublasLt")).c_str(), RTLD_NOW | RTLD_GLOBAL);
    if (void* found = dlopen((folder + library_name("libcublas")).c_str(), RTLD_NOW)) {
      return found;
    }
    const char* why = dlerror();
    tried += (tried.empty() ? "" : "; ") + std::string(why == nullptr ? "not found" : why);
  }
  return nullptr;
}

/// The C function; its header adds an overload for C++.
using Gemm = cublasStatus_t (*)(cublasHandle_t, cublasOperation_t, cublasOperation_t, int, int, int,
                                const void*, const void*, cudaDataType, int, long long, const void*,
                                cudaDataType, int, long long, const void*, void*, cudaDataType, int,
                                long long, int, cublasComputeType_t, cublasGemmAlgo_t);

cudaDataType_t data_type(DType type) {
  return type == DType::f16 ? CUDA_R_16F : type == DType::bf16 ? CUDA_R_16BF : CUDA_R_32F;
}

}  // namespace

struct Blas::Library {
  void* handle = nullptr;
  cublasHandle_t blas = nullptr;
  decltype(&cublasCreate_v2) create = nullptr;
  decltype(&cublasDestroy_v2) destroy = nullptr;
  decltype(&cublasSetStream_v2) set_stream = nullptr;
  decltype(&cublasSetMathMode) set_math_mode = nullptr;
  decltype(&cublasSetWorkspace_v2) set_workspace = nullptr;
  decltype(&cublasGetVersion_v2) get_version = nullptr;
  Gemm gemm = nullptr;
  decltype(&cublasGetStatusString) status_string = nullptr;
  void* workspace = nullptr;

  template <class Function>
  bool find(Function& function, const char* name) {
    function = reinterpret_cast<Function>(dlsym(handle, name));
    return function != nullptr;
  }

  bool find_all() {
    return find(create, "cublasCreate_v2") && find(destroy, "cublasDestroy_v2") &&
           find(set_stream, "cublasSetStream_v2") && find(set_math_mode, "cublasSetMathMode") &&
           find(set_workspace, "cublasSetWorkspace_v2") &&
           find(get_version, "cublasGetVersion_v2") && find(gemm, "cublasGemmStridedBatchedEx") &&
           find(status_string, "cublasGetStatusString");
  }

  Status check(cublasStatus_t status, const char* what) const {
    if (status == CUBLAS_STATUS_SUCCESS) {
      return {};
    }
    return failed_error(std::string("cuBLAS: ") + what + ": " + status_string(status));
  }

  ~Library() {
    if (blas != nullptr) {
      destroy(blas);
    }
    cudaFree(workspace);  // the library stays open: it has threads of its own
  }
};

Blas::~Blas() = default;

Result<std::unique_ptr<Blas>> Blas::open(void* stream) {
  std::unique_ptr<Blas> result(new Blas);
  result->library_ = std::make_unique<Library>();
  Library& library = *result->library_;
  std::string tried;
  library.handle = open_library(tried);
  if (library.handle == nullptr || !library.find_all()) {
    return failed_error("cuBLAS: " + library_name("libcublas") + " cannot be used" +
                        (tried.empty() ? "" : " (" + tried + ")") +
                        "; install it or name its folder in LD_LIBRARY_PATH");
  }
  WEFT_TRY(library.check(library.create(&library.blas), "create"));
  WEFT_TRY(library.check(library.set_stream(library.blas, static_cast<cudaStream_t>(stream)),
                         "set stream"));
  WEFT_TRY(library.check(
      library.set_math_mode(library.blas, static_cast<cublasMath_t>(
                                              CUBLAS_DEFAULT_MATH |
                                              CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION)),
      "set math mode"));
  // A workspace of our own: captured graphs may use it as long as we live.
  constexpr std::size_t workspace = std::size_t{32} << 20;
  WEFT_CUDA(cudaMalloc(&library.workspace, workspace));
  WEFT_TRY(library.check(library.set_workspace(library.blas, library.workspace, workspace),
                         "set workspace"));
  int version = 0;
  WEFT_TRY(library.check(library.get_version(library.blas, &version), "version"));
  result->version_ = std::to_string(version);
  return Result<std::unique_ptr<Blas>>(std::move(result));
}

Status Blas::multiply(const Product& p) {
  if (p.rows == 0 || p.batch == 0) {
    return {};
  }
  const bool narrow = p.accumulate == DType::f16;
  const float one = 1;
  const float zero = 0;
  const std::uint16_t narrow_one = 0x3c00;
  const std::uint16_t narrow_zero = 0;
  const void* alpha = narrow ? static_cast<const void*>(&narrow_one) : &one;
  const void* beta = narrow ? static_cast<const void*>(&narrow_zero) : &zero;
  // cuBLAS is column-major: y^T = w' * x^T.
  return library_->check(
      library_->gemm(library_->blas, p.transposed ? CUBLAS_OP_T : CUBLAS_OP_N, CUBLAS_OP_N,
                     static_cast<int>(p.outputs), static_cast<int>(p.rows),
                     static_cast<int>(p.inputs), alpha, p.w, data_type(p.in),
                     static_cast<int>(p.w_row), p.w_stride, p.x, data_type(p.in),
                     static_cast<int>(p.x_row), p.x_stride, beta, p.y, data_type(p.out),
                     static_cast<int>(p.y_row), p.y_stride, p.batch,
                     narrow ? CUBLAS_COMPUTE_16F : CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT),
      "product");
}

}  // namespace weft::reference::cuda
