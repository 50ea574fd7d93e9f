/// Measured responses of an array: the impulse responses from far sources to each receiver.
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

/// Impulse responses over directions, as in SOFA files (AES69).
struct Responses {
  std::string name;
  double sample_rate_hz = 0.0;
  /// Unit vectors from the array to the source, sensor frame (x ahead, y left, z up), [M].
  std::vector<Eigen::Vector3d> direction;
  std::size_t receivers = 0;         ///< R
  std::size_t samples = 0;           ///< N
  std::vector<float> ir;             ///< [M, R, N], row-major
  std::vector<std::string> notes{};  ///< what the reader assumed or changed, for the user
};

enum class PositionType { kCartesian, kSpherical };

/// Makes responses from the arrays of a SOFA file.
/// @param source_name      name of the input in error messages
/// @param source_position  [M, 3]: x y z in any length unit, or azimuth and elevation in degrees
///                         and distance
/// @param ir               [M, R, N]
/// @param delay            samples of silence in front of each response, [R] or [M, R]; empty:
///                         none. With negative delays, all responses are moved later together: only
///                         differences of time count
/// @throws core::InputError  on sizes that do not fit, fewer than 2 directions, more than 64
///                           receivers, responses of a room (cut_to_window), values that are not
///                           finite, a silent response, or a position without direction
Responses make_responses(const std::string& source_name, double sample_rate_hz,
                         std::span<const double> source_position, PositionType type,
                         std::span<const double> ir, std::size_t receivers,
                         std::span<const double> delay = {});

/// Interpolates responses to any direction and any sample rate.
///
/// Each response is split into its onset (the time by which a tenth of its energy has come) and the
/// response aligned to the onset. Both are interpolated between neighboring directions by a local
/// radial basis. The kernel is the chord length, and constants are reproduced. At a measured
/// direction the result is the measured response. Between two neighbors on a line the interpolation
/// is linear.
class ResponseInterpolator {
 public:
  /// Samples in front of the onset in an aligned response.
  static constexpr std::size_t kLead = 24;
  static constexpr std::size_t kNeighbors = 12;

  ResponseInterpolator(const Responses& responses, double sample_rate_hz);

  std::size_t receivers() const { return receivers_; }
  /// Length of an aligned response, samples.
  std::size_t taps() const { return taps_; }
  /// Acoustic distance of the outermost receiver from the center, m: half the largest difference of
  /// onsets between directions.
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
