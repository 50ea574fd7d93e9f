#include "nn/mlp.h"

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <utility>

#include "core/random.h"
#include "nn/layers.h"

namespace nn {
namespace {

/// Number of rows in a tile. A tile passes all layers before the next tile starts, so that its
/// values are still in the second-level cache when the next layer reads them.
constexpr std::size_t kTileRows = 256;

/// bfloat16 products read 32 numbers of a row at once. oneDNN would copy rows of other lengths.
constexpr std::size_t kBf16Lanes = 32;

/// Length of the rows of the network's input and of its first layer's weights, with padding.
std::size_t input_stride(const MlpShape& shape, Precision precision) {
  if (precision != Precision::kBf16) return shape.input_size;
  return (shape.input_size + kBf16Lanes - 1) / kBf16Lanes * kBf16Lanes;
}

/// Start of a tile in a buffer; null if this precision does not have the buffer.
template <typename Buffer>
auto* from(Buffer& values, std::size_t begin) {
  return values.empty() ? nullptr : values.data() + begin;
}

}  // namespace

template <typename T>
MlpWorkspace<T>::MlpWorkspace(const MlpShape& shape, std::size_t max_rows, Precision precision)
    : max_rows_(max_rows) {
  const bool bf16 = precision == Precision::kBf16;
  std::size_t in = shape.input_size;
  std::size_t stride = input_stride(shape, precision);
  std::size_t widest = 0;
  if (bf16) x_bf16_.resize(max_rows * stride);
  for (const std::size_t out : shape.hidden) {
    Layer layer;
    if (bf16) {
      layer.activation_bf16.resize(max_rows * out);
      layer.weight_bf16.resize(out * stride);
    }
    if (!bf16 || shape.normalization == Normalization::kWeightNorm) {
      layer.activation.resize(max_rows * out);
    }
    if (shape.normalization == Normalization::kLayerNorm) {
      layer.normalized.resize(max_rows * out);
      layer.inverse_sd.resize(max_rows);
    } else {
      layer.weight.resize(out * in);
      layer.inverse_length.resize(out);
      layer.dweight.resize(out * in);
    }
    layers_.push_back(std::move(layer));
    widest = std::max(widest, out);
    in = stride = out;
  }
  output_.resize(max_rows * shape.output_size);
  const std::size_t tile_rows = std::min(max_rows, kTileRows);
  d_even_.resize(tile_rows * widest);
  d_odd_.resize(tile_rows * widest);
  if (!bf16) return;
  d_bf16_.resize(tile_rows * std::max(widest, shape.output_size));
  head_weight_bf16_.resize(shape.output_size * stride);
}

template <typename T>
Mlp<T>::Mlp(MlpShape shape, GemmBackend backend, Precision precision)
    : shape_(std::move(shape)), backend_(resolve_backend(backend)), precision_(precision) {
  require_sizes(shape_);
  if (precision == Precision::kBf16) require_bf16();
  std::size_t offset = 0;
  for_each_layer(shape_, [&](std::size_t in, std::size_t out) {
    const bool first = layers_.empty();
    const std::size_t stride = first ? input_stride(shape_, precision) : in;
    // ReLU halves the mean square of its input. No ReLU precedes the first layer.
    const T gain = first ? T(1) : static_cast<T>(std::sqrt(2.0));
    layers_.push_back({in, stride, out, offset, offset + in * out, gain});
    offset += in * out + out;
  });
  parameters_.resize(offset);
}

template <typename T>
std::span<T> Mlp<T>::head_bias() {
  return std::span<T>(parameters_).subspan(layers_.back().bias, shape_.output_size);
}

template <typename T>
void Mlp<T>::initialize(std::uint64_t seed) {
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
void Mlp<T>::round_rows(std::size_t rows, std::size_t length, const T* full, std::size_t stride,
                        Bf16* rounded) const {
  if constexpr (std::is_same_v<T, float>) {
    if (precision_ != Precision::kBf16) return;
    if (stride == length) {
      to_bf16(rows * length, full, rounded);
      return;
    }
    for (std::size_t i = 0; i < rows; ++i) {
      to_bf16(length, full + i * length, rounded + i * stride);
      std::fill_n(rounded + i * stride + length, stride - length, Bf16{0});
    }
  }
}

template <typename T>
Operand<T> Mlp<T>::input_of(std::size_t l, std::size_t first, std::size_t rows, const T* x,
                            const MlpWorkspace<T>& workspace) const {
  const LayerView& layer = layers_[l];
  const std::size_t begin = first * layer.stride;
  const auto operand = [&](const T* full, const Bf16* rounded) {
    return Operand<T>{{full, rows, layer.in, layer.stride}, rounded};
  };
  if (l == 0) return operand(x + first * layer.in, from(workspace.x_bf16_, begin));
  const typename MlpWorkspace<T>::Layer& below = workspace.layers_[l - 1];
  return operand(from(below.activation, begin), from(below.activation_bf16, begin));
}

template <typename T>
Operand<T> Mlp<T>::weight_of(std::size_t l, const MlpWorkspace<T>& workspace) const {
  const LayerView& layer = layers_[l];
  const auto operand = [&](const T* full, const Bf16* rounded) {
    return Operand<T>{{full, layer.out, layer.in, layer.stride}, rounded};
  };
  const T* own = parameters_.data() + layer.weight;
  if (l == shape_.hidden.size()) return operand(own, workspace.head_weight_bf16_.data());
  const typename MlpWorkspace<T>::Layer& kept = workspace.layers_[l];
  return operand(layer_norm() ? own : kept.weight.data(), kept.weight_bf16.data());
}

template <typename T>
void Mlp<T>::prepare_weights(MlpWorkspace<T>& workspace) const {
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const LayerView& layer = layers_[l];
    const bool head = l == shape_.hidden.size();
    if (!head && !layer_norm()) {
      typename MlpWorkspace<T>::Layer& kept = workspace.layers_[l];
      normalize_rows(layer.out, layer.in, layer.gain, parameters_.data() + layer.weight,
                     kept.weight.data(), kept.inverse_length.data());
    }
    round_rows(layer.out, layer.in, weight_of(l, workspace).full.data, layer.stride,
               (head ? workspace.head_weight_bf16_ : workspace.layers_[l].weight_bf16).data());
  }
}

template <typename T>
void Mlp<T>::forward_hidden(std::size_t l, std::size_t first, const Operand<T>& x,
                            MlpWorkspace<T>& workspace) const {
  const LayerView& layer = layers_[l];
  typename MlpWorkspace<T>::Layer& kept = workspace.layers_[l];
  const T* bias = parameters_.data() + layer.bias;
  const std::size_t rows = x.full.rows;
  const std::size_t begin = first * layer.out;
  // a = x W^T; in kBf16 over the padded rows
  T* a = (layer_norm() ? kept.normalized : kept.activation).data() + begin;
  multiply(backend_, precision_, x.with_cols(layer.stride),
           weight_of(l, workspace).with_cols(layer.stride).transpose(), false,
           matrix_view(a, rows, layer.out));
  if (!layer_norm()) {
    bias_relu_forward(rows, layer.out, bias, a);
    round_rows(rows, layer.out, a, layer.out, from(kept.activation_bf16, begin));
    return;
  }
  if constexpr (std::is_same_v<T, float>) {
    if (precision_ == Precision::kBf16) {
      layer_norm_relu_forward(rows, layer.out, bias, a, kept.activation_bf16.data() + begin,
                              kept.inverse_sd.data() + first);
      return;
    }
  }
  layer_norm_relu_forward(rows, layer.out, bias, a, kept.activation.data() + begin,
                          kept.inverse_sd.data() + first);
}

template <typename T>
void Mlp<T>::forward_tile(const T* x, std::size_t first, std::size_t rows,
                          MlpWorkspace<T>& workspace) const {
  for (std::size_t l = 0; l < shape_.hidden.size(); ++l) {
    forward_hidden(l, first, input_of(l, first, rows, x, workspace), workspace);
  }
  // y = h W^T + b
  const LayerView& head = layers_.back();
  const std::size_t depth = shape_.hidden.size();
  T* y = workspace.output_.data() + first * head.out;
  for (std::size_t i = 0; i < rows; ++i) {
    std::copy_n(parameters_.data() + head.bias, head.out, y + i * head.out);
  }
  multiply(backend_, precision_, input_of(depth, first, rows, x, workspace).with_cols(head.stride),
           weight_of(depth, workspace).with_cols(head.stride).transpose(), true,
           matrix_view(y, rows, head.out));
}

template <typename T>
std::span<const T> Mlp<T>::forward(std::span<const T> x, std::size_t rows,
                                   MlpWorkspace<T>& workspace) const {
  prepare_weights(workspace);
  round_rows(rows, shape_.input_size, x.data(), layers_.front().stride, workspace.x_bf16_.data());
  for (std::size_t first = 0; first < rows; first += kTileRows) {
    forward_tile(x.data(), first, std::min(kTileRows, rows - first), workspace);
  }
  return std::span<const T>(workspace.output_).first(rows * layers_.back().out);
}

template <typename T>
void Mlp<T>::backward_hidden(std::size_t l, std::size_t first, const Operand<T>& x, T* dh,
                             MlpWorkspace<T>& workspace, std::span<T> gradient, T* dx) const {
  const LayerView& layer = layers_[l];
  typename MlpWorkspace<T>::Layer& kept = workspace.layers_[l];
  const std::size_t rows = x.full.rows;
  const std::size_t begin = first * layer.out;
  T* dbias = gradient.data() + layer.bias;
  if (layer_norm()) {
    layer_norm_relu_backward(rows, layer.out, kept.normalized.data() + begin,
                             kept.inverse_sd.data() + first, dh, dbias);
  } else {
    bias_relu_backward(rows, layer.out, kept.activation.data() + begin, dh, dbias);
  }
  round_rows(rows, layer.out, dh, layer.out, workspace.d_bf16_.data());
  const Operand<T> da = {matrix_view<const T>(dh, rows, layer.out), workspace.d_bf16_.data()};
  // a = x W^T:  dW += da^T x
  T* dweight = layer_norm() ? gradient.data() + layer.weight : kept.dweight.data();
  multiply(backend_, precision_, da.transpose(), x, layer_norm() || first > 0,
           matrix_view(dweight, layer.out, layer.in));
  // a = x W^T:  dx = da W
  if (dx == nullptr) return;
  multiply(backend_, precision_, da, weight_of(l, workspace), false,
           matrix_view(dx, rows, layer.in));
}

template <typename T>
void Mlp<T>::backward_tile(const T* x, std::size_t first, std::size_t rows, const T* dy,
                           MlpWorkspace<T>& workspace, std::span<T> gradient, T* dx) const {
  const LayerView& head = layers_.back();
  const std::size_t depth = shape_.hidden.size();
  // y = h W^T + b:  db += sum dy,  dW += dy^T h,  dh = dy W
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t k = 0; k < head.out; ++k) gradient[head.bias + k] += dy[i * head.out + k];
  }
  round_rows(rows, head.out, dy, head.out, workspace.d_bf16_.data());
  const Operand<T> da = {matrix_view(dy, rows, head.out), workspace.d_bf16_.data()};
  multiply(backend_, precision_, da.transpose(), input_of(depth, first, rows, x, workspace), true,
           matrix_view(gradient.data() + head.weight, head.out, head.in));
  T* dh = depth == 0 ? dx : workspace.d_even_.data();
  if (dh == nullptr) return;
  multiply(backend_, precision_, da, weight_of(depth, workspace), false,
           matrix_view(dh, rows, head.in));
  T* spare = workspace.d_odd_.data();
  for (std::size_t l = depth; l-- > 0;) {
    backward_hidden(l, first, input_of(l, first, rows, x, workspace), dh, workspace, gradient,
                    l == 0 ? dx : spare);
    std::swap(dh, spare);
  }
}

template <typename T>
void Mlp<T>::backward(std::span<const T> x, std::size_t rows, std::span<const T> dy,
                      MlpWorkspace<T>& workspace, std::span<T> gradient, std::span<T> dx) const {
  for (std::size_t first = 0; first < rows; first += kTileRows) {
    backward_tile(x.data(), first, std::min(kTileRows, rows - first),
                  dy.data() + first * layers_.back().out, workspace, gradient,
                  dx.empty() ? nullptr : dx.data() + first * shape_.input_size);
  }
  if (layer_norm() || rows == 0) return;
  for (std::size_t l = 0; l < shape_.hidden.size(); ++l) {
    const LayerView& layer = layers_[l];
    const typename MlpWorkspace<T>::Layer& kept = workspace.layers_[l];
    normalize_rows_backward(layer.out, layer.in, layer.gain, kept.weight.data(),
                            kept.inverse_length.data(), kept.dweight.data(),
                            gradient.data() + layer.weight);
  }
}

template class MlpWorkspace<float>;
template class MlpWorkspace<double>;
template class Mlp<float>;
template class Mlp<double>;

}  // namespace nn
