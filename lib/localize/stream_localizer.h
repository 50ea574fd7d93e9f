/// Directions from sound that is still arriving: what csl-features and csl-infer do, frame by
/// frame.
#pragma once

#include <Eigen/Geometry>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/index_range.h"
#include "dsp/resample.h"
#include "dsp/stft.h"
#include "features/frame_bins.h"
#include "learn/model.h"
#include "localize/window_estimator.h"
#include "session/features.h"
#include "session/pose.h"

namespace localize {

struct StreamSettings {
  double input_rate_hz = 16000.0;    ///< of the samples pushed; converted to the model's
  std::string estimator = "robust";  ///< see make_window_estimator
  nn::Precision precision = nn::Precision::kFull;
  EstimatorSetup setup;           ///< one window, not "full"; causal whatever it says
  double floor_memory_s = 10.0;   ///< see CausalFloor
  bool mask_bad_samples = false;  ///< frames with samples that are not finite have no bins
};

struct StreamDirection {
  std::optional<Eigen::Vector3d> sensor;  ///< at the newest frame; unknown where its orientation
                                          ///< is and the window was pooled in the world
  std::optional<Eigen::Vector3d> world;   ///< unknown where sensor alone is known
  double confidence = 0.0;                ///< Estimate::confidence, Peak::confidence
  double share = 0.0;                     ///< of the norms: Estimate::support, Peak::norm_share
};

/// One window that ends at the newest frame.
struct StreamEstimate {
  double time_s = 0.0;  ///< center of the newest frame, from the first sample
  std::optional<Eigen::Quaterniond> q_world_sensor;  ///< there
  session::PoseState pose = session::PoseState::kMissing;
  std::size_t bins = 0;                     ///< pooled
  std::vector<StreamDirection> directions;  ///< most confident first; empty without bins
};

/// Memory holds one window of bins, whatever the length of the stream.
class StreamLocalizer {
 public:
  using PoseAt = std::function<session::Pose(double time_s)>;
  using Emit = std::function<void(const StreamEstimate&)>;

  /// @param trained  settings of the features that the model was trained on
  /// @param pose_at  orientation at rising times; empty: none, pooled in the sensor frame
  /// @throws core::UsageError  if there is not one finite window of at most 10 s, the rate is not
  ///                           positive, or the world is wanted without orientation
  StreamLocalizer(const learn::Model& model, const session::FeatureSettings& trained,
                  const StreamSettings& settings, PoseAt pose_at);

  /// @param samples  [samples, microphones], row-major; calls emit for every window they complete
  /// @throws core::InputError  on samples that are not finite, unless they are masked
  void push(std::span<const float> samples, const Emit& emit);
  /// The end of input: what the rate converter still held.
  void finish(const Emit& emit);

  std::size_t frames() const { return stft_.frames(); }
  std::size_t masked_samples() const { return masked_samples_; }
  /// Sound received but not yet transformed because of rate conversion, s.
  double resampling_latency_s() const { return resample_.latency_s(); }

 private:
  /// One frame that is still inside the window.
  struct Frame {
    session::Pose pose;
    session::Features heard;  ///< of this one frame, with its time and rotation
    session::Features bins;   ///< as in EstimatorInput
    learn::Directions r_sensor;
  };
  void take(std::span<const float> samples, const Emit& emit);
  void localize_frame();
  std::span<const float> without_bad(std::span<const float> samples);
  bool masked(std::size_t frame);
  StreamEstimate estimate() const;
  StreamDirection direction(const Eigen::Vector3d& sensor, const Eigen::Vector3d& world,
                            double confidence, double share, const Frame& newest) const;

  session::FeatureSettings features_;
  StreamSettings settings_;
  PoseAt pose_at_;
  std::size_t microphones_;
  learn::Predictor predictor_;
  std::unique_ptr<WindowEstimator> estimator_;
  dsp::StreamResampler resample_;
  dsp::StftStream stft_;
  core::IndexRange range_;
  features::CausalFloor floor_;
  features::PastSound past_;
  std::size_t window_frames_ = 0;
  std::deque<Frame> window_;
  std::vector<std::complex<float>> spectrum_;
  std::vector<float> cleaned_, converted_;
  std::deque<std::pair<double, double>> bad_s_;  ///< stretches of bad samples, s
  std::uint64_t received_ = 0;
  std::size_t masked_samples_ = 0;
};

}  // namespace localize
