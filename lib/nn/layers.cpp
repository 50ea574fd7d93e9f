#include "nn/layers.h"

#include <bit>
#include <cmath>
#include <cstdint>

#include "core/kernel.h"

// Each pass is written once as a template that is inlined into its float kernel (several
// instruction sets) and its double version (gradient checks only).
#define CSL_INLINE inline __attribute__((always_inline))

namespace nn {
namespace {

// Each sum is computed in two halves of the row: in one chain, each addition would wait for the one
// before. Loads are unconditional: with masked loads the compiler does not keep the sums in
// registers.

/// a += bias. @return  mean of a
template <typename T>
CSL_INLINE T add_bias(std::size_t units, const T* __restrict bias, T* __restrict a) {
  const std::size_t half = units / 2;
  T low = 0;
  T high = 0;
#pragma omp simd reduction(+ : low, high)
  for (std::size_t j = 0; j < half; ++j) {
    a[j] += bias[j];
    a[half + j] += bias[half + j];
    low += a[j];
    high += a[half + j];
  }
  if (units % 2 != 0) {
    a[units - 1] += bias[units - 1];
    high += a[units - 1];
  }
  return (low + high) / static_cast<T>(units);
}

template <typename T>
CSL_INLINE T variance(std::size_t units, T mean, const T* __restrict a) {
  const std::size_t half = units / 2;
  T low = 0;
  T high = 0;
#pragma omp simd reduction(+ : low, high)
  for (std::size_t j = 0; j < half; ++j) {
    low += (a[j] - mean) * (a[j] - mean);
    high += (a[half + j] - mean) * (a[half + j] - mean);
  }
  if (units % 2 != 0) high += (a[units - 1] - mean) * (a[units - 1] - mean);
  return (low + high) / static_cast<T>(units);
}

template <typename T>
CSL_INLINE void layer_norm_relu_row(std::size_t units, const T* __restrict bias, T* __restrict a,
                                    T* __restrict h, T* inverse_sd) {
  const T mean = add_bias(units, bias, a);
  const T scale = T(1) / std::sqrt(variance(units, mean, a) + static_cast<T>(kLayerNormEpsilon));
  *inverse_sd = scale;
#pragma omp simd
  for (std::size_t j = 0; j < units; ++j) {
    const T z = (a[j] - mean) * scale;
    a[j] = z;
    h[j] = z > T(0) ? z : T(0);
  }
}

/// ReLU and rounding to the nearest bfloat16, ties to even. NaN is not handled: if z is not finite,
/// the loss is not finite either and ends the training.
CSL_INLINE void relu_row_to_bf16(std::size_t units, const float* __restrict z, Bf16* __restrict h) {
#pragma omp simd
  for (std::size_t j = 0; j < units; ++j) {
    const float positive = z[j] > 0.0F ? z[j] : 0.0F;
    const auto bits = std::bit_cast<std::uint32_t>(positive);
    h[j] = static_cast<Bf16>((bits + 0x7fffU + ((bits >> 16) & 1U)) >> 16);
  }
}

CSL_INLINE void layer_norm_row(std::size_t units, const float* __restrict bias, float* __restrict a,
                               float* inverse_sd) {
  const float mean = add_bias(units, bias, a);
  const float scale =
      1.0F / std::sqrt(variance(units, mean, a) + static_cast<float>(kLayerNormEpsilon));
  *inverse_sd = scale;
#pragma omp simd
  for (std::size_t j = 0; j < units; ++j) a[j] = (a[j] - mean) * scale;
}

/// Means over a row of dz and of dz z. dz is dh where z > 0, otherwise 0.
template <typename T>
struct Means {
  T dz, dz_z;
};

template <typename T>
CSL_INLINE Means<T> gradient_means(std::size_t units, const T* __restrict z,
                                   const T* __restrict dh) {
  T sum = 0;
  T sum_z = 0;
#pragma omp simd reduction(+ : sum, sum_z)
  for (std::size_t j = 0; j < units; ++j) {
    const T g = dh[j];
    const T dz = z[j] > T(0) ? g : T(0);
    sum += dz;
    sum_z += dz * z[j];
  }
  return {sum / static_cast<T>(units), sum_z / static_cast<T>(units)};
}

template <typename T>
CSL_INLINE void layer_norm_relu_row_backward(std::size_t units, const T* __restrict z, T inverse_sd,
                                             T* __restrict dh, T* __restrict dbias) {
  const Means<T> mean = gradient_means(units, z, dh);
#pragma omp simd
  for (std::size_t j = 0; j < units; ++j) {
    const T g = dh[j];
    const T dz = z[j] > T(0) ? g : T(0);
    const T da = (dz - mean.dz - z[j] * mean.dz_z) * inverse_sd;
    dh[j] = da;
    dbias[j] += da;
  }
}

template <typename T>
CSL_INLINE void bias_relu_row(std::size_t units, const T* __restrict bias, T* __restrict a) {
#pragma omp simd
  for (std::size_t j = 0; j < units; ++j) {
    const T z = a[j] + bias[j];
    a[j] = z > T(0) ? z : T(0);
  }
}

template <typename T>
CSL_INLINE void bias_relu_row_backward(std::size_t units, const T* __restrict h, T* __restrict dh,
                                       T* __restrict dbias) {
#pragma omp simd
  for (std::size_t j = 0; j < units; ++j) {
    const T da = h[j] > T(0) ? dh[j] : T(0);
    dh[j] = da;
    dbias[j] += da;
  }
}

}  // namespace

CSL_KERNEL void layer_norm_relu_forward(std::size_t rows, std::size_t units, const float* bias,
                                        float* a, float* h, float* inverse_sd) {
  for (std::size_t i = 0; i < rows; ++i) {
    layer_norm_relu_row(units, bias, a + i * units, h + i * units, inverse_sd + i);
  }
}

CSL_KERNEL void layer_norm_relu_forward(std::size_t rows, std::size_t units, const float* bias,
                                        float* a, Bf16* h, float* inverse_sd) {
  for (std::size_t i = 0; i < rows; ++i) {
    layer_norm_row(units, bias, a + i * units, inverse_sd + i);
    relu_row_to_bf16(units, a + i * units, h + i * units);
  }
}

void layer_norm_relu_forward(std::size_t rows, std::size_t units, const double* bias, double* a,
                             double* h, double* inverse_sd) {
  for (std::size_t i = 0; i < rows; ++i) {
    layer_norm_relu_row(units, bias, a + i * units, h + i * units, inverse_sd + i);
  }
}

CSL_KERNEL void layer_norm_relu_backward(std::size_t rows, std::size_t units, const float* z,
                                         const float* inverse_sd, float* dh, float* dbias) {
  for (std::size_t i = 0; i < rows; ++i) {
    layer_norm_relu_row_backward(units, z + i * units, inverse_sd[i], dh + i * units, dbias);
  }
}

void layer_norm_relu_backward(std::size_t rows, std::size_t units, const double* z,
                              const double* inverse_sd, double* dh, double* dbias) {
  for (std::size_t i = 0; i < rows; ++i) {
    layer_norm_relu_row_backward(units, z + i * units, inverse_sd[i], dh + i * units, dbias);
  }
}

CSL_KERNEL void bias_relu_forward(std::size_t rows, std::size_t units, const float* bias,
                                  float* a) {
  for (std::size_t i = 0; i < rows; ++i) bias_relu_row(units, bias, a + i * units);
}

void bias_relu_forward(std::size_t rows, std::size_t units, const double* bias, double* a) {
  for (std::size_t i = 0; i < rows; ++i) bias_relu_row(units, bias, a + i * units);
}

CSL_KERNEL void bias_relu_backward(std::size_t rows, std::size_t units, const float* h, float* dh,
                                   float* dbias) {
  for (std::size_t i = 0; i < rows; ++i) {
    bias_relu_row_backward(units, h + i * units, dh + i * units, dbias);
  }
}

void bias_relu_backward(std::size_t rows, std::size_t units, const double* h, double* dh,
                        double* dbias) {
  for (std::size_t i = 0; i < rows; ++i) {
    bias_relu_row_backward(units, h + i * units, dh + i * units, dbias);
  }
}

template <typename T>
void normalize_rows(std::size_t rows, std::size_t cols, T gain, const T* v, T* w,
                    T* inverse_length) {
  for (std::size_t i = 0; i < rows; ++i) {
    const T* row = v + i * cols;
    double squares = 0.0;
    for (std::size_t j = 0; j < cols; ++j) squares += static_cast<double>(row[j]) * row[j];
    inverse_length[i] = squares > 0.0 ? static_cast<T>(1.0 / std::sqrt(squares)) : T(0);
    for (std::size_t j = 0; j < cols; ++j) w[i * cols + j] = gain * inverse_length[i] * row[j];
  }
}

template <typename T>
void normalize_rows_backward(std::size_t rows, std::size_t cols, T gain, const T* w,
                             const T* inverse_length, const T* dw, T* dv) {
  for (std::size_t i = 0; i < rows; ++i) {
    const T* w_row = w + i * cols;
    const T* dw_row = dw + i * cols;
    double along = 0.0;
    for (std::size_t j = 0; j < cols; ++j) along += static_cast<double>(w_row[j]) * dw_row[j];
    const T w_share = static_cast<T>(along) / (gain * gain);
    for (std::size_t j = 0; j < cols; ++j) {
      dv[i * cols + j] += gain * inverse_length[i] * (dw_row[j] - w_row[j] * w_share);
    }
  }
}

template void normalize_rows<float>(std::size_t, std::size_t, float, const float*, float*, float*);
template void normalize_rows<double>(std::size_t, std::size_t, double, const double*, double*,
                                     double*);
template void normalize_rows_backward<float>(std::size_t, std::size_t, float, const float*,
                                             const float*, const float*, float*);
template void normalize_rows_backward<double>(std::size_t, std::size_t, double, const double*,
                                              const double*, const double*, double*);

}  // namespace nn
