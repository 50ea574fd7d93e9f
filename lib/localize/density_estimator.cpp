#include "localize/density_estimator.h"

#include <algorithm>

#include "session/estimate.h"

namespace localize {
namespace {

/// Copies a window's sources into its estimate; the highest peak is the estimate's direction.
void fill(const PoolingBins& pool, const doa::FrameRange& range, const doa::WindowSources& found,
          session::Estimate& estimate) {
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

class DensityEstimator : public WindowEstimator {
 public:
  explicit DensityEstimator(const EstimatorSetup& setup)
      : setup_(setup), density_(setup.alpha_deg) {}

  SessionEstimates estimate(const EstimatorInput& input) const override {
    const session::Features& session = input.bins;
    const PoolingBins pool = pooling_bins(session, input.r_sensor, setup_.world);
    SessionEstimates result{{}, unassigned_sources(setup_, session.bins())};
    for (std::size_t w = 0; w < setup_.windows.size(); ++w) {
      const doa::MovingWindows windows = moving_windows(setup_, w, session.frames());
      for (std::size_t i = 0; i < windows.size(); ++i) {
        const doa::WindowSources found =
            doa::estimate_sources(density_, pool.bins, windows.range(i), setup_.sources);
        const std::size_t center = windows.center_frame(i);
        session::Estimate estimate = window_at(w, center, session);
        fill(pool, windows.range(i), found, estimate);
        result.windows.push_back(std::move(estimate));
        if (setup_.bins) assign(pool.bins, w, center, windows.range(i), found, result.source);
      }
    }
    return result;
  }

 private:
  void assign(const doa::SessionBins& bins, std::size_t w, std::size_t center,
              const doa::FrameRange& range, const doa::WindowSources& found,
              std::vector<std::uint8_t>& source) const {
    const doa::FrameRange frames = assigned_frames(setup_.windows[w], center, bins.frames());
    for (std::size_t b = bins.first_bin(frames); b < bins.end_bin(frames); ++b) {
      source[b * setup_.windows.size() + w] = found.assignment[b - bins.first_bin(range)];
    }
  }

  EstimatorSetup setup_;
  doa::DirectionDensity density_;
};

}  // namespace

EstimatorKind density_estimator() {
  return {.name = "kde",
          .help = "peaks of the density of the network's directions",
          .several_sources = true,
          .needs_responses = false,
          .make = [](const EstimatorSetup& setup) -> std::unique_ptr<WindowEstimator> {
            return std::make_unique<DensityEstimator>(setup);
          }};
}

}  // namespace localize
