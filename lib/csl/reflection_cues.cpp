#include "csl/reflection_cues.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace csl {
namespace {

constexpr std::size_t kMaxBins = 4096;  ///< of an interval, evenly spread
constexpr double kWindowS = 0.1;        ///< over which one direction and one difference is taken
constexpr std::size_t kMinBins = 30;    ///< of a window
constexpr double kMaxDelayS = 1.0e-3;   ///< 34 cm between the microphones: more than a head
constexpr double kDelayStepS = 1.0e-5;
constexpr double kMaxLevelDb = 30.0;

using Bins = std::vector<std::size_t>;

double angular_frequency(const Dataset& dataset, std::size_t bin) {
  return 2.0 * std::numbers::pi * dataset.bin_width_hz *
         static_cast<double>(dataset.frequency[bin]);
}

std::complex<double> value(const Dataset& dataset, std::size_t bin, std::size_t microphone) {
  return std::complex<double>(dataset.stft[bin * dataset.microphones + microphone]);
}

/// Seconds by which A hears before B: the peak of the generalised cross-correlation with phase
/// transform (Knapp and Carter 1976). A wave that A hears t earlier has y_A conj(y_B) = e^(i w t).
double arrival_s(const Dataset& dataset, const Bins& bins, const ReflectionOptions& options) {
  std::vector<std::complex<double>> cross;
  for (const std::size_t bin : bins) {
    const std::complex<double> product = value(dataset, bin, options.microphone_a) *
                                         std::conj(value(dataset, bin, options.microphone_b));
    cross.push_back(std::abs(product) > 0.0 ? product / std::abs(product) : 0.0);
  }
  double best = -1e300;
  double best_s = 0.0;
  for (double delay_s = -kMaxDelayS; delay_s <= kMaxDelayS; delay_s += kDelayStepS) {
    double sum = 0.0;
    for (std::size_t i = 0; i < bins.size(); ++i) {
      sum += (cross[i] * std::polar(1.0, -angular_frequency(dataset, bins[i]) * delay_s)).real();
    }
    if (sum > best) {
      best = sum;
      best_s = delay_s;
    }
  }
  return best_s;
}

double level_db(const Dataset& dataset, const Bins& bins, const ReflectionOptions& options) {
  double power_a = 0.0;
  double power_b = 0.0;
  for (const std::size_t bin : bins) {
    power_a += std::norm(value(dataset, bin, options.microphone_a));
    power_b += std::norm(value(dataset, bin, options.microphone_b));
  }
  const double ratio_db = 10.0 * std::log10((power_a + 1e-12) / (power_b + 1e-12));
  return std::clamp(ratio_db, -kMaxLevelDb, kMaxLevelDb);
}

}  // namespace

std::vector<std::size_t> spread(std::size_t first, std::size_t end, std::size_t limit) {
  const std::size_t available = end - first;
  const std::size_t count = std::min(limit, available);
  std::vector<std::size_t> chosen(count);
  for (std::size_t i = 0; i < count; ++i) chosen[i] = first + i * available / count;
  return chosen;
}

Directions predict_bins(Predictor& predictor, const Dataset& dataset,
                        const std::vector<std::size_t>& bins, core::ThreadPool& pool) {
  std::vector<std::complex<float>> stft;
  std::vector<std::uint16_t> frequency;
  for (const std::size_t bin : bins) {
    const auto first =
        dataset.stft.begin() + static_cast<std::ptrdiff_t>(bin * dataset.microphones);
    stft.insert(stft.end(), first, first + static_cast<std::ptrdiff_t>(dataset.microphones));
    frequency.push_back(dataset.frequency[bin]);
  }
  return predictor.predict(stft, frequency, &pool);
}

void DirectionFit::add(const Eigen::Vector3d& direction, double difference) {
  const Eigen::Vector4d row(direction.x(), direction.y(), direction.z(), 1.0);
  normal += row * row.transpose();
  right += difference * row;
  ++count;
}

Eigen::Vector3d DirectionFit::slope() const {
  const double damping = 0.01 * static_cast<double>(count);
  const Eigen::Matrix4d damped = normal + damping * Eigen::Matrix4d::Identity();
  return damped.ldlt().solve(right).head<3>();
}

void add_microphone_cues(Predictor& predictor, const Dataset& dataset, const Interval& interval,
                         const ReflectionOptions& options, core::ThreadPool& pool,
                         DirectionFit& fit) {
  const Bins bins = spread(interval.first_bin, interval.end_bin, kMaxBins);
  const Directions r_sensor = predict_bins(predictor, dataset, bins, pool);
  Eigen::Vector3d world = Eigen::Vector3d::Zero();
  for (std::size_t i = 0; i < bins.size(); ++i) {
    const Eigen::Vector3f r = r_sensor.row(static_cast<Eigen::Index>(i)).transpose();
    world += (dataset.R_world_sensor[dataset.frame[bins[i]]] * r).cast<double>();
  }
  if (!(world.norm() > 0.0)) return;
  world.normalize();
  const auto window_frames = static_cast<std::uint32_t>(std::ceil(kWindowS / dataset.hop_s));
  for (std::size_t first = 0; first < bins.size();) {
    const std::uint32_t start = dataset.frame[bins[first]];
    std::size_t end = first;
    while (end < bins.size() && dataset.frame[bins[end]] < start + window_frames) ++end;
    if (end - first >= kMinBins) {
      const Bins window(bins.begin() + static_cast<std::ptrdiff_t>(first),
                        bins.begin() + static_cast<std::ptrdiff_t>(end));
      const Eigen::Matrix3f& R = dataset.R_world_sensor[dataset.frame[window[window.size() / 2]]];
      fit.add(R.transpose().cast<double>() * world, options.cue == MicrophoneCue::kLevel
                                                        ? level_db(dataset, window, options)
                                                        : arrival_s(dataset, window, options));
    }
    first = end;
  }
}

}  // namespace csl
