/// The element-wise passes between matrix products: bias, normalization, ReLU, forward and
/// backward. Rows are handled one at a time, so results do not depend on how rows are grouped into
/// calls, except for sums over rows (dbias), which run in row order.
#pragma once

#include <cstddef>

#include "nn/bf16.h"

namespace nn {

/// Added to the variance of a row of pre-activations, so that a constant row stays finite.
inline constexpr double kLayerNormEpsilon = 1e-5;

/// z = (a + bias - mean) / sqrt(var + eps) over each row; h = max(z, 0).
/// @param a          [rows, units], becomes z
/// @param h          [rows, units]
/// @param inverse_sd [rows], 1 / sqrt(var + eps)
void layer_norm_relu_forward(std::size_t rows, std::size_t units, const float* bias, float* a,
                             float* h, float* inverse_sd);
void layer_norm_relu_forward(std::size_t rows, std::size_t units, const double* bias, double* a,
                             double* h, double* inverse_sd);

/// The same with h rounded to bfloat16, as products read it.
void layer_norm_relu_forward(std::size_t rows, std::size_t units, const float* bias, float* a,
                             Bf16* h, float* inverse_sd);

/// dz = dh where z > 0, else 0;  da = (dz - mean(dz) - z mean(dz z)) / sd.
/// @param dh     [rows, units], becomes da
/// @param dbias  [units], += sum of da over rows
void layer_norm_relu_backward(std::size_t rows, std::size_t units, const float* z,
                              const float* inverse_sd, float* dh, float* dbias);
void layer_norm_relu_backward(std::size_t rows, std::size_t units, const double* z,
                              const double* inverse_sd, double* dh, double* dbias);

/// a becomes max(a + bias, 0).
void bias_relu_forward(std::size_t rows, std::size_t units, const float* bias, float* a);
void bias_relu_forward(std::size_t rows, std::size_t units, const double* bias, double* a);

/// dh becomes da = dh where h > 0, else 0; dbias += sum of da over rows.
void bias_relu_backward(std::size_t rows, std::size_t units, const float* h, float* dh,
                        float* dbias);
void bias_relu_backward(std::size_t rows, std::size_t units, const double* h, double* dh,
                        double* dbias);

/// w = gain v / |v| for each row of v [rows, cols]; inverse_length [rows] is 1 / |v|.
/// Rows of zeros stay zero.
template <typename T>
void normalize_rows(std::size_t rows, std::size_t cols, T gain, const T* v, T* w,
                    T* inverse_length);

/// dv += (gain / |v|) (dw - u <u, dw>), u = v / |v| = w / gain.
template <typename T>
void normalize_rows_backward(std::size_t rows, std::size_t cols, T gain, const T* w,
                             const T* inverse_length, const T* dw, T* dv);

}  // namespace nn
