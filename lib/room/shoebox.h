/// A rectangular room and how much its walls reflect.
///
/// Room coordinates have their origin in a corner and their axes along the walls. The world has the
/// same axes.
#pragma once

#include <Eigen/Core>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/units.h"
#include "room/bands.h"

namespace room {

/// Walls in the order x = 0, x = size, y = 0, y = size, z = 0, z = size.
using Walls = std::array<double, 6>;

/// The room, and which of its images are rendered. The direct sound is always rendered.
struct Shoebox {
  Eigen::Vector3d size_m{4.0, 4.0, 4.0};
  Walls reflection{};  ///< amplitude reflection coefficient at all frequencies, 0 (anechoic) to 1
  /// Largest distance of an image from the array's center. The functions below set it to c T60.
  double max_distance_m = 0.0;
  std::optional<int> max_order;  ///< largest number of reflections of an image; none: no limit

  /// Amplitude reflection coefficient by octave band, [kBands]; empty: `reflection` holds at all
  /// frequencies.
  std::vector<Walls> band_reflection;
  /// Absorption of the air by octave band, nepers per meter, [kBands]; empty: none.
  std::vector<double> air_per_m;
  /// Largest random displacement of every image along each axis, m. It breaks the regular lattice
  /// of a cubic room, whose late images would otherwise arrive as audible sweeps.
  double jitter_m = 0.0;
  std::uint64_t jitter_seed = 0;

  double volume_m3() const { return size_m.prod(); }
  /// Whether the walls reflect nothing, so that only the direct sound is rendered.
  bool anechoic() const;
  /// Whether octave bands differ in reflection or air absorption.
  bool banded() const { return !band_reflection.empty() || !air_per_m.empty(); }
  /// Amplitude reflection coefficients in a band.
  const Walls& reflection_in(std::size_t band) const {
    return band_reflection.empty() ? reflection : band_reflection[band];
  }
  bool contains(const Eigen::Vector3d& point_m) const;

  /// @throws core::UsageError  on a reflection outside [0, 1], a band list of the wrong length, a
  ///                           negative air absorption, or a jitter outside 0 to the smallest edge
  void check() const;
};

/// Relation of the reverberation time T60 and the mean absorption alpha, with volume V, surface S
/// and K = 24 ln 10 / c:
///
///   Sabine  T60 = K V / (S alpha)
///   Eyring  T60 = K V / (-S ln(1 - alpha))
///
/// The functions below take the speed of sound c in m/s.
enum class ReverberationFormula { kSabine, kEyring };

/// The formula of a name, "sabine" or "eyring". @throws core::UsageError  on another name
ReverberationFormula reverberation_formula(const std::string& name);

/// Smallest T60 above 0 that a room of this size can have (absorption 1). Eyring's formula has no
/// such limit: 0.
double smallest_feasible_t60_s(const Eigen::Vector3d& size_m,
                               ReverberationFormula formula = ReverberationFormula::kSabine,
                               double speed_of_sound = core::kSpeedOfSound);

/// Energy absorption of all walls, in (0, 1], that gives this T60.
/// @param t60_s  > 0
/// @throws core::UsageError  if no absorption <= 1 gives it; the message has the smallest feasible
///                           T60
double absorption_from_t60(const Eigen::Vector3d& size_m, double t60_s,
                           ReverberationFormula formula = ReverberationFormula::kSabine,
                           double speed_of_sound = core::kSpeedOfSound);

/// T60 of a room by either formula; infinite if the walls absorb nothing.
/// @param absorption  energy absorption of each wall
double t60_from_absorption(const Eigen::Vector3d& size_m, const Walls& absorption,
                           ReverberationFormula formula = ReverberationFormula::kSabine,
                           double speed_of_sound = core::kSpeedOfSound);

/// A room with equal walls and this T60, with images up to c T60. T60 = 0: anechoic, direct sound
/// only.
/// @throws core::UsageError  on a size outside 0.1 to 1000 m or an infeasible T60 (see above)
Shoebox shoebox_from_t60(const Eigen::Vector3d& size_m, double t60_s,
                         ReverberationFormula formula = ReverberationFormula::kSabine,
                         double speed_of_sound = core::kSpeedOfSound);

/// A room from the energy absorption of each wall (amplitude reflection sqrt(1 - absorption)), with
/// images up to c T60. The formula gives T60.
/// @throws core::UsageError  on an absorption outside [0, 1], or a mean absorption of 0 (endless
///                           reverberation)
Shoebox shoebox_from_absorption(const Eigen::Vector3d& size_m, const Walls& absorption,
                                ReverberationFormula formula = ReverberationFormula::kSabine,
                                double speed_of_sound = core::kSpeedOfSound);

/// A room from the energy absorption by octave band and wall, with images up to c times the longest
/// T60 of the bands. `reflection` becomes the largest reflection of the bands.
/// @throws core::UsageError  as shoebox_from_absorption
Shoebox shoebox_from_band_absorption(const Eigen::Vector3d& size_m,
                                     const std::array<Walls, kBands>& absorption,
                                     ReverberationFormula formula = ReverberationFormula::kSabine,
                                     double speed_of_sound = core::kSpeedOfSound);

}  // namespace room
