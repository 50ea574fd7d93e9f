#include "localize/window_estimator.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/errors.h"
#include "localize/steered_estimator.h"
#include "session/estimate.h"
#include "session/features.h"

namespace localize {

PoolingBins pooling_bins(const session::Features& session, const learn::Directions& r_sensor,
                         bool world) {
  std::vector<Eigen::Quaterniond> q_pool_sensor(session.frames(), Eigen::Quaterniond::Identity());
  if (world) q_pool_sensor = session.frame_rotation;
  std::vector<Eigen::Matrix3f> R_pool_sensor(session.frames());
  for (std::size_t f = 0; f < session.frames(); ++f) {
    R_pool_sensor[f] = q_pool_sensor[f].toRotationMatrix().cast<float>();
  }
  std::vector<float> r_pool(3 * session.bins());
  for (std::size_t b = 0; b < session.bins(); ++b) {
    const Eigen::Vector3f sensor = r_sensor.row(static_cast<Eigen::Index>(b)).transpose();
    const Eigen::Vector3f pool = R_pool_sensor[session.frame[b]] * sensor;
    std::copy(pool.data(), pool.data() + 3, r_pool.data() + 3 * b);
  }
  doa::SessionBins bins(r_pool, session.frame, session.frames());
  return {std::move(q_pool_sensor), std::move(bins)};
}

doa::MovingWindows moving_windows(const EstimatorSetup& setup, std::size_t w, std::size_t frames) {
  return {setup.windows[w], frames, setup.hop_s, setup.stride, setup.place};
}

session::Estimate window_at(std::size_t window, std::size_t frame,
                            const session::Features& session) {
  session::Estimate estimate;
  estimate.window = static_cast<std::uint32_t>(window);
  estimate.frame = static_cast<std::uint32_t>(frame);
  estimate.time_s = session.frame_time_s[frame];
  estimate.q_world_sensor = session.frame_rotation[frame];
  return estimate;
}

namespace {

/// Frames whose bins a window speaks for: its center frame, or all if there is but one window.
doa::FrameRange frames_spoken_for(const doa::WindowLength& length, std::size_t center,
                                  std::size_t frames) {
  return length.full() ? doa::FrameRange{0, frames} : doa::FrameRange{center, center + 1};
}

/// One direction a window, by centroid or mode seeking.
class PoolingEstimator : public WindowEstimator {
 public:
  PoolingEstimator(const EstimatorSetup& setup, doa::Pooling pooling)
      : setup_(setup), pooling_(pooling) {}

  SessionEstimates estimate(const EstimatorInput& input) const override {
    const session::Features& session = input.bins;
    const PoolingBins pool = pooling_bins(session, input.r_sensor, setup_.world);
    SessionEstimates result;
    if (setup_.bins) result.source.assign(session.bins() * setup_.windows.size(), doa::kNoSource);
    for (std::size_t w = 0; w < setup_.windows.size(); ++w) {
      const doa::MovingWindows windows = moving_windows(setup_, w, session.frames());
      for (const doa::WindowEstimate& window :
           doa::estimate_windows(pool.bins, pool.q_pool_sensor, windows, pooling_)) {
        session::Estimate estimate = window_at(w, window.center_frame, session);
        estimate.direction_sensor = window.direction_sensor;
        estimate.direction_world = estimate.q_world_sensor * window.direction_sensor;
        estimate.confidence = window.pooled.confidence;
        estimate.support = window.pooled.support;
        estimate.bins = static_cast<std::uint32_t>(window.pooled.bins);
        result.windows.push_back(estimate);
        if (setup_.bins && !window.pooled.empty()) {
          mark_bins(pool.bins, w, window.center_frame, result.source);
        }
      }
    }
    return result;
  }

 private:
  /// There is one source, and every bin that says anything is its.
  void mark_bins(const doa::SessionBins& bins, std::size_t w, std::size_t center,
                 std::vector<std::uint8_t>& source) const {
    const doa::FrameRange frames = frames_spoken_for(setup_.windows[w], center, bins.frames());
    const doa::BinColumns columns = bins.columns(frames);
    for (std::size_t i = 0; i < columns.count; ++i) {
      if (columns.norm[i] == 0.0f) continue;
      source[(bins.first_bin(frames) + i) * setup_.windows.size() + w] = 0;
    }
  }

