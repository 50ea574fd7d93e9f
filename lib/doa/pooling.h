/// From per-bin directions in the world frame to one direction for a window of frames.
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "doa/bin_kernels.h"
#include "doa/window.h"

namespace doa {

/// Sharpness of the rounds of robust pooling: each bin is weighted by its norm times
/// exp(kappa (cos angle - 1)), a von Mises-Fisher kernel of about 81 / sqrt(kappa) degrees.
/// The values were chosen on validation data (docs/evidence/experiments.md). The minimum is flat:
/// sharper kernels are better for full sessions and worse for windows of a few frames.
inline constexpr std::array<double, 5> kRobustKappas = {3.0, 8.0, 20.0, 40.0, 60.0};

/// Concentration of the kernel that measures `confidence`; all ways of pooling use it.
inline constexpr double kConfidenceKappa = 80.0;

/// One window's pooled direction. Where `empty()`, direction and all measures are zero.
struct Pooled {
  Eigen::Vector3d direction_world = Eigen::Vector3d::Zero();  ///< unit length, or zero if empty
  /// Norms near the direction: sum of |r| exp(kConfidenceKappa (cos angle - 1)), >= 0. It grows
  /// with the number of bins that agree and with the confidence of each bin.
  double confidence = 0.0;
  /// Share of the norms near the direction: confidence / summed_norm, in [0, 1].
  double support = 0.0;
  /// Resultant length over summed norm, |sum r| / sum |r|, in [0, 1]: 1 when all bins agree.
  double concentration = 0.0;
  /// Sum of |r| over the window's bins.
  double summed_norm = 0.0;
  /// Bins with a norm above zero.
  std::size_t bins = 0;

  /// True if there is no direction: no bin has a norm, or the vectors cancel exactly.
  bool empty() const { return direction_world.isZero(0.0); }
};

/// The bins of one session, sorted by frame. Unit directions and norms are separate columns, so
/// that loops over any frame range read contiguous memory.
class SessionBins {
 public:
  /// @param r_world  predictions in the world frame, [bins, 3], row-major; norm = confidence
  /// @param frame    frame of each bin, [bins], non-decreasing, < frames
  /// @param frames   frames of the session
  /// @throws core::InputError  if sizes do not match, frames are out of order, or a value is not
  ///                           finite
  SessionBins(std::span<const float> r_world, std::span<const std::uint32_t> frame,
              std::size_t frames);

  std::size_t size() const { return norm_.size(); }
  std::size_t frames() const { return first_bin_.size() - 1; }
  /// First bin and end (exclusive) of the bins of a frame range, range.end <= frames().
  std::size_t first_bin(const FrameRange& range) const { return first_bin_[range.first]; }
  std::size_t end_bin(const FrameRange& range) const { return first_bin_[range.end]; }
  /// Sum of the norms of a frame's bins.
  double summed_norm(std::size_t frame) const { return summed_norm_[frame]; }

  /// A frame range's bins: unit directions, and norms (0 where r_world was zero).
  BinColumns columns(const FrameRange& range) const {
    const std::size_t first = first_bin(range);
    return {x_.data() + first, y_.data() + first, z_.data() + first, norm_.data() + first,
            end_bin(range) - first};
  }

 private:
  std::vector<float> x_, y_, z_, norm_;
  std::vector<std::size_t> first_bin_;  ///< [frames + 1]
  std::vector<double> summed_norm_;     ///< [frames]
};

/// Centroid on the sphere: the unit vector along the sum of r. Source: C-SL paper, eq. (5)
Pooled pool_centroid(const SessionBins& bins, const FrameRange& range);

/// Mode seeking. It starts from the centroid. For each kappa in turn it weights every bin by
/// exp(kappa (cos angle - 1)) and every frame by the share of its norms that remains, then
/// normalizes the sum. Reverberation moves the centroid but not the mode. A frame in which most
/// bins agree is usually that of an onset, before the first reflections.
/// @param kappas  sharpness of each round, > 0, usually rising
Pooled pool_robust(const SessionBins& bins, const FrameRange& range,
                   std::span<const double> kappas = kRobustKappas);

enum class Pooling { kCentroid, kRobust };

/// One window's estimate: the pooled direction, also in the sensor frame of the center frame.
struct WindowEstimate {
  std::size_t center_frame = 0;
  Pooled pooled;
  Eigen::Vector3d direction_sensor = Eigen::Vector3d::Zero();  ///< unit length, or zero if empty
};

/// Estimates of all windows of a session. Empty windows are in the list, with `pooled.empty()`.
/// @param q_world_sensor  orientation of every frame, [frames]
/// @throws core::InputError  if bins, windows and orientations are for different numbers of frames
std::vector<WindowEstimate> estimate_windows(const SessionBins& bins,
                                             std::span<const Eigen::Quaterniond> q_world_sensor,
                                             const MovingWindows& windows, Pooling pooling);

}  // namespace doa
