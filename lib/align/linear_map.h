/// The smallest model of an array: directions as a linear function of cross-spectra. It needs no
/// start and no steps, so it begins what the network and the clocks' alignment go on with.
#pragma once

#include <Eigen/Core>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace align {

inline constexpr std::size_t kBlockFrames = 5;
/// Agreement (LinearAgreement) below which a map is not used.
inline constexpr double kUsefulAgreement = 0.2;

/// What the microphones' cross-spectra are in one interval, block by block of five frames. Within
/// it the source stands still in the world.
struct IntervalSpectra {
  std::vector<std::uint32_t> frame;  ///< [blocks], first frame, counted from the interval's first
  Eigen::MatrixXd feature;           ///< [blocks, features]
};

/// In each of four bands from 340 to 3500 Hz, over the block's bins y of unit norm, the means of
/// |y_m|^2 and, over pairs a < b, of Im(y_a conj(y_b)), which is odd in direction and, where
/// wavelengths are long, linear in it: k <d, p_a - p_b> |y_a y_b|. Of more than eight microphones
/// eight are taken, evenly. Blocks with fewer than four bins in any band are left out.
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

/// 200 blocks: 10 s of sound in every band, the least that a map is made from.
bool enough_blocks(std::span<const IntervalSpectra> intervals);

/// @throws core::InputError  unless enough_blocks()
Whitening fit_whitening(std::span<const IntervalSpectra> intervals);

/// R_world_sensor in the middle of a block; false where it is not known.
using BlockRotation = std::function<bool(std::size_t block, Eigen::Matrix3d& R_world_sensor)>;

/// With r = R W x, x white, the share of energy that is the same over each interval,
///   sum_i n_i |mean_i r|^2 / sum |r|^2 = w^T S w / n,  w = rows of W one after the other,  |w| =
///   1,
/// is a Rayleigh quotient: S = sum_i n_i A_i^T A_i with A_i = mean of R (x) x^T over interval i. No
/// constant answer can win, since x has no mean. The best W is an eigenvector.
class LinearAgreement {
 public:
  explicit LinearAgreement(std::size_t components);

  /// Adds an interval; one with fewer than five known blocks is left out.
  /// @param white  [blocks, components]
  void add(const Eigen::MatrixXd& white, const BlockRotation& rotation);

  double blocks() const { return blocks_; }
  double best() const;                            ///< highest agreement of any W; 0 of nothing
  Eigen::MatrixXd best_map() const;               ///< W, [3, components]
  double of_map(const Eigen::MatrixXd& W) const;  ///< agreement of this W, of any norm

 private:
  Eigen::MatrixXd S_;  ///< [3 components, 3 components]
  double blocks_ = 0.0;
};

}  // namespace align
