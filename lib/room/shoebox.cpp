#include "room/shoebox.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/errors.h"

namespace room {
namespace {

constexpr double kMinSize_m = 0.1;
constexpr double kMaxSize_m = 1000.0;

void check_size(const Eigen::Vector3d& size_m) {
  if (!((size_m.array() >= kMinSize_m) && (size_m.array() <= kMaxSize_m)).all()) {
    throw core::UsageError(fmt::format("room: expected edges of {} to {} m, found {} x {} x {} m",
                                       kMinSize_m, kMaxSize_m, size_m.x(), size_m.y(), size_m.z()));
  }
}

double surface(const Eigen::Vector3d& s) {
  return 2.0 * (s.x() * s.y() + s.y() * s.z() + s.z() * s.x());
}

/// K V / S with K = 24 ln 10 / c: T60 of a room with absorption 1, by Sabine.
double sabine_unit_s(const Eigen::Vector3d& size_m, double speed_of_sound) {
  return 24.0 * std::numbers::ln10 / speed_of_sound * size_m.prod() / surface(size_m);
}

}  // namespace

bool Shoebox::anechoic() const {
  return max_order == 0 || std::all_of(reflection.begin(), reflection.end(),
                                       [](double value) { return value == 0.0; });
}

void Shoebox::check() const {
  check_size(size_m);
  const auto in_range = [](const Walls& walls) {
    return std::all_of(walls.begin(), walls.end(), [](double r) { return r >= 0.0 && r <= 1.0; });
  };
  const bool sound =
      in_range(reflection) &&
      std::all_of(band_reflection.begin(), band_reflection.end(), in_range) &&
      std::all_of(air_per_m.begin(), air_per_m.end(), [](double a) { return a >= 0.0; });
  if (!sound)
    throw core::UsageError("room: expected reflections of 0 to 1 and air absorptions of 0 or more");
  for (const std::size_t size : {band_reflection.size(), air_per_m.size()}) {
    if (size != 0 && size != kBands) {
      throw core::UsageError(fmt::format("room: expected {} octave bands, found {}", kBands, size));
    }
  }
  if (!(jitter_m >= 0.0 && jitter_m <= size_m.minCoeff())) {
    throw core::UsageError(fmt::format("room: expected an image jitter of 0 to {} m, found {}",
                                       size_m.minCoeff(), jitter_m));
  }
}

bool Shoebox::contains(const Eigen::Vector3d& point_m) const {
  return (point_m.array() > 0.0).all() && (point_m.array() < size_m.array()).all();
}

ReverberationFormula reverberation_formula(const std::string& name) {
  if (name == "sabine") return ReverberationFormula::kSabine;
  if (name == "eyring") return ReverberationFormula::kEyring;
  throw core::UsageError(fmt::format("T60 formula: expected sabine or eyring, found '{}'", name));
}

double smallest_feasible_t60_s(const Eigen::Vector3d& size_m, ReverberationFormula formula,
                               double speed_of_sound) {
  check_size(size_m);
  return formula == ReverberationFormula::kSabine ? sabine_unit_s(size_m, speed_of_sound) : 0.0;
}

double absorption_from_t60(const Eigen::Vector3d& size_m, double t60_s,
                           ReverberationFormula formula, double speed_of_sound) {
  check_size(size_m);
  if (!(t60_s > 0.0) || !std::isfinite(t60_s)) {
    throw core::UsageError(
        fmt::format("T60: expected a positive number of seconds, found {}", t60_s));
  }
  const double exponent = sabine_unit_s(size_m, speed_of_sound) / t60_s;
  if (formula == ReverberationFormula::kEyring) return -std::expm1(-exponent);
  if (exponent > 1.0) {
    throw core::UsageError(fmt::format(
        "T60: {} s is too short for a room of {} x {} x {} m: the smallest that Sabine's formula "
        "allows is {:.4f} s (0 means no reverberation at all; Eyring's formula has no such limit)",
        t60_s, size_m.x(), size_m.y(), size_m.z(), sabine_unit_s(size_m, speed_of_sound)));
  }
  return exponent;
}

double t60_from_absorption(const Eigen::Vector3d& size_m, const Walls& absorption,
                           ReverberationFormula formula, double speed_of_sound) {
  check_size(size_m);
  const double area[3] = {size_m.y() * size_m.z(), size_m.z() * size_m.x(),
                          size_m.x() * size_m.y()};
  double absorbed = 0.0;
  for (std::size_t wall = 0; wall < 6; ++wall) {
    if (!(absorption[wall] >= 0.0 && absorption[wall] <= 1.0)) {
      throw core::UsageError(
          fmt::format("absorption of wall {}: expected 0 to 1, found {}", wall, absorption[wall]));
    }
    absorbed += absorption[wall] * area[wall / 2];
  }
  const double mean = absorbed / surface(size_m);
  const double exponent = formula == ReverberationFormula::kEyring ? -std::log1p(-mean) : mean;
  return exponent > 0.0 ? sabine_unit_s(size_m, speed_of_sound) / exponent
                        : std::numeric_limits<double>::infinity();
}

Shoebox shoebox_from_t60(const Eigen::Vector3d& size_m, double t60_s, ReverberationFormula formula,
                         double speed_of_sound) {
  check_size(size_m);
  Shoebox room;
  room.size_m = size_m;
  if (t60_s == 0.0) return room;
  const double absorption = absorption_from_t60(size_m, t60_s, formula, speed_of_sound);
  room.reflection.fill(std::sqrt(1.0 - absorption));
  room.max_distance_m = speed_of_sound * t60_s;
  return room;
}

Shoebox shoebox_from_absorption(const Eigen::Vector3d& size_m, const Walls& absorption,
                                ReverberationFormula formula, double speed_of_sound) {
  const double t60_s = t60_from_absorption(size_m, absorption, formula, speed_of_sound);
  if (!std::isfinite(t60_s)) {
    throw core::UsageError(
        "absorption: expected at least one wall that absorbs; without it the reverberation never "
        "ends");
  }
  Shoebox room;
  room.size_m = size_m;
  for (std::size_t wall = 0; wall < 6; ++wall)
    room.reflection[wall] = std::sqrt(1.0 - absorption[wall]);
  room.max_distance_m = speed_of_sound * t60_s;
  return room;
}

Shoebox shoebox_from_band_absorption(const Eigen::Vector3d& size_m,
                                     const std::array<Walls, kBands>& absorption,
                                     ReverberationFormula formula, double speed_of_sound) {
  Shoebox room;
  room.size_m = size_m;
  for (const Walls& walls : absorption) {
    const Shoebox band = shoebox_from_absorption(size_m, walls, formula, speed_of_sound);
    room.band_reflection.push_back(band.reflection);
    room.max_distance_m = std::max(room.max_distance_m, band.max_distance_m);
    for (std::size_t wall = 0; wall < 6; ++wall) {
      room.reflection[wall] = std::max(room.reflection[wall], band.reflection[wall]);
    }
  }
  return room;
}

}  // namespace room
