#include "localize/steered_estimator.h"

#include <algorithm>

#include "doa/direction_search.h"
#include "localize/response_scores.h"
#include "session/estimate.h"
#include "session/features.h"
#include "so3/grid.h"

namespace localize {
namespace {

/// Spacing of the grid (response_grid_points()). The scores are smooth enough to find their peak
/// from a neighbor: with shares of 0.15 to 0.4 the errors are the same to 1 % (54 s of synthetic
/// speech, no reverberation and T60 0.5 s), and time is saved.
constexpr double kGridShare = 0.3;
constexpr double kCoarsestGrid_deg = 10.0;
/// The local search ends with a disk smaller than this.
constexpr double kLastRadius_deg = 0.35;

/// Completes an estimate from the direction that was found; a zero direction leaves it empty.
void fill(const PoolingBins& pool, const doa::FrameRange& range,
          const Eigen::Vector3d& direction_pool, session::Estimate& estimate) {
  if (direction_pool.isZero(0.0)) return;
  estimate.direction_sensor = pool.q_pool_sensor[estimate.frame].conjugate() * direction_pool;
  estimate.direction_world = estimate.q_world_sensor * estimate.direction_sensor;
  const doa::BinColumns columns = pool.bins.columns(range);
  const NetworkConfidence network = network_confidence(columns, direction_pool);
  estimate.confidence = network.confidence;
  estimate.support = network.support;
  estimate.bins = static_cast<std::uint32_t>(columns.count);
}

class SteeredEstimator : public WindowEstimator {
 public:
  explicit SteeredEstimator(const EstimatorSetup& setup)
      : setup_(setup),
        search_(so3::fibonacci_grid(
                    response_grid_points(*setup.responses, kGridShare, kCoarsestGrid_deg)),
                kLastRadius_deg) {}

  SessionEstimates estimate(const EstimatorInput& input) const override {
    const PoolingBins pool = pooling_bins(input.bins, input.r_sensor, setup_.world);
    const std::vector<Eigen::Matrix3d> R_pool_sensor = pool.R_pool_sensor();
    const std::vector<doa::MovingWindows> windows = all_windows(setup_, input.heard.frames());
    const calib::ResponseFrames frames = response_frames(*setup_.responses, input.heard);
    std::vector<std::vector<Eigen::Vector3d>> found(windows.size());
    const auto take = [&](std::size_t w, std::size_t i, std::span<const double> map) {
      found[w].push_back(
          search_.smooth_search_map(map, frames, windows[w].range(i), R_pool_sensor));
    };
    if (!setup_.newest) search_.visit_windows(frames, windows, R_pool_sensor, take);
    for (std::size_t w = 0; setup_.newest && w < windows.size(); ++w) {
      if (windows[w].size() > 0) take(w, 0, input.maps[w]);
    }
    SessionEstimates result{{}, unassigned_sources(setup_, input.bins.bins())};
    for (std::size_t w = 0; w < windows.size(); ++w) {
      for (std::size_t i = 0; i < found[w].size(); ++i) {
        session::Estimate estimate = window_at(w, windows[w].center_frame(i), input.heard);
        fill(pool, windows[w].range(i), found[w][i], estimate);
        result.windows.push_back(std::move(estimate));
        if (setup_.bins && !found[w][i].isZero(0.0)) {
          assign_to_only_source(setup_, pool.bins, w, windows[w].center_frame(i), result.source);
        }
      }
    }
    return result;
  }

  std::size_t map_size() const override { return search_.grid().padded(); }

  void frame_map(const session::Features& heard, std::span<float> map) const override {
    const calib::ResponseFrames frames = response_frames(*setup_.responses, heard);
    if (frames.active(0)) {
      frames.score(0, pool_rotation(heard, 0, setup_.world), search_.grid(), map.data());
    } else {
      std::ranges::fill(map, 0.0F);
    }
  }

 private:
  EstimatorSetup setup_;
  doa::DirectionSearch search_;
};

}  // namespace

EstimatorKind steered_estimator() {
  return {.name = "steered",
          .help = "direction that fits the learned responses best",
          .several_sources = false,
          .needs_responses = true,
          .make = [](const EstimatorSetup& setup) -> std::unique_ptr<WindowEstimator> {
            return std::make_unique<SteeredEstimator>(setup);
          }};
}

}  // namespace localize
