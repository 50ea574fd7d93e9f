#include "nn/mlp.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
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

double forward_flop_per_row(const MlpShape& shape) {
  double flop = 0.0;
  for_each_layer(shape, [&](std::size_t in, std::size_t out) {
    flop += 2.0 * static_cast<double>(in) * static_cast<double>(out);
  });
  return flop;
}

template <typename T>
MlpWorkspace<T>::MlpWorkspace(const MlpShape& shape, std::size_t max_rows) : max_rows_(max_rows) {
  std::size_t in = shape.input_size;
  std::size_t widest = 0;
  for (const std::size_t out : shape.hidden) {
    Layer layer;
    layer.activation.resize(max_rows * out);
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
}

template <typename T>
Mlp<T>::Mlp(MlpShape shape, GemmBackend backend)
    : shape_(std::move(shape)), backend_(resolve_backend(backend)) {
  check_sizes(shape_);
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
void Mlp<T>::forward_hidden(std::size_t l, const T* x, std::size_t rows,
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
  gemm(backend_, Op::kNone, Op::kTranspose, rows, layer.out, layer.in, T(1), x, layer.in, weight,
       layer.in, T(0), a, layer.out);
  if (layer_norm) {
    layer_norm_relu_forward(rows, layer.out, bias, a, kept.activation.data(),
                            kept.inverse_sd.data());
  } else {
    bias_relu_forward(rows, layer.out, bias, a);
  }
}

template <typename T>
std::span<const T> Mlp<T>::forward(std::span<const T> x, std::size_t rows,
                                   MlpWorkspace<T>& workspace) const {
  const T* input = x.data();
  for (std::size_t l = 0; l < shape_.hidden.size(); ++l) {
    forward_hidden(l, input, rows, workspace);
    input = workspace.layers_[l].activation.data();
  }
  // y = h W^T + b
  const LayerView& head = layers_.back();
  T* y = workspace.output_.data();
  for (std::size_t i = 0; i < rows; ++i) {
    std::copy_n(parameters_.data() + head.bias, head.out, y + i * head.out);
  }
  gemm(backend_, Op::kNone, Op::kTranspose, rows, head.out, head.in, T(1), input, head.in,
       parameters_.data() + head.weight, head.in, T(1), y, head.out);
  return std::span<const T>(workspace.output_).first(rows * head.out);
}

template <typename T>
void Mlp<T>::backward_hidden(std::size_t l, const T* x, std::size_t rows, T* dh,
                             MlpWorkspace<T>& workspace, std::span<T> gradient, T* dx) const {
  const LayerView& layer = layers_[l];
  typename MlpWorkspace<T>::Layer& kept = workspace.layers_[l];
  T* dbias = gradient.data() + layer.bias;
  T* dweight = gradient.data() + layer.weight;
  const T* weight = parameters_.data() + layer.weight;
  if (shape_.normalization == Normalization::kLayerNorm) {
    layer_norm_relu_backward(rows, layer.out, kept.normalised.data(), kept.inverse_sd.data(), dh,
                             dbias);
    // a = x W^T:  dW += da^T x
    gemm(backend_, Op::kTranspose, Op::kNone, layer.out, layer.in, rows, T(1), dh, layer.out, x,
         layer.in, T(1), dweight, layer.in);
  } else {
    bias_relu_backward(rows, layer.out, kept.activation.data(), dh, dbias);
    gemm(backend_, Op::kTranspose, Op::kNone, layer.out, layer.in, rows, T(1), dh, layer.out, x,
         layer.in, T(0), kept.dweight.data(), layer.in);
    weight = kept.weight.data();
    normalize_rows_backward(layer.out, layer.in, layer.gain, weight, kept.inverse_length.data(),
                            kept.dweight.data(), dweight);
  }
  // a = x W^T:  dx = da W
  if (dx != nullptr) {
    gemm(backend_, Op::kNone, Op::kNone, rows, layer.in, layer.out, T(1), dh, layer.out, weight,
         layer.in, T(0), dx, layer.in);
  }
}

template <typename T>
void Mlp<T>::backward(std::span<const T> x, std::size_t rows, std::span<const T> dy,
                      MlpWorkspace<T>& workspace, std::span<T> gradient, std::span<T> dx) const {
  const LayerView& head = layers_.back();
  const std::size_t depth = shape_.hidden.size();
  const T* input = depth == 0 ? x.data() : workspace.layers_.back().activation.data();
  // y = h W^T + b:  db += sum dy,  dW += dy^T h,  dh = dy W
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t k = 0; k < head.out; ++k) gradient[head.bias + k] += dy[i * head.out + k];
  }
  gemm(backend_, Op::kTranspose, Op::kNone, head.out, head.in, rows, T(1), dy.data(), head.out,
       input, head.in, T(1), gradient.data() + head.weight, head.in);
  T* dh = depth == 0 ? dx.data() : workspace.d_even_.data();
  if (dh == nullptr) return;
  gemm(backend_, Op::kNone, Op::kNone, rows, head.in, head.out, T(1), dy.data(), head.out,
       parameters_.data() + head.weight, head.in, T(0), dh, head.in);
  T* spare = workspace.d_odd_.data();
  for (std::size_t l = depth; l-- > 0;) {
    const T* below = l == 0 ? x.data() : workspace.layers_[l - 1].activation.data();
    T* dbelow = l == 0 ? dx.data() : spare;
    backward_hidden(l, below, rows, dh, workspace, gradient, dbelow);
    std::swap(dh, spare);
  }
}

template class MlpWorkspace<float>;
template class MlpWorkspace<double>;
template class Mlp<float>;
template class Mlp<double>;

}  // namespace nn
