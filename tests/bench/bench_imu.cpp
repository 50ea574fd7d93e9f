/// Time of one update of the orientation filter, on the samples of a consumer unit. For comparison
/// the program also times the integration of the gyroscope alone.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <vector>

#include "imu/orientation_filter.h"
#include "imu/orientation_smoother.h"
#include "so3/rotation.h"

namespace {

constexpr int kRounds = 9;  ///< the best round counts, because the machine may be shared

double best_us_per_sample(std::size_t samples, const std::function<void()>& body) {
  double best = 1e9;
  for (int round = 0; round < kRounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    body();
    best = std::min(
        best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best * 1e6 / static_cast<double>(samples);
}

}  // namespace

int main() {
  constexpr double kStepS = 0.005;
  std::vector<double> time_s;
  std::vector<Eigen::Quaterniond> turning;
  for (double t = 0.0; t <= 61.0; t += 0.01) {
    time_s.push_back(t);
    turning.push_back(so3::exp(Eigen::Vector3d(std::sin(t), std::sin(0.7 * t), 0.5 * t)));
  }
  imu::SensorModel model = imu::sensor_model("consumer");
  model.rate_hz = 1.0 / kStepS;
  const imu::Samples samples = imu::synthesize(so3::Track(time_s, turning), 60.0, model,
                                               core::RandomStream(1, core::Purpose::kImu, 0));
  const std::size_t count = samples.time_s.size();
  double keep = 0.0;  // the results are used, so that the compiler keeps the work
  const double bare = best_us_per_sample(count, [&] {
    Eigen::Quaterniond q = Eigen::Quaterniond::Identity();
    for (const Eigen::Vector3d& g : samples.gyroscope_rad_s)
      q = (q * so3::exp(g * kStepS)).normalized();
    keep += q.w();
  });
  const double filter = best_us_per_sample(count, [&] {
    imu::OrientationFilter vqf({}, kStepS);
    for (std::size_t i = 0; i < count; ++i) {
      vqf.update(samples.gyroscope_rad_s[i], samples.accelerometer_m_s2[i], kStepS);
      vqf.update_heading(samples.magnetometer_uT[i]);
    }
    keep += vqf.q_world_sensor().w();
  });
  const double offline = best_us_per_sample(
      count, [&] { keep += imu::smooth(samples, kStepS).q_world_sensor.back().w(); });
  fmt::print(
      "us per sample: bare integration {:.3f}, orientation filter {:.3f}, offline {:.3f}{}\n", bare,
      filter, offline, keep > 1e9 ? "!" : "");
}
