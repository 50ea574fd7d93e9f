#include "nn/mlp.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <utility>

#include "core/errors.h"
#include "core/random.h"
#include "nn/layers.h"

namespace nn {
namespace {

/// Calls visit(in, out) for each layer, the head last.
template <typename Visit>
void for_each_layer(const MlpShape& shape, Visit visit) {
  std::size_t in = shape.input_size;
  for (const std::size_t out : shape.hidden) {
    visit(in, out);
    in = out;
  }
  visit(in, shape.output_size);
}

void check_sizes(const MlpShape& shape) {
  for_each_layer(shape, [](std::size_t in, std::size_t out) {
    if (in == 0 || out == 0) {
      throw core::UsageError(fmt::format(
          "network: expected layers of at least 1 unit, found one of {} x {}", in, out));
    }
  });
}

}  // namespace

std::size_t parameter_count(const MlpShape& shape) {
  std::size_t count = 0;
  for_each_layer(shape, [&](std::size_t in, std::size_t out) { count += in * out + out; });
  return count;
}

std::vector<WeightBlock> hidden_weights(const MlpShape& shape) {
  std::vector<WeightBlock> blocks;
  std::size_t first = 0;
  std::size_t in = shape.input_size;
  for (const std::size_t out : shape.hidden) {
    blocks.push_back({first, out, in});
    first += in * out + out;
    in = out;
  }
  return blocks;
}

double forward_flop_per_row(const MlpShape& shape) {
  double flop = 0.0;
  for_each_layer(shape, [&](std::size_t in, std::size_t out) {
    flop += 2.0 * static_cast<double>(in) * static_cast<double>(out);
  });
  return flop;
}

template <typename T>
MlpWorkspace<T>::MlpWorkspace(const MlpShape& shape, std::size_t max_rows, Precision precision)
    : max_rows_(max_rows) {
  const bool bf16 = precision == Precision::kBf16;
  std::size_t in = shape.input_size;
  std::size_t widest = 0;
  for (const std::size_t out : shape.hidden) {
    Layer layer;
    if (bf16) {
      layer.activation_bf16.resize(max_rows * out);
      layer.weight_bf16.resize(out * in);
    }
    if (!bf16 || shape.normalization == Normalization::kWeightNorm) {
      layer.activation.resize(max_rows * out);
    }
    if (shape.normalization == Normalization::kLayerNorm) {
      layer.normalised.resize(max_rows * out);
      layer.inverse_sd.resize(max_rows);
    } else {
      layer.weight.resize(out * in);
      layer.inverse_length.resize(out);
      layer.dweight.resize(out * in);
    }
    layers_.push_back(std::move(layer));
    widest = std::max(widest, out);
    in = out;
  }
  output_.resize(max_rows * shape.output_size);
  d_even_.resize(max_rows * widest);
  d_odd_.resize(max_rows * widest);
  if (!bf16) return;
  x_bf16_.resize(max_rows * shape.input_size);
  d_bf16_.resize(max_rows * std::max(widest, shape.output_size));
  head_weight_bf16_.resize(shape.output_size * in);
}

template <typename T>
Mlp<T>::Mlp(MlpShape shape, GemmBackend backend, Precision precision)
    : shape_(std::move(shape)), backend_(resolve_backend(backend)), precision_(precision) {
  check_sizes(shape_);
  if (precision == Precision::kBf16) require_bf16();
  std::size_t offset = 0;
  for_each_layer(shape_, [&](std::size_t in, std::size_t out) {
    // ReLU halves the mean square of its input; the first layer's inputs have not met one.
    const T gain = layers_.empty() ? T(1) : static_cast<T>(std::sqrt(2.0));
    layers_.push_back({in, out, offset, offset + in * out, gain});
    offset += in * out + out;
  });
  parameters_.resize(offset);
}

template <typename T>
std::span<T> Mlp<T>::head_bias() {
  return std::span<T>(parameters_).subspan(layers_.back().bias, shape_.output_size);
}

template <typename T>
void Mlp<T>::initialise(std::uint64_t seed) {
  std::ranges::fill(parameters_, T(0));
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const LayerView& layer = layers_[l];
    core::RandomStream random(seed, core::Purpose::kNetworkInit, static_cast<std::uint32_t>(l));
    const bool head = l + 1 == layers_.size();
    const double deviation = std::sqrt((head ? 1.0 : 2.0) / static_cast<double>(layer.in));
    for (T& weight : std::span<T>(parameters_).subspan(layer.weight, layer.in * layer.out)) {
      weight = static_cast<T>(deviation * random.normal());
    }
  }
}

