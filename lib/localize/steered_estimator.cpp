#include "localize/steered_estimator.h"

#include <algorithm>

#include "doa/bin_kernels.h"
#include "doa/direction_search.h"
#include "localize/response_scores.h"
#include "session/estimate.h"
#include "session/features.h"
#include "so3/grid.h"

namespace localize {
namespace {

/// The local search ends when its step is smaller; doa::BaselineOptions has the same default.
constexpr double kStep_deg = 0.03;

/// Completes an estimate from the direction that was found; a zero direction leaves it empty.
void fill(const PoolingBins& pool, const doa::FrameRange& range,
          const Eigen::Vector3d& direction_pool, session::Estimate& estimate) {
  if (direction_pool.isZero(0.0)) return;
  estimate.direction_sensor = pool.q_pool_sensor[estimate.frame].conjugate() * direction_pool;
  estimate.direction_world = estimate.q_world_sensor * estimate.direction_sensor;
  const doa::BinColumns columns = pool.bins.columns(range);
  const double summed_norm = doa::sum_bins(columns).weight;
  estimate.confidence = doa::sum_bins_near(columns, direction_pool, doa::kConfidenceKappa).weight;
  estimate.support = summed_norm > 0.0 ? std::min(1.0, estimate.confidence / summed_norm) : 0.0;
  estimate.bins = static_cast<std::uint32_t>(columns.count);
}

class SteeredEstimator : public WindowEstimator {
 public:
  explicit SteeredEstimator(const EstimatorSetup& setup)
      : setup_(setup),
        search_(so3::fibonacci_grid(response_grid_points(*setup.responses)), kStep_deg) {}

  SessionEstimates estimate(const EstimatorInput& input) const override {
    const PoolingBins pool = pooling_bins(input.bins, input.r_sensor, setup_.world);
    std::vector<Eigen::Matrix3d> R_pool_sensor;
    for (const Eigen::Quaterniond& q : pool.q_pool_sensor) {
      R_pool_sensor.push_back(q.toRotationMatrix());
    }
    std::vector<doa::MovingWindows> windows;
    for (std::size_t w = 0; w < setup_.windows.size(); ++w) {
      windows.push_back(moving_windows(setup_, w, input.heard.frames()));
    }
    const std::vector<std::vector<doa::FoundDirection>> found = search_.search_windows(
        response_frames(*setup_.responses, input.heard), windows, R_pool_sensor);
    SessionEstimates result{{}, unassigned_sources(setup_, input.bins.bins())};
    for (std::size_t w = 0; w < windows.size(); ++w) {
      for (std::size_t i = 0; i < found[w].size(); ++i) {
        session::Estimate estimate = window_at(w, windows[w].center_frame(i), input.heard);
        fill(pool, windows[w].range(i), found[w][i].direction, estimate);
        result.windows.push_back(std::move(estimate));
        if (setup_.bins && !found[w][i].direction.isZero(0.0)) {
          assign_to_only_source(setup_, pool.bins, w, windows[w].center_frame(i), result.source);
        }
      }
    }
    return result;
  }

 private:
  EstimatorSetup setup_;
  doa::DirectionSearch search_;
};

}  // namespace

EstimatorKind steered_estimator() {
  return {.name = "steered",
          .help = "learned responses, needs a model made with csl-train --calibrate",
          .several_sources = false,
          .needs_responses = true,
          .streams = false,
          .make = [](const EstimatorSetup& setup) -> std::unique_ptr<WindowEstimator> {
            return std::make_unique<SteeredEstimator>(setup);
          }};
}

}  // namespace localize
