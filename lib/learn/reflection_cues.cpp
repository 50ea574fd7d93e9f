#include "learn/reflection_cues.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "learn/centroid.h"

namespace learn {
namespace {

/// Number of bins of an interval that are used at most.
constexpr std::size_t kMaxBins = 4096;
/// Length of a window, which gives one direction and one difference of the microphones.
constexpr double kWindowS = 0.1;
/// A window with fewer bins is not used.
constexpr std::size_t kMinBins = 30;
/// Longest delay that is tried: 34 cm between the microphones, more than a head.
constexpr double kMaxDelayS = 1.0e-3;
constexpr double kDelayStepS = 1.0e-5;
constexpr double kMaxLevelDb = 30.0;

/// STFT vectors and frequencies of chosen bins.
struct BinsRead {
  std::vector<std::complex<float>> stft;  ///< [bins, microphones]
  std::vector<std::uint16_t> frequency;   ///< [bins]
};

BinsRead read_bins(const Dataset& dataset, const std::vector<std::size_t>& bins) {
  BinsRead read;
  const std::vector<std::uint32_t> chosen(bins.begin(), bins.end());
  read.stft.resize(bins.size() * dataset.microphones);
  dataset.gather_stft(chosen, read.stft);
  for (const std::size_t bin : bins) read.frequency.push_back(dataset.frequency[bin]);
  return read;
}

/// Values of the two microphones in the bins of a window.
struct Pair {
  std::vector<std::complex<double>> a, b;  ///< [bins]
  std::vector<double> angular_frequency;   ///< [bins], rad/s
};

Pair pair_of(const Dataset& dataset, const BinsRead& read, std::size_t first, std::size_t end,
             const ReflectionOptions& options) {
  Pair pair;
  for (std::size_t i = first; i < end; ++i) {
    const std::complex<float>* y = read.stft.data() + i * dataset.microphones;
    pair.a.emplace_back(y[options.microphone_a]);
    pair.b.emplace_back(y[options.microphone_b]);
    pair.angular_frequency.push_back(2.0 * std::numbers::pi * dataset.bin_width_hz *
                                     static_cast<double>(read.frequency[i]));
  }
  return pair;
}

/// Seconds by which A hears before B: the peak of the generalized cross-correlation with phase
/// transform (Knapp and Carter 1976). A wave that A hears t earlier has y_A conj(y_B) = e^(i w t).
double arrival_s(const Pair& pair) {
  double best = -1e300;
  double best_s = 0.0;
  for (double delay_s = -kMaxDelayS; delay_s <= kMaxDelayS; delay_s += kDelayStepS) {
    double sum = 0.0;
    for (std::size_t i = 0; i < pair.a.size(); ++i) {
      const std::complex<double> cross = pair.a[i] * std::conj(pair.b[i]);
      if (!(std::abs(cross) > 0.0)) continue;
      sum += std::cos(std::arg(cross) - pair.angular_frequency[i] * delay_s);
    }
    if (sum > best) {
      best = sum;
      best_s = delay_s;
    }
  }
  return best_s;
}

std::uint32_t window_frames(const Dataset& dataset) {
  return static_cast<std::uint32_t>(std::ceil(kWindowS / dataset.hop_s));
}

/// Bins of windows that are evenly spread over a long interval, so that each window keeps enough
/// bins.
std::vector<std::size_t> bins_of_spread_windows(const Dataset& dataset, const Interval& interval,
                                                std::size_t windows) {
  constexpr std::size_t kBinsPerWindow = 2 * kMinBins;
  const std::size_t every = (windows * kBinsPerWindow + kMaxBins - 1) / kMaxBins;
  const auto window_of = [&](std::size_t bin) {
    return (dataset.frame[bin] - interval.first_frame) / window_frames(dataset);
  };
  std::vector<std::size_t> bins;
  for (std::size_t first = interval.first_bin; first < interval.end_bin;) {
    std::size_t end = first;
    while (end < interval.end_bin && window_of(end) == window_of(first)) ++end;
    if (window_of(first) % every == 0) {
      const std::vector<std::size_t> chosen = spread(first, end, kBinsPerWindow);
      bins.insert(bins.end(), chosen.begin(), chosen.end());
    }
    first = end;
  }
  return bins;
}

/// Bins of an interval that are compared, at most kMaxBins.
std::vector<std::size_t> cue_bins(const Dataset& dataset, const Interval& interval) {
  const std::size_t frames = interval.end_frame - interval.first_frame;
  const std::size_t windows = frames / window_frames(dataset) + 1;
  const bool too_thin =
      interval.end_bin - interval.first_bin > kMaxBins && windows * kMinBins > kMaxBins;
  return too_thin ? bins_of_spread_windows(dataset, interval, windows)
                  : spread(interval.first_bin, interval.end_bin, kMaxBins);
}

/// A window of kWindowS: a range of indices into the chosen bins.
struct Window {
  std::size_t first = 0;
  std::size_t end = 0;
};

/// Windows that hold enough of the chosen bins.
std::vector<Window> windows_of(const Dataset& dataset, const std::vector<std::size_t>& bins) {
  std::vector<Window> windows;
  for (std::size_t first = 0; first < bins.size();) {
    const std::uint32_t start = dataset.frame[bins[first]];
    std::size_t end = first;
    while (end < bins.size() && dataset.frame[bins[end]] < start + window_frames(dataset)) ++end;
    if (end - first >= kMinBins) windows.push_back({first, end});
    first = end;
  }
  return windows;
}

double level_db(const Pair& pair) {
  double power_a = 0.0;
  double power_b = 0.0;
  for (const std::complex<double>& value : pair.a) power_a += std::norm(value);
  for (const std::complex<double>& value : pair.b) power_b += std::norm(value);
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
  const BinsRead read = read_bins(dataset, bins);
  return predictor.predict(read.stft, read.frequency, &pool);
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

Eigen::Vector3d pool_in_world(const Dataset& dataset, const std::vector<std::size_t>& bins,
                              const Directions& r_sensor) {
  Directions r_world(r_sensor.rows(), 3);
  for (std::size_t i = 0; i < bins.size(); ++i) {
    const auto row = static_cast<Eigen::Index>(i);
    const Eigen::Vector3f r = r_sensor.row(row).transpose();
    r_world.row(row) = (dataset.R_world_sensor[dataset.frame[bins[i]]] * r).transpose();
  }
  return centroid<float>({r_world.data(), static_cast<std::size_t>(r_world.size())});
}

bool has_microphone_cues(const Dataset& dataset, const Interval& interval) {
  return !windows_of(dataset, cue_bins(dataset, interval)).empty();
}

void add_microphone_cues(Predictor& predictor, const Dataset& dataset, const Interval& interval,
                         const ReflectionOptions& options, core::ThreadPool& pool,
                         DirectionFit& fit) {
  const std::vector<std::size_t> bins = cue_bins(dataset, interval);
  const BinsRead read = read_bins(dataset, bins);
  const Directions r_sensor = predictor.predict(read.stft, read.frequency, &pool);
  const Eigen::Vector3d world = pool_in_world(dataset, bins, r_sensor);
  if (world.isZero(0.0)) return;
  for (const auto& [first, end] : windows_of(dataset, bins)) {
    const Eigen::Matrix3f& R = dataset.R_world_sensor[dataset.frame[bins[(first + end) / 2]]];
    const Pair pair = pair_of(dataset, read, first, end, options);
    fit.add(R.transpose().cast<double>() * world,
            options.cue == MicrophoneCue::kLevel ? level_db(pair) : arrival_s(pair));
  }
}

}  // namespace learn
