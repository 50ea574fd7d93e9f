/// How csl-infer turns a session's bins into one estimate a window: one interface, several ways.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "calib/response_frames.h"
#include "doa/density.h"
#include "doa/pooling.h"
#include "doa/window.h"
#include "learn/model.h"
#include "session/estimate.h"
#include "session/features.h"

namespace localize {

/// What every estimator is told; already checked.
struct EstimatorSetup {
  std::vector<doa::WindowLength> windows;
  bool world = true;       ///< pool in the world frame; else in the sensor frame
  std::size_t stride = 1;  ///< frames between neighboring windows
  doa::WindowPlace place = doa::WindowPlace::kCentered;
  double hop_s = 0.01;
  bool bins = false;           ///< also say to which source each bin belongs
  doa::SourceOptions sources;  ///< kernel density only
  double alpha_deg = 1.0;      ///< kernel density only: bandwidth
  /// Steered only: the array's learned responses; null where the model has none.
  std::shared_ptr<const calib::ResponseTable> responses;
};

/// Estimates of one session's windows: lengths in the order of the setup, within one by time.
struct SessionEstimates {
  std::vector<session::Estimate> windows;
  std::vector<std::uint8_t> source;  ///< BinOutputs::source; empty unless wanted
};

/// What an estimator works on: views of one session.
struct EstimatorInput {
  const session::Features& heard;     ///< every bin above the floor
  const session::Features& bins;      ///< what the network took of them (network_bins())
  const learn::Directions& r_sensor;  ///< and answered, [bins]
};

/// An estimator; one object serves all threads.
class WindowEstimator {
 public:
  virtual ~WindowEstimator() = default;
  virtual SessionEstimates estimate(const EstimatorInput& input) const = 0;
};

/// The bins in the frame they are pooled in, with what turns each frame's sensor vectors into it.
/// Pooling in the sensor frame is pooling in a world that turns with the array.
struct PoolingBins {
  std::vector<Eigen::Quaterniond> q_pool_sensor;  ///< [frames]
  doa::SessionBins bins;
};
PoolingBins pooling_bins(const session::Features& session, const learn::Directions& r_sensor,
                         bool world);

/// Windows of the setup's w-th length over a session of so many frames.
doa::MovingWindows moving_windows(const EstimatorSetup& setup, std::size_t w, std::size_t frames);

/// An estimate for a window's center frame, without a direction yet.
session::Estimate window_at(std::size_t window, std::size_t frame,
                            const session::Features& session);

/// Checks name and options before any work. @throws core::UsageError naming the estimators there
/// are
void check_window_estimator(const std::string& name, const EstimatorSetup& setup);

/// "robust" (mode seeking), "centroid" (paper, eq. 5), "kde" (paper, 3.3: several sources),
/// "steered" (learned responses).
/// @throws core::UsageError  as check_window_estimator
/// @throws core::InputError  for "steered" without responses
std::unique_ptr<WindowEstimator> make_window_estimator(const std::string& name,
                                                       const EstimatorSetup& setup);

}  // namespace localize
