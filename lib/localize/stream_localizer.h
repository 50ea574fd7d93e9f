/// Localizes a live stream: the steps of csl-features and csl-infer, frame by frame.
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
#include "doa/grid_ratios.h"
#include "dsp/resample.h"
#include "dsp/stft.h"
#include "features/frame_bins.h"
#include "learn/model.h"
#include "localize/window_estimator.h"
#include "session/estimate.h"
#include "session/features.h"
#include "session/pose.h"

namespace localize {

struct StreamSettings {
  double input_rate_hz = 16000.0;  ///< sample rate of the input, Hz; converted to the model's rate
  std::string estimator = "robust";                ///< see localize::estimator_kinds()
  nn::Precision precision = nn::Precision::kFull;  ///< of the network
  /// Window lengths, none of them "full". `place`, `hop_s`, `newest` and `bins` are set by the
  /// stream; `stride` is the number of frames between estimates.
  EstimatorSetup setup;
  double floor_memory_s = 10.0;   ///< see features::CausalFloor, s
  bool mask_bad_samples = false;  ///< true: frames with samples that are not finite have no bins;
                                  ///< false: such samples are an error
};

struct StreamDirection {
  /// In the sensor frame of the newest frame. Unknown if the window was pooled in the world and the
  /// newest frame has no orientation.
  std::optional<Eigen::Vector3d> sensor;
  /// In the world. Unknown if the window was pooled in the sensor frame and the newest frame has no
  /// orientation.
  std::optional<Eigen::Vector3d> world;
  double confidence = 0.0;  ///< Estimate::confidence or Peak::confidence
  double share = 0.0;       ///< share of the norms: Estimate::support or Peak::norm_share
};

/// Estimate of one window that ends at the newest frame.
struct StreamEstimate {
  doa::WindowLength length;  ///< of the window
  double time_s = 0.0;       ///< center of the newest frame, s from the first sample
  std::optional<Eigen::Quaterniond> q_world_sensor;        ///< orientation at time_s
  session::PoseState pose = session::PoseState::kMissing;  ///< state of this orientation
  std::size_t bins = 0;                                    ///< number of pooled bins
  std::vector<StreamDirection> directions;  ///< in the order of Estimate::peaks; empty: none
  session::Ambiguity ambiguity = session::Ambiguity::kNone;  ///< see Estimate::ambiguity
};

/// Its memory holds the bins of the longest window and does not grow with the stream. Estimates are
/// due when the shortest window is full, then every `stride` frames: one of each window that is full,
/// in the order of the setup.
class StreamLocalizer {
 public:
  using PoseAt = std::function<session::Pose(double time_s)>;
  using Emit = std::function<void(const StreamEstimate&)>;

  /// @param trained  settings of the features that the model was trained on
  /// @param pose_at  returns the orientation at rising times; empty: there is no orientation
  /// @throws core::UsageError  if a window is longer than 10 s, the rate is not positive, or windows are to be pooled in the world without pose_at
  StreamLocalizer(const learn::Model& model, const session::FeatureSettings& trained,
                  const StreamSettings& settings, PoseAt pose_at);

  /// A stream of an array that is known, without a model.
  /// @param features  settings of the features; the floor becomes causal
  /// @throws core::UsageError  as the other constructor, and if the estimator needs a model
  StreamLocalizer(std::size_t microphones, const session::FeatureSettings& features,
                  const StreamSettings& settings, PoseAt pose_at);

  /// Adds samples and calls `emit` for every window that they complete.
  /// @param samples  [samples, microphones], row-major
  /// @throws core::InputError  if a sample is not finite, unless bad samples are masked
  void push(std::span<const float> samples, const Emit& emit);
  /// Ends the input: localizes the samples that are still in the rate converter.
  void finish(const Emit& emit);

  std::size_t masked_samples() const { return masked_samples_; }
  /// Delay of the rate conversion, s.
  double resampling_latency_s() const { return resample_.latency_s(); }

 private:
  StreamLocalizer(std::optional<learn::Predictor> predictor, std::size_t microphones,
                  const session::FeatureSettings& features, const StreamSettings& settings,
                  PoseAt pose_at);
  /// One frame of the longest window.
  struct Frame {
    session::Pose pose;
    session::Features heard;  ///< EstimatorInput::heard of this frame, with its time and rotation
    session::Features bins;   ///< EstimatorInput::bins of this frame
    learn::Directions r_sensor;
    doa::FrameMap map;  ///< WindowEstimator::frame_map()
  };
  void add_map(Frame& frame);
  void take(std::span<const float> samples, const Emit& emit);
  void localize_frame();
  std::span<const float> without_bad(std::span<const float> samples);
  bool masked(std::size_t frame);
  void emit_estimates(const Emit& emit) const;
  StreamEstimate stream_estimate(const session::Estimate& found) const;
  StreamDirection direction(const Eigen::Vector3d& sensor, const Eigen::Vector3d& world,
                            double confidence, double share, const Frame& newest) const;

  session::FeatureSettings features_;
  StreamSettings settings_;
  PoseAt pose_at_;
  std::size_t microphones_;
  std::optional<learn::Predictor> predictor_;  ///< none: the array is known
  std::unique_ptr<WindowEstimator> estimator_;
  dsp::StreamResampler resample_;
  dsp::StftStream stft_;
  core::IndexRange range_;
  features::CausalFloor floor_;
  features::PastSound past_;
  std::vector<std::size_t> window_frames_;  ///< [lengths]
  std::size_t shortest_ = 0, longest_ = 0;  ///< of window_frames_
  std::deque<Frame> frames_;                ///< the longest window's
  std::vector<std::vector<double>> maps_;   ///< EstimatorInput::maps
  std::vector<std::complex<float>> spectrum_;
  std::vector<float> cleaned_, converted_;
  std::deque<std::pair<double, double>> bad_s_;  ///< first and last time of bad samples, s
  std::uint64_t received_ = 0;
  std::size_t masked_samples_ = 0;
};

}  // namespace localize
