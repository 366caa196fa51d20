// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "reference/cuda/device.h"
#include "reference/cuda/launch.h"

namespace weft::reference::cuda {
namespace {

std::string version_text(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

Result<DeviceFacts> read_facts() {
  int count = 0;
  const cudaError_t code = cudaGetDeviceCount(&count);
  if (code != cudaSuccess || count == 0) {
    cudaGetLastError();
    return failed_error(std::string("no CUDA device that can be used: ") +
                        (code == cudaSuccess ? "none is visible" : cudaGetErrorString(code)));
  }
  WEFT_CUDA(cudaSetDevice(0));
  cudaDeviceProp properties;
  WEFT_CUDA(cudaGetDeviceProperties(&properties, 0));
  DeviceFacts facts;
  facts.name = properties.name;
  facts.compute_capability = properties.major * 10 + properties.minor;
  facts.multiprocessors = properties.multiProcessorCount;
  facts.l2_bytes = static_cast<std::size_t>(properties.l2CacheSize);
  int driver = 0;
  int runtime = 0;
  WEFT_CUDA(cudaDriverGetVersion(&driver));
  WEFT_CUDA(cudaRuntimeGetVersion(&runtime));
  facts.driver = version_text(driver);
  facts.toolkit = version_text(runtime);
  char bus[32] = {};
  WEFT_CUDA(cudaDeviceGetPCIBusId(bus, sizeof(bus), 0));
  facts.pci_bus = bus;
  WEFT_CUDA(cudaMemGetInfo(&facts.free_bytes, &facts.memory_bytes));
  return facts;
}

}  // namespace

Buffer::Buffer(Buffer&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

Buffer& Buffer::operator=(Buffer&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

Buffer::~Buffer() { cudaFree(data_); }

Result<Buffer> Buffer::allocate(std::size_t bytes) {
  Buffer buffer;
  const cudaError_t code = cudaMalloc(&buffer.data_, bytes);
  if (code != cudaSuccess) {
    buffer.data_ = nullptr;
    cudaGetLastError();
    return failed_error("CUDA: " + std::to_string(bytes) +
                        " bytes of device memory: " + cudaGetErrorString(code));
  }
  buffer.bytes_ = bytes;
  return Result<Buffer>(std::move(buffer));
}

Result<std::unique_ptr<Device>> Device::open() {
  std::unique_ptr<Device> device(new Device);
  WEFT_ASSIGN(device->facts_, read_facts());
  cudaStream_t stream = nullptr;
  WEFT_CUDA(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
  device->stream_ = stream;
  return Result<std::unique_ptr<Device>>(std::move(device));
}

Device::~Device() {
  if (stream_ != nullptr) {
    cudaStreamSynchronize(static_cast<cudaStream_t>(stream_));
  }
  blas_.reset();
  if (stream_ != nullptr) {
    cudaStreamDestroy(static_cast<cudaStream_t>(stream_));
  }
}

Result<Blas*> Device::blas() {
  if (blas_ == nullptr) {
    WEFT_ASSIGN(blas_, Blas::open(stream_));
  }
  return blas_.get();
}

Result<void*> Device::scratch(int slot, std::size_t bytes) {
  Buffer& buffer = scratch_.at(static_cast<std::size_t>(slot));
  if (buffer.bytes() < bytes) {
    WEFT_TRY(synchronize());
    buffer = Buffer();
    WEFT_ASSIGN(buffer, Buffer::allocate(bytes));
  }
  return buffer.data();
}

Status Device::synchronize() {
  return check(cudaStreamSynchronize(static_cast<cudaStream_t>(stream_)), "wait for the device");
}

Status Device::upload(void* to, const void* from, std::size_t bytes) {
  return check(
      cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, static_cast<cudaStream_t>(stream_)),
      "copy to the device");
}

Status Device::download(void* to, const void* from, std::size_t bytes) {
  WEFT_CUDA(
      cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, static_cast<cudaStream_t>(stream_)));
  return synchronize();
}

Status Device::poison(void* data, std::size_t bytes) {
  return check(cudaMemsetAsync(data, 0xff, bytes, static_cast<cudaStream_t>(stream_)),
               "fill device memory");
}

Status Device::copy(void* to, const void* from, std::size_t bytes) {
  return check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice,
                               static_cast<cudaStream_t>(stream_)),
               "copy on the device");
}

Stopwatch::Stopwatch(Device& device) : device_(&device) {
  cudaEventCreate(reinterpret_cast<cudaEvent_t*>(&begin_));
  cudaEventCreate(reinterpret_cast<cudaEvent_t*>(&end_));
}

Stopwatch::~Stopwatch() {
  cudaEventDestroy(static_cast<cudaEvent_t>(begin_));
  cudaEventDestroy(static_cast<cudaEvent_t>(end_));
}

Status Stopwatch::start() {
  return check(cudaEventRecord(static_cast<cudaEvent_t>(begin_),
                               static_cast<cudaStream_t>(device_->stream())),
               "record an event");
}

Result<double> Stopwatch::stop() {
  WEFT_CUDA(cudaEventRecord(static_cast<cudaEvent_t>(end_),
                            static_cast<cudaStream_t>(device_->stream())));
  WEFT_CUDA(cudaEventSynchronize(static_cast<cudaEvent_t>(end_)));
  float milliseconds = 0;
  WEFT_CUDA(cudaEventElapsedTime(&milliseconds, static_cast<cudaEvent_t>(begin_),
                                 static_cast<cudaEvent_t>(end_)));
  return static_cast<double>(milliseconds) * 1e-3;
}

CapturedGraph::~CapturedGraph() {
  if (graph_ != nullptr) {
    cudaGraphExecDestroy(static_cast<cudaGraphExec_t>(graph_));
  }
}

Status CapturedGraph::capture(Device& device, const std::function<Status()>& queue) {
  const auto stream = static_cast<cudaStream_t>(device.stream());
  WEFT_CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal));
  const Status queued = queue();
  cudaGraph_t graph = nullptr;
  const Status ended = check(cudaStreamEndCapture(stream, &graph), "end capture");
  WEFT_TRY(queued);
  WEFT_TRY(ended);
  cudaGraphExec_t executable = nullptr;
  const Status made = check(cudaGraphInstantiate(&executable, graph, 0), "instantiate graph");
  cudaGraphDestroy(graph);
  WEFT_TRY(made);
  graph_ = executable;
  return {};
}

Status CapturedGraph::replay(Device& device) {
  return check(cudaGraphLaunch(static_cast<cudaGraphExec_t>(graph_),
                               static_cast<cudaStream_t>(device.stream())),
               "replay graph");
}

}  // namespace weft::reference::cuda
