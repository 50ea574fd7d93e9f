/// A rectangular room and how much its walls reflect.
///
/// Room coordinates have their origin in a corner, axes along the walls; world axes = room axes.
#pragma once

#include <Eigen/Core>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/units.h"
#include "room/bands.h"

namespace room {

/// Walls in the order x = 0, x = size, y = 0, y = size, z = 0, z = size.
using Walls = std::array<double, 6>;

struct Shoebox {
  Eigen::Vector3d size_m{4.0, 4.0, 4.0};
  Walls reflection{};  ///< amplitude reflection coefficient at all frequencies, 0 (anechoic) to 1
  double max_distance_m = 0.0;  ///< images farther than this from the array's center are left out;
                                ///< the direct sound is always there. c T60 for the makers below
  int max_order = -1;           ///< images after more reflections are left out; -1: no such limit

  /// Optional: reflection by octave band, [kBands]; empty: `reflection` holds everywhere.
  std::vector<Walls> band_reflection;
  /// Optional: absorption of the air by octave band, nepers a meter, [kBands]; empty: none.
  std::vector<double> air_per_m;
  /// Optional: every image is moved by up to this along each axis, at random; breaks the regular
  /// lattice of a cubic room, whose late images would otherwise arrive as audible sweeps.
  double jitter_m = 0.0;
  std::uint64_t jitter_seed = 0;

  double volume_m3() const { return size_m.prod(); }
  double surface_m2() const;
  /// Lets no sound back: only the direct sound is rendered.
  bool anechoic() const;
  /// Treats octave bands differently.
  bool banded() const { return !band_reflection.empty() || !air_per_m.empty(); }
  /// Amplitude reflection in a band.
  const Walls& reflection_in(std::size_t band) const {
    return band_reflection.empty() ? reflection : band_reflection[band];
  }
  bool contains(const Eigen::Vector3d& point_m) const;

  /// @throws core::UsageError  on a reflection outside [0, 1], band lists of a wrong length, a
  /// negative air
  ///                           absorption or jitter
  void check() const;
};

/// Formula that ties reverberation time to mean absorption (K = 24 ln 10 / c):
///   Sabine  T60 = K V / (S alpha)            Eyring  T60 = K V / (-S ln(1 - alpha))
enum class ReverberationFormula { kSabine, kEyring };

/// "sabine" or "eyring". @throws core::UsageError
ReverberationFormula reverberation_formula(const std::string& name);

/// Smallest T60 above 0 that a room of this size can have (absorption 1); 0 for Eyring, which has
/// no such limit.
double smallest_feasible_t60_s(const Eigen::Vector3d& size_m,
                               ReverberationFormula formula = ReverberationFormula::kSabine);

/// Energy absorption of all walls, in (0, 1], that gives this T60.
/// @param t60_s  > 0
/// @throws core::UsageError  if no absorption <= 1 gives it; names the smallest feasible T60
double absorption_from_t60(const Eigen::Vector3d& size_m, double t60_s,
                           ReverberationFormula formula = ReverberationFormula::kSabine);

/// T60 of a room by either formula, infinite if nothing is absorbed.
/// @param absorption  energy absorption of each wall
double t60_from_absorption(const Eigen::Vector3d& size_m, const Walls& absorption,
                           ReverberationFormula formula = ReverberationFormula::kSabine);

/// A room with equal walls and this T60; images up to c T60. T60 = 0: anechoic, direct sound only.
/// @throws core::UsageError  on a size outside 0.1 to 1000 m or an infeasible T60 (see above)
Shoebox shoebox_from_t60(const Eigen::Vector3d& size_m, double t60_s,
                         ReverberationFormula formula = ReverberationFormula::kSabine);

/// A room from energy absorption per wall (amplitude reflection sqrt(1 - absorption)); images up to
/// c T60, T60 by the formula.
/// @throws core::UsageError  on absorption outside [0, 1] or a mean absorption of 0 (endless
/// reverberation)
Shoebox shoebox_from_absorption(const Eigen::Vector3d& size_m, const Walls& absorption,
                                ReverberationFormula formula = ReverberationFormula::kSabine);

/// A room from energy absorption by octave band and wall; images up to c times the longest band's
/// T60. `reflection` becomes the largest of the bands.
/// @throws core::UsageError  as shoebox_from_absorption
Shoebox shoebox_from_band_absorption(const Eigen::Vector3d& size_m,
                                     const std::array<Walls, kBands>& absorption,
                                     ReverberationFormula formula = ReverberationFormula::kSabine);

}  // namespace room
