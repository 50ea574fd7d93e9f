/// Layer sizes of a multi-layer perceptron, and the positions of its parameters.
#pragma once

#include <cstddef>
#include <vector>

namespace nn {

/// Normalization that keeps hidden activations at order one. Neither kind has parameters.
enum class Normalization {
  kLayerNorm,   ///< each row of pre-activations to zero mean and unit variance, before ReLU
  kWeightNorm,  ///< each row of a hidden layer's weights to a fixed length (sqrt 2 past the first
                ///< layer)
};

/// Layer sizes. Invariant (checked by Mlp): every size is at least 1.
struct MlpShape {
  std::size_t input_size = 0;
  std::vector<std::size_t> hidden;  ///< units of each hidden layer, may be empty
  std::size_t output_size = 3;
  Normalization normalization = Normalization::kLayerNorm;

  bool operator==(const MlpShape&) const = default;
};

/// Number of weights and biases: for each layer its weights [out, in] row-major, then its bias
/// [out].
std::size_t parameter_count(const MlpShape& shape);

/// Position of a hidden layer's weights, [out, in] row-major, among the parameters.
struct WeightBlock {
  std::size_t first;
  std::size_t out, in;

  std::size_t size() const { return out * in; }
};
std::vector<WeightBlock> hidden_weights(const MlpShape& shape);

/// Operations of a forward pass over one row: two for each multiplication with an addition.
double forward_flop_per_row(const MlpShape& shape);

/// @throws core::UsageError for a size of zero
void require_sizes(const MlpShape& shape);

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

}  // namespace nn