template <typename T>
void Mlp<T>::product(Op op_a, Op op_b, std::size_t rows, std::size_t cols, std::size_t inner,
                     Operand a, std::size_t lda, Operand b, std::size_t ldb, bool accumulate, T* c,
                     std::size_t ldc) const {
  if constexpr (std::is_same_v<T, float>) {
    if (precision_ == Precision::kBf16) {
      gemm_bf16(op_a, op_b, rows, cols, inner, a.rounded, lda, b.rounded, ldb, accumulate, c, ldc);
      return;
    }
  }
  gemm(backend_, op_a, op_b, rows, cols, inner, T(1), a.full, lda, b.full, ldb,
       accumulate ? T(1) : T(0), c, ldc);
}

template <typename T>
typename Mlp<T>::Operand Mlp<T>::operand(const T* full, std::size_t count,
                                         std::vector<Bf16>& rounded) const {
  if constexpr (std::is_same_v<T, float>) {
    if (precision_ == Precision::kBf16) to_bf16(count, full, rounded.data());
  }
  return {full, rounded.data()};
}

template <typename T>
typename Mlp<T>::Operand Mlp<T>::input_of(std::size_t l, const T* x,
                                          const MlpWorkspace<T>& workspace) const {
  if (l == 0) return {x, workspace.x_bf16_.data()};
  const typename MlpWorkspace<T>::Layer& below = workspace.layers_[l - 1];
  return {below.activation.data(), below.activation_bf16.data()};
}

template <typename T>
void Mlp<T>::forward_hidden(std::size_t l, Operand x, std::size_t rows,
                            MlpWorkspace<T>& workspace) const {
  const LayerView& layer = layers_[l];
  typename MlpWorkspace<T>::Layer& kept = workspace.layers_[l];
  const T* weight = parameters_.data() + layer.weight;
  const T* bias = parameters_.data() + layer.bias;
  const bool layer_norm = shape_.normalization == Normalization::kLayerNorm;
  if (!layer_norm) {
    normalize_rows(layer.out, layer.in, layer.gain, weight, kept.weight.data(),
                   kept.inverse_length.data());
    weight = kept.weight.data();
  }
  // a = x W^T
  T* a = layer_norm ? kept.normalised.data() : kept.activation.data();
  product(Op::kNone, Op::kTranspose, rows, layer.out, layer.in, x, layer.in,
          operand(weight, layer.out * layer.in, kept.weight_bf16), layer.in, false, a, layer.out);
  if (!layer_norm) {
    bias_relu_forward(rows, layer.out, bias, a);
    operand(a, rows * layer.out, kept.activation_bf16);
    return;
  }
  if constexpr (std::is_same_v<T, float>) {
    if (precision_ == Precision::kBf16) {
      layer_norm_relu_forward(rows, layer.out, bias, a, kept.activation_bf16.data(),
                              kept.inverse_sd.data());
      return;
    }
  }
  layer_norm_relu_forward(rows, layer.out, bias, a, kept.activation.data(), kept.inverse_sd.data());
}

