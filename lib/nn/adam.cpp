#include "nn/adam.h"

#include <cmath>

#include "core/kernel.h"

namespace nn {
namespace {

template <typename T>
struct AdamCoefficients {
  T beta1, beta2;
  T rate;  ///< learning rate / (1 - beta1^t)
  T root;  ///< 1 / sqrt(1 - beta2^t)
  T epsilon;
};

template <typename T>
inline __attribute__((always_inline)) void update(const AdamCoefficients<T>& c, std::size_t count,
                                                  const T* __restrict g, T* __restrict p,
                                                  T* __restrict m, T* __restrict v) {
#pragma omp simd
  for (std::size_t i = 0; i < count; ++i) {
    m[i] = c.beta1 * m[i] + (T(1) - c.beta1) * g[i];
    v[i] = c.beta2 * v[i] + (T(1) - c.beta2) * g[i] * g[i];
    p[i] -= c.rate * m[i] / (std::sqrt(v[i]) * c.root + c.epsilon);
  }
}

CSL_KERNEL void update_all(const AdamCoefficients<float>& c, std::size_t count, const float* g,
                           float* p, float* m, float* v) {
  update(c, count, g, p, m, v);
}

void update_all(const AdamCoefficients<double>& c, std::size_t count, const double* g, double* p,
                double* m, double* v) {
  update(c, count, g, p, m, v);
}

}  // namespace

template <typename T>
void adam_step(const AdamOptions& options, std::uint64_t step_number, double learning_rate,
               std::span<const T> gradient, std::span<T> parameters, std::span<T> moment1,
               std::span<T> moment2) {
  const double t = static_cast<double>(step_number);
  AdamCoefficients<T> c{};
  c.beta1 = static_cast<T>(options.beta1);
  c.beta2 = static_cast<T>(options.beta2);
  c.rate = static_cast<T>(learning_rate / (1.0 - std::pow(options.beta1, t)));
  c.root = static_cast<T>(1.0 / std::sqrt(1.0 - std::pow(options.beta2, t)));
  c.epsilon = static_cast<T>(options.epsilon);
  update_all(c, gradient.size(), gradient.data(), parameters.data(), moment1.data(),
             moment2.data());
}

template void adam_step<float>(const AdamOptions&, std::uint64_t, double, std::span<const float>,
                               std::span<float>, std::span<float>, std::span<float>);
template void adam_step<double>(const AdamOptions&, std::uint64_t, double, std::span<const double>,
                                std::span<double>, std::span<double>, std::span<double>);

}  // namespace nn
