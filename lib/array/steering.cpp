#include "array/steering.h"

#include <cmath>
#include <numbers>

namespace array {

Eigen::VectorXd plane_wave_delays_s(const Geometry& geometry,
                                    const Eigen::Vector3d& direction_sensor,
                                    double speed_of_sound) {
  Eigen::VectorXd delays_s(static_cast<Eigen::Index>(geometry.size()));
  for (std::size_t microphone = 0; microphone < geometry.size(); ++microphone) {
    delays_s[static_cast<Eigen::Index>(microphone)] =
        -geometry.position_m[microphone].dot(direction_sensor) / speed_of_sound;
  }
  return delays_s;
}

Eigen::VectorXcd steering_vector(const Geometry& geometry, double frequency_hz,
                                 const Eigen::Vector3d& direction_sensor, double speed_of_sound) {
  const Eigen::VectorXd delays_s = plane_wave_delays_s(geometry, direction_sensor, speed_of_sound);
  Eigen::VectorXcd response(delays_s.size());
  for (Eigen::Index microphone = 0; microphone < delays_s.size(); ++microphone) {
    response[microphone] =
        std::polar(1.0, -2.0 * std::numbers::pi * frequency_hz * delays_s[microphone]);
  }
  return response;
}

std::vector<std::complex<float>> steering_table(const Geometry& geometry,
                                                std::span<const double> frequency_hz,
                                                std::span<const Eigen::Vector3d> direction,
                                                double speed_of_sound) {
  std::vector<std::complex<float>> table;
  table.reserve(frequency_hz.size() * direction.size() * geometry.size());
  for (const double frequency : frequency_hz) {
    for (const Eigen::Vector3d& d : direction) {
      const Eigen::VectorXcd response = steering_vector(geometry, frequency, d, speed_of_sound);
      for (const std::complex<double>& value : response) {
        table.emplace_back(static_cast<std::complex<float>>(value));
      }
    }
  }
  return table;
}

}  // namespace array
