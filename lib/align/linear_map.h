/// The smallest model of an array: directions as a linear function of cross-spectra. It has a
/// closed form, so it gives the network and the alignment of clocks their start.
#pragma once

#include <Eigen/Core>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace align {

/// Number of frames in a block.
inline constexpr std::size_t kBlockFrames = 5;
/// Agreement (LinearAgreement) below which a map is not used.
inline constexpr double kUsefulAgreement = 0.2;

/// Cross-spectra of the microphones in one interval, for each block of kBlockFrames frames. The
/// source does not move in the world within the interval.
struct IntervalSpectra {
  std::vector<std::uint32_t> frame;  ///< [blocks], first frame, counted from the interval's start
  Eigen::MatrixXd feature;           ///< [blocks, features]
};

/// Computes the cross-spectra of an interval. The features of a block are means over its bins y of
/// unit norm, in each of four bands from 340 to 3500 Hz: of |y_m|^2 for every microphone, and of
/// Im(y_a conj(y_b)) for every pair a < b. The latter is odd in the direction and, for long
/// wavelengths, linear in it: k <d, p_a - p_b> |y_a y_b|. Of more than eight microphones, eight are
/// used, evenly chosen. Blocks with fewer than four bins in any band are left out.
/// @param stft    [bins, microphones]; @param frame  [bins], from the interval's first,
///                non-decreasing; @param frequency  [bins], index, times bin_width_hz
/// @param frames  of the interval
IntervalSpectra interval_spectra(std::span<const std::complex<float>> stft,
                                 std::span<const std::uint32_t> frame,
                                 std::span<const std::uint16_t> frequency, double bin_width_hz,
                                 std::size_t frames, std::size_t microphones);

/// Mean and strongest principal components of features: x_white = (x - mean) projection has
/// covariance one.
struct Whitening {
  Eigen::VectorXd mean;        ///< [features]
  Eigen::MatrixXd projection;  ///< [features, components], at most 16

  Eigen::MatrixXd apply(const Eigen::MatrixXd& feature) const;  ///< [blocks, components]
};

/// Whether there are the 200 blocks that a map needs: 10 s of sound in every band.
bool enough_blocks(std::span<const IntervalSpectra> intervals);

/// @throws core::InputError  unless enough_blocks()
Whitening fit_whitening(std::span<const IntervalSpectra> intervals);

/// R_world_sensor in the middle of a block; returns false where it is unknown.
using BlockRotation = std::function<bool(std::size_t block, Eigen::Matrix3d& R_world_sensor)>;

/// Agreement of a linear map W: with r = R W x and white x, the share of energy that is constant
/// over each interval. It is a Rayleigh quotient of w, the rows of W one after the other, |w| = 1:
///   sum_i n_i |mean_i r|^2 / sum |r|^2 = w^T S w / n,
///   S = sum_i n_i A_i^T A_i,   A_i = mean of R (x) x^T over interval i.
/// The best W is an eigenvector of S. A constant answer cannot win, since x has zero mean.
class LinearAgreement {
 public:
  explicit LinearAgreement(std::size_t components);

  /// Adds an interval, unless fewer than five of its blocks have a known rotation.
  /// @param white  [blocks, components]
  void add(const Eigen::MatrixXd& white, const BlockRotation& rotation);

  double blocks() const { return blocks_; }
  double best() const;               ///< highest agreement of any W; 0 without intervals
  Eigen::MatrixXd best_map() const;  ///< W, [3, components]
  double of_map(const Eigen::MatrixXd& W) const;  ///< agreement of this W, of any norm

 private:
  Eigen::MatrixXd S_;  ///< [3 components, 3 components]
  double blocks_ = 0.0;
};

}  // namespace align
