/// An array that is known by its positions or responses, as estimators use it.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "array/shape.h"
#include "core/units.h"
#include "doa/baseline.h"
#include "session/estimate.h"

namespace localize {

/// Facts about the array, and what the user says about the search.
struct KnownArraySetup {
  std::vector<Eigen::Vector3d> position_m;     ///< open array, sensor frame; empty: `measured`
  std::optional<doa::MeasuredArray> measured;  ///< an array with a body
  array::Shape shape;                          ///< of a measured array: a volume
  std::size_t fft_bins = 0;                    ///< of the STFT, from 0 Hz on
  double bin_hz = 0.0;                         ///< their distance, Hz
  double speed_of_sound = core::kSpeedOfSound;
  /// Lowest and highest frequency, Hz; none: the method's own.
  std::optional<std::pair<double, double>> band_hz;
  std::optional<Eigen::Vector3d> half_space;  ///< see doa::BaselineOptions::half_space

  std::size_t microphones() const { return measured ? measured->microphones : position_m.size(); }
};

/// What an array of this extent cannot tell, where it cannot: kSide, of a straight one kCone.
session::Ambiguity ambiguity_of(array::Extent extent);

/// States that an estimate's directions are not told from others, and replaces each by the one that
/// stands for all of them (array::representative()).
void set_ambiguous(const KnownArraySetup& array, session::Estimate& estimate);

/// Whether a flat or straight array turns enough within a window to tell directions apart. It does if
/// the root mean square angle between its axis and that of the middle frame is above 10 degrees.
/// @param R_pool_sensor  orientation of every frame
bool turns(const array::Shape& shape, std::span<const Eigen::Matrix3d> R_pool_sensor,
           const doa::FrameRange& range);

/// A method's options with what the setup says. The bins' floor is that of the features.
doa::BaselineOptions baseline_options(const doa::BaselineMethod& method,
                                      const KnownArraySetup& array);

}  // namespace localize