  EstimatorSetup setup_;
  doa::Pooling pooling_;
};

/// Several directions a window: peaks of the kernel density of the bins' directions.
class DensityEstimator : public WindowEstimator {
 public:
  explicit DensityEstimator(const EstimatorSetup& setup)
      : setup_(setup), density_(setup.alpha_deg) {}

  SessionEstimates estimate(const EstimatorInput& input) const override {
    const session::Features& session = input.bins;
    const PoolingBins pool = pooling_bins(session, input.r_sensor, setup_.world);
    SessionEstimates result;
    if (setup_.bins) result.source.assign(session.bins() * setup_.windows.size(), doa::kNoSource);
    for (std::size_t w = 0; w < setup_.windows.size(); ++w) {
      const doa::MovingWindows windows = moving_windows(setup_, w, session.frames());
      for (std::size_t i = 0; i < windows.size(); ++i) {
        const doa::WindowSources found =
            doa::estimate_sources(density_, pool.bins, windows.range(i), setup_.sources);
        const std::size_t center = windows.center_frame(i);
        session::Estimate estimate = window_at(w, center, session);
        fill(pool, windows.range(i), found, estimate);
        result.windows.push_back(std::move(estimate));
        if (setup_.bins) mark_bins(pool.bins, w, center, windows.range(i), found, result.source);
      }
    }
    return result;
  }

 private:
  /// The window's one direction is its highest peak's.
  static void fill(const PoolingBins& pool, const doa::FrameRange& range,
                   const doa::WindowSources& found, session::Estimate& estimate) {
    const Eigen::Quaterniond q_sensor_pool = pool.q_pool_sensor[estimate.frame].conjugate();
    for (const doa::SourceEstimate& source : found.sources) {
      session::Peak peak;
      peak.direction_sensor = q_sensor_pool * source.direction_world;
      peak.direction_world = estimate.q_world_sensor * peak.direction_sensor;
      peak.density = source.density;
      peak.confidence = source.confidence;
      peak.norm_share = source.norm_share;
      peak.bins = static_cast<std::uint32_t>(source.bins);
      estimate.peaks.push_back(peak);
    }
    if (estimate.peaks.empty()) return;
    const doa::BinColumns columns = pool.bins.columns(range);
    estimate.direction_sensor = estimate.peaks.front().direction_sensor;
    estimate.direction_world = estimate.peaks.front().direction_world;
    estimate.confidence = estimate.peaks.front().confidence;
    estimate.support = std::min(1.0, estimate.confidence / doa::sum_bins(columns).weight);
    estimate.bins = static_cast<std::uint32_t>(std::count_if(
        columns.norm, columns.norm + columns.count, [](float norm) { return norm > 0.0f; }));
  }

  void mark_bins(const doa::SessionBins& bins, std::size_t w, std::size_t center,
                 const doa::FrameRange& range, const doa::WindowSources& found,
                 std::vector<std::uint8_t>& source) const {
    const doa::FrameRange frames = frames_spoken_for(setup_.windows[w], center, bins.frames());
    for (std::size_t b = bins.first_bin(frames); b < bins.last_bin(frames); ++b) {
      source[b * setup_.windows.size() + w] = found.assignment[b - bins.first_bin(range)];
    }
  }

  EstimatorSetup setup_;
  doa::DirectionDensity density_;
};

}  // namespace

void check_window_estimator(const std::string& name, const EstimatorSetup& setup) {
  if (name != "robust" && name != "centroid" && name != "kde" && name != "steered") {
    throw core::UsageError(
        fmt::format("--estimator: expected robust, centroid, kde or steered, found \"{}\"", name));
  }
  if (name != "kde" && setup.sources.max_sources != 1) {
    throw core::UsageError(fmt::format(
        "--max-sources: {} finds one source a window; several need --estimator kde", name));
  }
}

std::unique_ptr<WindowEstimator> make_window_estimator(const std::string& name,
                                                       const EstimatorSetup& setup) {
  check_window_estimator(name, setup);
  if (name == "kde") return std::make_unique<DensityEstimator>(setup);
  if (name == "steered") return make_steered_estimator(setup);
  return std::make_unique<PoolingEstimator>(
      setup, name == "robust" ? doa::Pooling::kRobust : doa::Pooling::kCentroid);
}

}  // namespace localize
