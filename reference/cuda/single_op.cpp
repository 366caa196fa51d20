// SPDX-License-Identifier: Apache-2.0
#include "reference/cuda/single_op.h"

#include "reference/cuda/ops.h"
#include "reference/cuda/rope_table.h"

namespace weft::reference::cuda {
namespace {

/// Operands of one operation on the device for as long as it runs.
class Operands {
 public:
  explicit Operands(Device& device) : device_(device) {}

  Result<Matrix> put(const HostTensor& tensor) {
    WEFT_ASSIGN(void* data, put_bytes(tensor.data.data(), tensor.data.size()));
    return Matrix{data, tensor.dtype, tensor.shape.size() < 2 ? 1 : tensor.shape.front(),
                  tensor.shape.back()};
  }

  Result<void*> put_bytes(const void* bytes, std::size_t size) {
    WEFT_ASSIGN(void* data, make(size));
    WEFT_TRY(device_.upload(data, bytes, size));
    WEFT_TRY(device_.synchronize());
    return data;
  }

  Result<void*> make(std::size_t size) {
    WEFT_ASSIGN(Buffer buffer, Buffer::allocate(size));
    WEFT_TRY(device_.poison(buffer.data(), size));
    buffers_.push_back(std::move(buffer));
    return buffers_.back().data();
  }

 private:
  Device& device_;
  std::vector<Buffer> buffers_;
};

std::int64_t width_of(const SingleOp& op) {
  switch (op.node.op) {
    case Op::embedding:
      return op.inputs[1].shape[1];
    case Op::linear:
      return op.inputs[1].shape[0];
    case Op::argmax:
      return 1;
    default:
      return op.inputs[0].shape[1];
  }
}

Status rope_alone(Device& device, Operands& operands, const SingleOp& op,
                  const std::vector<Matrix>& in, const int* first, Matrix y) {
  const RopeTable table = make_rope_table(op.node, op.first + static_cast<int>(y.rows));
  const std::size_t bytes = table.cosines.size() * sizeof(float);
  WEFT_ASSIGN(void* cosines, operands.put_bytes(table.cosines.data(), bytes));
  WEFT_ASSIGN(void* sines, operands.put_bytes(table.sines.data(), bytes));
  return rope(
      device, in[0],
      {static_cast<float*>(cosines), static_cast<float*>(sines), op.node.heads, op.node.head_dim},
      {first, static_cast<int>(y.rows)}, y);
}

Status attention_alone(Device& device, Operands& operands, const SingleOp& op,
                       const std::vector<Matrix>& in, const int* first, Matrix y) {
  const int keys = static_cast<int>(in[1].rows);
  const CacheShape shape{op.node.kv_heads, keys, op.node.head_dim};
  const std::size_t bytes = op.inputs[1].data.size();
  WEFT_ASSIGN(void* cached_keys, operands.make(bytes));
  WEFT_ASSIGN(void* cached_values, operands.make(bytes));
  const int zero = 0;
  WEFT_ASSIGN(void* origin, operands.put_bytes(&zero, sizeof(zero)));
  const Cache cache{cached_keys, cached_values, in[1].dtype, shape};
  WEFT_TRY(append(device, in[1], in[2], {static_cast<int*>(origin), keys}, cache));
  return attention(device, op.kernel, in[0], cache, {first, static_cast<int>(y.rows)}, op.first,
                   op.node.heads, op.node.scale, y);
}

}  // namespace

Result<HostTensor> run_single(Device& device, const SingleOp& op) {
  Operands operands(device);
  std::vector<Matrix> in;
  for (const HostTensor& tensor : op.inputs) {
    WEFT_ASSIGN(const Matrix matrix, operands.put(tensor));
    in.push_back(matrix);
  }
  WEFT_ASSIGN(void* first, operands.put_bytes(&op.first, sizeof(op.first)));
  const auto* position = static_cast<const int*>(first);
  const std::int64_t rows = op.inputs[0].shape[0];
  HostTensor result = make_tensor({rows, width_of(op)}, op.node.dtype);
  if (op.node.op == Op::argmax) {
    result.shape.pop_back();
  }
  WEFT_ASSIGN(void* output, operands.make(result.data.size()));
  const Matrix y{output, result.dtype, rows, width_of(op)};
  switch (op.node.op) {
    case Op::embedding:
      WEFT_TRY(embed(device, static_cast<const int*>(in[0].data), in[1], y));
      break;
    case Op::rms_norm:
      WEFT_TRY(rms_norm(device, op.kernel, in[0], in[1].data, op.node.epsilon, y));
      break;
    case Op::linear:
      WEFT_TRY(linear(device, op.kernel, op.accumulate, in[0], in[1], y));
      break;
    case Op::rope:
      WEFT_TRY(rope_alone(device, operands, op, in, position, y));
      break;
    case Op::attention:
      WEFT_TRY(attention_alone(device, operands, op, in, position, y));
      break;
    case Op::silu_mul:
      WEFT_TRY(silu_mul(device, in[0], in[1], y));
      break;
    case Op::add:
      WEFT_TRY(add(device, in[0], in[1], y));
      break;
    case Op::argmax:
      WEFT_TRY(argmax(device, op.kernel, in[0], static_cast<int*>(output)));
      break;
  }
  WEFT_TRY(device.download(result.data.data(), output, result.data.size()));
  return result;
}

Kernel exact_kernel(Op op) {
  return op == Op::linear ? Kernel::cublas : op == Op::attention ? Kernel::block : Kernel::plain;
}

}  // namespace weft::reference::cuda
