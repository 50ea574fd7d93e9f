/// A window estimator turns a session's bins into one estimate for each window. This file has the
/// interface and the pieces that all estimators share; localize/estimator_registry.h lists them.
#pragma once

#include <Eigen/Geometry>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "calib/response_frames.h"
#include "doa/density.h"
#include "doa/grid_ratios.h"
#include "doa/pooling.h"
#include "doa/window.h"
#include "learn/model.h"
#include "localize/known_array.h"
#include "session/estimate.h"
#include "session/features.h"

namespace localize {

/// Settings of an estimator. The caller has checked them.
struct EstimatorSetup {
  std::vector<doa::WindowLength> windows;  ///< lengths, at least one
  bool world = true;                       ///< pool in the world frame; false: in the sensor frame
  std::size_t stride = 1;                  ///< frames between neighboring windows, >= 1
  doa::WindowPlace place = doa::WindowPlace::kCentered;  ///< frame that an estimate belongs to
  double hop_s = 0.01;                                   ///< time between frames, s
  bool newest = false;                                   ///< only the newest window of each length
  bool bins = false;                                     ///< also assign each bin to a source
  /// kde and mixture: how many sources, and how far apart; density_share: kde only.
  doa::SourceOptions sources;
  double alpha_deg = 1.0;    ///< kde only: bandwidth of the kernel, degrees
  double source_gain = 0.0;  ///< mixture only: see doa::MixtureOptions::min_gain
  /// Steered and mixture: the array's learned responses; null if the model has none.
  std::shared_ptr<const calib::ResponseTable> responses;
  /// Estimators that know the array: what they know; null: the array is not known.
  std::shared_ptr<const KnownArraySetup> array;
};

/// Estimates of one session's windows, ordered by window length as in the setup, then by time.
struct SessionEstimates {
  std::vector<session::Estimate> windows;
  std::vector<std::uint8_t> source;  ///< session::BinOutputs::source; empty without setup.bins
};

/// Input of an estimator: views of one session.
struct EstimatorInput {
  const session::Features& heard;     ///< all bins above the floor
  const session::Features& bins;      ///< the network's input, made of `heard` by network_bins()
  const learn::Directions& r_sensor;  ///< the network's output for `bins`, [bins]
  /// With EstimatorSetup::newest: sum of the scores of WindowEstimator::frame_map() over the frames of
  /// each length's newest window, [lengths][map_size()], and the maps of all frames, [frames].
  /// Not used without it.
  std::span<const std::vector<double>> maps = {};
  std::span<const doa::FrameMap* const> frame_maps = {};
};

/// An estimator; all threads share one object.
class WindowEstimator {
 public:
  virtual ~WindowEstimator() = default;
  virtual SessionEstimates estimate(const EstimatorInput& input) const = 0;

  /// Number of values of a frame's map: what a stream keeps of each frame, so that a window costs
  /// one new frame. 0: the estimator has no maps.
  virtual std::size_t map_size() const { return 0; }
  /// Number of newest frames whose ratios windows use; older ones need not be kept.
  virtual std::size_t kept_frames() const { return 0; }
  /// Writes the map of the only frame of `heard`; scores: [map_size()].
  virtual void frame_map(const session::Features& heard, doa::FrameMap& map) const;
};

/// An entry of the registry.
struct EstimatorKind {
  const char* name;      ///< value of `csl-infer --estimator`
  const char* help;      ///< one line for the table of `csl-infer --help`
  bool several_sources;  ///< follows EstimatorSetup::sources; false: one source for each window
  bool needs_responses;  ///< needs EstimatorSetup::responses
  std::function<std::unique_ptr<WindowEstimator>(const EstimatorSetup& setup)> make;
  bool needs_network = true;  ///< needs a model; false: a known array is enough
  bool needs_array = false;   ///< needs EstimatorSetup::array
};

/// The bins in the frame in which they are pooled, and the rotation of each frame into it.
/// The rotation is the orientation if the bins are pooled in the world, else the identity.
struct PoolingBins {
  std::vector<Eigen::Quaterniond> q_pool_sensor;  ///< [frames]
  doa::SessionBins bins;

  std::vector<Eigen::Matrix3d> R_pool_sensor() const;  ///< [frames]
};
PoolingBins pooling_bins(const session::Features& session, const learn::Directions& r_sensor,
                         bool world);

/// The network's confidence in a direction: Estimate::confidence and support.
struct NetworkConfidence {
  double confidence = 0.0;
  double support = 0.0;
};
NetworkConfidence network_confidence(const doa::BinColumns& bins,
                                     const Eigen::Vector3d& direction_pool);

/// Rotation of a frame into the frame in which bins are pooled.
Eigen::Matrix3d pool_rotation(const session::Features& session, std::size_t frame, bool world);

/// Windows of all lengths of the setup over a session of `frames` frames.
std::vector<doa::MovingWindows> all_windows(const EstimatorSetup& setup, std::size_t frames);

/// Windows of the setup's w-th length (only the newest one, with setup.newest) over a session of `frames` frames.
doa::MovingWindows moving_windows(const EstimatorSetup& setup, std::size_t w, std::size_t frames);

/// An estimate for a window's center frame, still without a direction.
session::Estimate window_at(std::size_t window, std::size_t frame,
                            const session::Features& session);

/// SessionEstimates::source with every bin still unassigned; empty without setup.bins.
std::vector<std::uint8_t> unassigned_sources(const EstimatorSetup& setup, std::size_t bins);

/// Frames whose bins a window assigns to its sources: its center frame, or all frames if the
/// window is the whole session.
doa::FrameRange assigned_frames(const doa::WindowLength& length, std::size_t center,
                                std::size_t frames);

/// Assigns the bins of one window to its only source. Bins without a direction stay unassigned.
/// @param w       index of the window's length in the setup
/// @param source  SessionEstimates::source, changed
void assign_to_only_source(const EstimatorSetup& setup, const doa::SessionBins& bins, std::size_t w,
                           std::size_t center, std::vector<std::uint8_t>& source);

}  // namespace localize
