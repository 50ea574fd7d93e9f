/// Adam (Kingma and Ba 2015) over one block of parameters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace nn {

struct AdamOptions {
  double beta1 = 0.9;     ///< decay of the mean of gradients
  double beta2 = 0.999;   ///< decay of the mean of squared gradients
  double epsilon = 1e-8;  ///< added to the root of the second moment
};

/// One bias-corrected step: m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2;
/// p -= rate (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps).
/// The update is element-wise: a block may be cut into ranges that are updated in any order.
/// @param step_number  t = 1, 2, ...
/// @param gradient     [n]; parameters, moment1, moment2: [n], updated
template <typename T>
void adam_step(const AdamOptions& options, std::uint64_t step_number, double learning_rate,
               std::span<const T> gradient, std::span<T> parameters, std::span<T> moment1,
               std::span<T> moment2);

extern template void adam_step<float>(const AdamOptions&, std::uint64_t, double,
                                      std::span<const float>, std::span<float>, std::span<float>,
                                      std::span<float>);
extern template void adam_step<double>(const AdamOptions&, std::uint64_t, double,
                                       std::span<const double>, std::span<double>,
                                       std::span<double>, std::span<double>);

}  // namespace nn
