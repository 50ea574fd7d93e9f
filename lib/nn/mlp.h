/// A multi-layer perceptron with hand-written derivatives; all parameters lie in one contiguous
/// block.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "nn/bf16.h"
#include "nn/gemm.h"
#include "nn/mlp_shape.h"

namespace nn {

/// Activations of one forward pass, kept for the backward pass; allocated once and reused.
template <typename T>
class MlpWorkspace {
 public:
  /// @param max_rows   the most rows that one pass will have
  /// @param precision  as that of the networks it will serve
  MlpWorkspace(const MlpShape& shape, std::size_t max_rows, Precision precision = Precision::kFull);

  std::size_t max_rows() const { return max_rows_; }
  /// Outputs of the latest forward pass, [max_rows, output_size]; only the rows passed are
  /// meaningful.
  std::span<const T> output() const { return output_; }

 private:
  template <typename U>
  friend class Mlp;
  struct Layer {
    std::vector<T> normalized;          ///< kLayerNorm: z, before ReLU, [max_rows, out]
    std::vector<T> activation;          ///< h, after ReLU, [max_rows, out]
    std::vector<T> inverse_sd;          ///< kLayerNorm: of each row, [max_rows]
    std::vector<T> weight;              ///< kWeightNorm: normalized weights, [out, in]
    std::vector<T> inverse_length;      ///< kWeightNorm: of each weight row, [out]
    std::vector<T> dweight;             ///< kWeightNorm: d loss / d normalized weights, [out, in]
    std::vector<Bf16> activation_bf16;  ///< kBf16: h, [max_rows, out]
    std::vector<Bf16> weight_bf16;      ///< kBf16: [out, stride]
  };
  std::size_t max_rows_;
  std::vector<Layer> layers_;  ///< hidden layers
  std::vector<T> output_;      ///< [max_rows, output_size]
  std::vector<T> d_even_;      ///< a tile's gradients traveling back, [rows, widest], two buffers
  std::vector<T> d_odd_;
  std::vector<Bf16> x_bf16_;            ///< kBf16: [max_rows, stride]
  std::vector<Bf16> d_bf16_;            ///< kBf16: a tile's gradient, [rows, widest layer]
  std::vector<Bf16> head_weight_bf16_;  ///< kBf16: [output_size, in]
};

/// Hidden layers (linear, normalization, ReLU) and a linear head. Thread-safe while nobody writes
/// the parameters: every call works in the caller's workspace.
template <typename T>
class Mlp {
 public:
  /// Zero parameters. @throws core::UsageError for a size of zero, a back end this build lacks, or
  /// kBf16 where it cannot be had
  explicit Mlp(MlpShape shape, GemmBackend backend = GemmBackend::kAuto,
               Precision precision = Precision::kFull);

  const MlpShape& shape() const { return shape_; }
  std::span<T> parameters() { return parameters_; }
  std::span<const T> parameters() const { return parameters_; }
  /// Bias of the head, [output_size]: where a constant part of the output lives.
  std::span<T> head_bias();

  /// Random start: weights normal with variance 2 / in (head: 1 / in), biases zero.
  void initialize(std::uint64_t seed);

  /// y = f(x). @param x  [rows, input_size] row-major, rows <= workspace.max_rows()
  /// @return  workspace.output(), first rows
  std::span<const T> forward(std::span<const T> x, std::size_t rows,
                             MlpWorkspace<T>& workspace) const;

  /// Adds d loss / d parameters to `gradient`, for the rows of the latest forward pass of
  /// `workspace`.
  /// @param x         the same as in forward, [rows, input_size]
  /// @param dy        d loss / d y, [rows, output_size]
  /// @param gradient  [parameter_count], accumulated into
  /// @param dx        d loss / d x, [rows, input_size], overwritten; empty: not computed
  void backward(std::span<const T> x, std::size_t rows, std::span<const T> dy,
                MlpWorkspace<T>& workspace, std::span<T> gradient, std::span<T> dx = {}) const;

 private:
  /// One layer as a view into the parameter block.
  struct LayerView {
    std::size_t in;
    std::size_t stride;  ///< of rows of inputs and weights as products read them: `in`, or more in
                         ///< kBf16, filled with zeros
    std::size_t out;
    std::size_t weight, bias;  ///< where its weights [out, in] and bias [out] start
    T gain;                    ///< kWeightNorm: length of the normalized weight rows
  };
  bool layer_norm() const { return shape_.normalization == Normalization::kLayerNorm; }
  /// In kBf16: rounds [rows, length] to [rows, stride], filled with zeros.
  void round_rows(std::size_t rows, std::size_t length, const T* full, std::size_t stride,
                  Bf16* rounded) const;
  /// Input of a layer, [rows, in], from row `first` on: the network's input, or the activation of
  /// the layer below.
  Operand<T> input_of(std::size_t layer, std::size_t first, std::size_t rows, const T* x,
                      const MlpWorkspace<T>& workspace) const;
  /// Weights of a layer as products read them, [out, in].
  Operand<T> weight_of(std::size_t layer, const MlpWorkspace<T>& workspace) const;
  /// Normalizes the weights (kWeightNorm) and rounds them (kBf16).
  void prepare_weights(MlpWorkspace<T>& workspace) const;

  // A tile is the `rows` rows from `first` on of a pass.
  void forward_tile(const T* x, std::size_t first, std::size_t rows,
                    MlpWorkspace<T>& workspace) const;
  void forward_hidden(std::size_t layer, std::size_t first, const Operand<T>& x,
                      MlpWorkspace<T>& workspace) const;
  /// @param dy, dx  of the tile; dx may be null
  void backward_tile(const T* x, std::size_t first, std::size_t rows, const T* dy,
                     MlpWorkspace<T>& workspace, std::span<T> gradient, T* dx) const;
  /// Turns dh into da in place, adds the layer's gradients, writes dx = da W where it is wanted.
  void backward_hidden(std::size_t layer, std::size_t first, const Operand<T>& x, T* dh,
                       MlpWorkspace<T>& workspace, std::span<T> gradient, T* dx) const;

  MlpShape shape_;
  GemmBackend backend_;
  Precision precision_;
  std::vector<LayerView> layers_;  ///< hidden layers, then the head
  std::vector<T> parameters_;
};

extern template class MlpWorkspace<float>;
extern template class MlpWorkspace<double>;
extern template class Mlp<float>;
extern template class Mlp<double>;

}  // namespace nn
