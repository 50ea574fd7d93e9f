#include "stage/calibrate.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "calib/calibrate.h"
#include "core/log.h"
#include "core/random.h"
#include "core/units.h"
#include "doa/pooling.h"

namespace stage {
namespace {

/// Bins of all recordings together; more say little more and cost memory.
constexpr std::size_t kTotalBins = 1500000;
constexpr std::size_t kFewestBins = 200;  // a recording
constexpr std::size_t kMostBins = 10000;
/// Bins whose direction is far from their recording's count less: exp(kappa (cos angle - 1)).
constexpr double kAgreementKappa = 8.0;
/// Sets this stream apart from the trainer's, whose first number is a step.
constexpr std::uint32_t kStream = 0xffffffff;

/// A random choice of an interval's bins, in order.
std::vector<std::size_t> choose_bins(const csl::Interval& interval, std::size_t count,
                                     std::uint64_t seed, std::uint32_t number) {
  std::vector<std::size_t> bins(interval.end_bin - interval.first_bin);
  std::iota(bins.begin(), bins.end(), interval.first_bin);
  if (bins.size() <= count) return bins;
  core::RandomStream random(seed, core::Purpose::kBinChoice, kStream, number);
  for (std::size_t i = 0; i < count; ++i) {
    std::swap(bins[i], bins[i + random.index(bins.size() - i)]);
  }
  bins.resize(count);
  std::sort(bins.begin(), bins.end());
  return bins;
}

/// One interval's chosen bins and its direction.
struct Labelled {
  std::vector<std::size_t> bins;
  std::vector<float> weight;
  doa::Pooled pooled;
};

Labelled label(const csl::Dataset& data, const csl::Interval& interval,
               std::vector<std::size_t> bins, csl::Predictor& predictor) {
  const std::size_t mics = data.microphones;
  std::vector<std::complex<float>> stft;
  std::vector<std::uint16_t> frequency;
  std::vector<std::uint32_t> frame;
  for (const std::size_t b : bins) {
    stft.insert(stft.end(), &data.stft[b * mics], &data.stft[b * mics] + mics);
    frequency.push_back(data.frequency[b]);
    frame.push_back(data.frame[b] - interval.first_frame);
  }
  csl::Directions r = predictor.predict(stft, frequency);
  for (std::size_t i = 0; i < bins.size(); ++i) {
    const auto row = static_cast<Eigen::Index>(i);
    const Eigen::Vector3f world = data.R_world_sensor[data.frame[bins[i]]] * r.row(row).transpose();
    r.row(row) = world.transpose();
  }
  Labelled result;
  const std::size_t frames = interval.end_frame - interval.first_frame;
  const doa::SessionBins columns({r.data(), 3 * bins.size()}, frame, frames);
  result.pooled = doa::pool_robust(columns, {0, frames});
  for (std::size_t i = 0; i < bins.size(); ++i) {
    const Eigen::Vector3d world = r.row(static_cast<Eigen::Index>(i)).transpose().cast<double>();
    const double norm = world.norm();
    const double cosine = norm > 0.0 ? world.dot(result.pooled.direction_world) / norm : -1.0;
    result.weight.push_back(
        static_cast<float>(norm * std::exp(kAgreementKappa * (cosine - 1.0))));
  }
  result.bins = std::move(bins);
  return result;
}

void append(const csl::Dataset& data, const Labelled& labelled, calib::Observations& out) {
  const std::size_t mics = data.microphones;
  calib::Recording recording;
  recording.direction_world = labelled.pooled.direction_world;
  recording.first_bin = out.bins();
  for (std::size_t i = 0; i < labelled.bins.size(); ++i) {
    const std::size_t b = labelled.bins[i];
    out.bin.insert(out.bin.end(), &data.stft[b * mics], &data.stft[b * mics] + mics);
    out.frequency.push_back(data.frequency[b]);
    out.frame.push_back(data.frame[b]);
    out.weight.push_back(labelled.weight[i]);
  }
  recording.end_bin = out.bins();
  out.recordings.push_back(recording);
}

calib::Observations observe(const csl::Model& model, const csl::Dataset& data, double bin_hz,
                            std::uint64_t seed, core::ThreadPool& pool) {
  calib::Observations out;
  out.microphones = data.microphones;
  out.bin_hz = bin_hz;
  for (const Eigen::Matrix3f& R : data.R_world_sensor) out.R_world_sensor.push_back(R.cast<double>());
  const std::size_t share = kTotalBins / std::max<std::size_t>(1, data.intervals.size());
  const std::size_t count = std::clamp(share, kFewestBins, kMostBins);
  core::ordered_pipeline<Labelled>(
      pool, data.intervals.size(),
      [&](std::size_t i) {
        csl::Predictor predictor(model);
        const csl::Interval& interval = data.intervals[i];
        return label(data, interval,
                     choose_bins(interval, count, seed, static_cast<std::uint32_t>(i)), predictor);
      },
      [&](std::size_t, Labelled&& labelled) {
        if (!labelled.pooled.empty()) append(data, labelled, out);
      });
  return out;
}

}  // namespace

calib::Calibration calibrate(const csl::Model& model, const csl::Dataset& data,
                             const FeatureSettings& settings, std::uint64_t seed,
                             core::ThreadPool& pool) {
  const double bin_hz = settings.sample_rate_hz / static_cast<double>(settings.window_samples);
  calib::Observations observations = observe(model, data, bin_hz, seed, pool);
  const calib::CalibrationResult result = calib::calibrate(observations, {}, pool);
  core::log_info("calibration: {} recordings, aperture {:.1f} mm, labels turned by {:.2f} degrees "
                 "on average, coherence {:.3f}, last step {:.4f} mm",
                 observations.recordings.size(), 1e3 * result.calibration.array.aperture_m(),
                 core::radians_to_degrees(result.adjustment.mean_turn_rad),
                 result.adjustment.mean_coherence, 1e3 * result.adjustment.last_step_m);
  return result.calibration;
}

}  // namespace stage
