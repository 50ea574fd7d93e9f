#include "localize/pooling_estimator.h"

namespace localize {
namespace {

class PoolingEstimator : public WindowEstimator {
 public:
  PoolingEstimator(const EstimatorSetup& setup, doa::Pooling pooling)
      : setup_(setup), pooling_(pooling) {}

  SessionEstimates estimate(const EstimatorInput& input) const override {
    const session::Features& session = input.bins;
    const PoolingBins pool = pooling_bins(session, input.r_sensor, setup_.world);
    SessionEstimates result{{}, unassigned_sources(setup_, session.bins())};
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
          assign_to_only_source(setup_, pool.bins, w, window.center_frame, result.source);
        }
      }
    }
    return result;
  }

 private:
  EstimatorSetup setup_;
  doa::Pooling pooling_;
};

template <doa::Pooling pooling>
std::unique_ptr<WindowEstimator> make(const EstimatorSetup& setup) {
  return std::make_unique<PoolingEstimator>(setup, pooling);
}

}  // namespace

EstimatorKind robust_estimator() {
  return {.name = "robust",
          .help = "mode of the network's directions",
          .several_sources = false,
          .needs_responses = false,
          .make = make<doa::Pooling::kRobust>};
}

EstimatorKind centroid_estimator() {
  return {.name = "centroid",
          .help = "centroid of the network's directions (C-SL paper, eq. (5))",
          .several_sources = false,
          .needs_responses = false,
          .make = make<doa::Pooling::kCentroid>};
}

}  // namespace localize