template <typename T>
std::span<const T> Mlp<T>::forward(std::span<const T> x, std::size_t rows,
                                   MlpWorkspace<T>& workspace) const {
  operand(x.data(), rows * shape_.input_size, workspace.x_bf16_);
  for (std::size_t l = 0; l < shape_.hidden.size(); ++l) {
    forward_hidden(l, input_of(l, x.data(), workspace), rows, workspace);
  }
  // y = h W^T + b
  const LayerView& head = layers_.back();
  T* y = workspace.output_.data();
  for (std::size_t i = 0; i < rows; ++i) {
    std::copy_n(parameters_.data() + head.bias, head.out, y + i * head.out);
  }
  const Operand weight =
      operand(parameters_.data() + head.weight, head.out * head.in, workspace.head_weight_bf16_);
  product(Op::kNone, Op::kTranspose, rows, head.out, head.in,
          input_of(shape_.hidden.size(), x.data(), workspace), head.in, weight, head.in, true, y,
          head.out);
  return std::span<const T>(workspace.output_).first(rows * head.out);
}

template <typename T>
void Mlp<T>::backward_hidden(std::size_t l, Operand x, std::size_t rows, T* dh,
                             MlpWorkspace<T>& workspace, std::span<T> gradient, T* dx) const {
  const LayerView& layer = layers_[l];
  typename MlpWorkspace<T>::Layer& kept = workspace.layers_[l];
  T* dbias = gradient.data() + layer.bias;
  T* dweight = gradient.data() + layer.weight;
  const bool layer_norm = shape_.normalization == Normalization::kLayerNorm;
  if (layer_norm) {
    layer_norm_relu_backward(rows, layer.out, kept.normalised.data(), kept.inverse_sd.data(), dh,
                             dbias);
  } else {
    bias_relu_backward(rows, layer.out, kept.activation.data(), dh, dbias);
  }
  const Operand da = operand(dh, rows * layer.out, workspace.d_bf16_);
  // a = x W^T:  dW += da^T x
  product(Op::kTranspose, Op::kNone, layer.out, layer.in, rows, da, layer.out, x, layer.in,
          layer_norm, layer_norm ? dweight : kept.dweight.data(), layer.in);
  if (!layer_norm) {
    normalize_rows_backward(layer.out, layer.in, layer.gain, kept.weight.data(),
                            kept.inverse_length.data(), kept.dweight.data(), dweight);
  }
  // a = x W^T:  dx = da W
  if (dx != nullptr) {
    const T* weight = layer_norm ? parameters_.data() + layer.weight : kept.weight.data();
    product(Op::kNone, Op::kNone, rows, layer.in, layer.out, da, layer.out,
            {weight, kept.weight_bf16.data()}, layer.in, false, dx, layer.in);
  }
}

template <typename T>
void Mlp<T>::backward(std::span<const T> x, std::size_t rows, std::span<const T> dy,
                      MlpWorkspace<T>& workspace, std::span<T> gradient, std::span<T> dx) const {
  const LayerView& head = layers_.back();
  const std::size_t depth = shape_.hidden.size();
  // y = h W^T + b:  db += sum dy,  dW += dy^T h,  dh = dy W
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t k = 0; k < head.out; ++k) gradient[head.bias + k] += dy[i * head.out + k];
  }
  const Operand da = operand(dy.data(), rows * head.out, workspace.d_bf16_);
  product(Op::kTranspose, Op::kNone, head.out, head.in, rows, da, head.out,
          input_of(depth, x.data(), workspace), head.in, true, gradient.data() + head.weight,
          head.in);
  T* dh = depth == 0 ? dx.data() : workspace.d_even_.data();
  if (dh == nullptr) return;
  product(Op::kNone, Op::kNone, rows, head.in, head.out, da, head.out,
          {parameters_.data() + head.weight, workspace.head_weight_bf16_.data()}, head.in, false,
          dh, head.in);
  T* spare = workspace.d_odd_.data();
  for (std::size_t l = depth; l-- > 0;) {
    backward_hidden(l, input_of(l, x.data(), workspace), rows, dh, workspace, gradient,
                    l == 0 ? dx.data() : spare);
    std::swap(dh, spare);
  }
}

template class MlpWorkspace<float>;
template class MlpWorkspace<double>;
template class Mlp<float>;
template class Mlp<double>;

}  // namespace nn
