/// Bins drawn towards what their neighbours in frequency agree upon.
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace csl {

/// Frequency smoothing of a frame's spatial vectors. In a short frame a direct sound has nearly the
/// same spatial signature at near frequencies, while reflections and noise add something else to
/// each. With J neighbours on either side and
///   Phi_k = 1 / (2 J + 1) sum_j y_{k + 2 j} y_{k + 2 j}^H,   j = -J..J,   |y| = 1,
/// y_k becomes sqrt(lambda) v, the principal eigenvector of Phi_k and the root of its eigenvalue:
/// the best approximation of rank one. lambda, from 1 / (2 J + 1) to 1, is the share of energy that
/// neighbours agree upon. Every second frequency: a Hann window makes adjacent ones much the same.
/// Frequencies that the frame does not have, being below the floor, agree with nothing.
///
/// Smoothing over frequency is what coherent subspace methods do (Wang and Kaveh, 1985), which
/// first focus the frequencies on one; the few here need no focusing unless the array is wide.
/// v is found by kSmoothingSteps steps of power iteration from y_k itself.
inline constexpr int kSmoothingSteps = 4;

/// Appends the wanted bins of a frame, smoothed.
/// @param frequency   of the frame's bins, [bins], increasing
/// @param frame       [bins, microphones], unit norm per bin
/// @param neighbours  J; 0 leaves bins as they are
/// @param wanted      indices of bins, [wanted]; the rest still count as neighbours
/// @param stft        + [wanted, microphones], norm sqrt(lambda)
void append_smoothed(std::span<const std::uint16_t> frequency,
                     std::span<const std::complex<float>> frame, std::size_t neighbours,
                     std::span<const std::size_t> wanted, std::vector<std::complex<float>>& stft);

}  // namespace csl
