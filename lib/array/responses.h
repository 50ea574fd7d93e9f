/// Measured responses of an array: what each receiver hears of a far source, direction by
/// direction.
#pragma once

#include <Eigen/Core>
#include <Eigen/Dense>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace array {

inline constexpr std::size_t kMaxReceivers = 64;
inline constexpr double kMaxResponse_s = 0.05;

/// Impulse responses over directions, as SOFA files (AES69) hold them.
struct Responses {
  std::string name;
  double sample_rate_hz = 0.0;
  std::vector<Eigen::Vector3d>
      direction;              ///< unit, array to source, sensor frame (x ahead, y left, z up), [M]
  std::size_t receivers = 0;  ///< R
  std::size_t samples = 0;    ///< N
  std::vector<float> ir;      ///< [M, R, N], row-major
};

enum class PositionType { kCartesian, kSpherical };

/// Responses from the arrays of a SOFA file.
/// @param source_name  what error messages call the input
/// @param source_position  [M, 3]: x y z in any length unit, or azimuth and elevation in degrees
/// and distance
/// @param ir           [M, R, N]
/// @param delay        samples of silence in front of each response, [R] or [M, R]; empty: none
/// @throws core::InputError  on sizes that do not fit, fewer than 2 directions, more than 64
/// receivers, responses
///                           longer than 50 ms with their delay, values that are not finite, a
///                           silent response, a position without direction
Responses make_responses(const std::string& source_name, double sample_rate_hz,
                         std::span<const double> source_position, PositionType type,
                         std::span<const double> ir, std::size_t receivers,
                         std::span<const double> delay = {});

/// Responses ready to be asked for any direction, at any sample rate.
///
/// Each response is split into its onset (the time by which a tenth of its energy has come) and the
/// response around it, aligned; both are
/// interpolated between neighboring directions by a local radial basis (kernel: chord length,
/// constants kept), so that at a measured direction the measured response comes back, and between
/// two neighbors on a line the interpolation is linear.
class ResponseInterpolator {
 public:
  /// Samples in front of the onset in an aligned response.
  static constexpr std::size_t kLead = 24;
  static constexpr std::size_t kNeighbors = 12;

  ResponseInterpolator(const Responses& responses, double sample_rate_hz);

  std::size_t receivers() const { return receivers_; }
  /// Length of an aligned response.
  std::size_t taps() const { return taps_; }
  /// Half the largest difference of onsets between directions, as a distance: how far from the
  /// center receivers sit (acoustically).
  double radius_m(double speed_of_sound) const;

  /// Response of one direction: receiver r hears sum_j ir[r, j] x(t - onset[r] - (j - kLead)), t in
  /// samples.
  struct Value {
    std::vector<double> onset;  ///< samples after the sound passes the center, [receivers]
    std::vector<float> ir;      ///< [receivers, taps], row-major
  };
  /// @param direction_sensor  unit vector
  /// @param value             resized as needed
  void at(const Eigen::Vector3d& direction_sensor, Value& value) const;

 private:
  struct Weights {
    std::vector<std::size_t> neighbor;
    Eigen::VectorXd weight;
  };
  Weights weights(const Eigen::Vector3d& direction_sensor) const;

  std::size_t receivers_ = 0;
  std::size_t taps_ = 0;
  double sample_rate_hz_ = 0.0;
  std::vector<Eigen::Vector3d> direction_;  // [M], no two at one place
  std::vector<double> onset_;               // [M, receivers]; mean 0
  std::vector<float> aligned_;              // [M, receivers, taps]
};

}  // namespace array
