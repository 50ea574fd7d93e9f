/// Thinning and smoothing of a frame's bins before they enter the network.
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace learn {

/// Smoothing and thinning of bins before the network. It is a property of the model.
struct BinSmoothing {
  static constexpr std::size_t kMostNeighbors = 16;
  static constexpr std::size_t kLargestGroup = 64;

  std::size_t neighbors = 0;  ///< J of append_smoothed(); 0: no smoothing, as in the C-SL paper
  /// Thinning: only the loudest of each n neighboring bins, FFT indices i n to i n + n - 1, is
  /// kept; 1: all bins are kept.
  std::size_t group = 1;

  /// Whether all values are in range.
  bool valid() const { return neighbors <= kMostNeighbors && group >= 1 && group <= kLargestGroup; }
  bool operator==(const BinSmoothing&) const = default;
};

/// Frequency smoothing of a frame's spatial vectors. In a short frame a direct sound has nearly the
/// same spatial signature at near frequencies, while reflections, noise and other voices add
/// something else to each. With J neighbors on either side and |y| = 1, y_k becomes sqrt(lambda) v
/// for that v, |v| = 1, nearest to y_k which is a local maximum of
///   lambda(v) = 1 / (2 J + 1) sum_j |y_{k + 2 j}^H v|^4,   j = -J..J,
/// the agreement of the neighbors. With the square in place of the fourth power, v would be the
/// principal eigenvector of their covariance; but then those that have nothing in common with y_k,
/// such as a second voice's, would pull at it too. lambda is from 1 / (2 J + 1) to 1. Every second
/// frequency: a Hann window makes adjacent ones much the same. Frequencies that the frame does not
/// have, being below the floor, agree with nothing.
///
/// Smoothing over frequency is what coherent subspace methods do (Wang and Kaveh, 1985), which
/// first focus the frequencies on one; the few here need no focusing unless the array is wide.
/// v is found by kSmoothingSteps steps of ascent, v <- sum_j |y_j^H v|^2 y_j y_j^H v, from y_k.
inline constexpr int kSmoothingSteps = 4;

/// Indices of the loudest bin of each group of neighboring ones; the first of equally loud ones.
/// @param frequency  of a frame's bins, [bins], increasing
/// @param energy     [bins]
std::vector<std::size_t> loudest_of_groups(std::span<const std::uint16_t> frequency,
                                           std::span<const float> energy, std::size_t group);

/// Appends the wanted bins of a frame, smoothed.
/// @param frequency   of the frame's bins, [bins], increasing
/// @param frame       [bins, microphones], unit norm per bin
/// @param neighbors  J; 0 leaves bins as they are
/// @param wanted      indices of bins, [wanted]; the rest still count as neighbors
/// @param stft        + [wanted, microphones], norm sqrt(lambda)
void append_smoothed(std::span<const std::uint16_t> frequency,
                     std::span<const std::complex<float>> frame, std::size_t neighbors,
                     std::span<const std::size_t> wanted, std::vector<std::complex<float>>& stft);

}  // namespace learn
