#include "localize/stream_localizer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.h"
#include "core/sample.h"
#include "features/network_bins.h"
#include "localize/estimator_registry.h"
#include "session/estimate.h"
#include "session/features.h"

namespace localize {
namespace {

/// Longest window. Memory and time grow in proportion to its length.
constexpr double kLongestWindowS = 10.0;
/// Reach of the rate converter's filter: frames that are so near to a bad sample are masked too.
constexpr double kResamplingReachS = 0.02;

session::FeatureSettings causal(const session::FeatureSettings& trained, double floor_memory_s) {
  if (!(floor_memory_s > 0.0)) {
    throw core::UsageError(
        fmt::format("--floor-memory: a stream needs more than 0 s, found {}", floor_memory_s));
  }
  session::FeatureSettings settings = trained;
  settings.floor_memory_s = floor_memory_s;
  return settings;
}

/// Number of frames of each window. @throws core::UsageError unless all are short
std::vector<std::size_t> frames_of(const std::vector<doa::WindowLength>& windows, double hop_s) {
  core::require(!windows.empty(), "--window: name at least one length");
  std::vector<std::size_t> frames;
  for (const doa::WindowLength& window : windows) {
    if (window.full() || *window.seconds > kLongestWindowS) {
      throw core::UsageError(
          fmt::format("--window: a stream needs lengths of at most {} s, found {}", kLongestWindowS,
                      window.label()));
    }
    const auto enough = static_cast<std::size_t>(*window.seconds / hop_s) + 3;
    frames.push_back(doa::MovingWindows(window, enough, hop_s).range(0).count());
  }
  return frames;
}

/// Setup of the estimator: the frames that the stream keeps are treated as a recording, of which
/// only the newest windows are estimated, and an estimate belongs to its window's last frame.
EstimatorSetup causal(const EstimatorSetup& wanted, double hop_s) {
  EstimatorSetup setup = wanted;
  setup.place = doa::WindowPlace::kCausal;
  setup.hop_s = hop_s;
  setup.newest = true;
  setup.bins = false;
  return setup;
}

/// Appends one frame to the window.
void append_frame(const session::Features& frame, session::Features& window) {
  const auto number = static_cast<std::uint32_t>(window.frames());
  window.stft.insert(window.stft.end(), frame.stft.begin(), frame.stft.end());
  window.frequency.insert(window.frequency.end(), frame.frequency.begin(), frame.frequency.end());
  window.energy.insert(window.energy.end(), frame.energy.begin(), frame.energy.end());
  window.rise.insert(window.rise.end(), frame.rise.begin(), frame.rise.end());
  window.frame.insert(window.frame.end(), frame.bins(), number);
  window.frame_time_s.push_back(frame.frame_time_s.front());
  window.frame_rotation.push_back(frame.frame_rotation.front());
}

}  // namespace

StreamLocalizer::StreamLocalizer(const learn::Model& model, const session::FeatureSettings& trained,
                                 const StreamSettings& settings, PoseAt pose_at)
    : StreamLocalizer(learn::Predictor(model, settings.precision), model.recipe.microphones,
                      trained, settings, std::move(pose_at)) {}

StreamLocalizer::StreamLocalizer(std::size_t microphones, const session::FeatureSettings& features,
                                 const StreamSettings& settings, PoseAt pose_at)
    : StreamLocalizer(std::nullopt, microphones, features, settings, std::move(pose_at)) {
  check_knowledge(settings.estimator, true);
}

StreamLocalizer::StreamLocalizer(std::optional<learn::Predictor> predictor, std::size_t microphones,
                                 const session::FeatureSettings& features,
                                 const StreamSettings& settings, PoseAt pose_at)
    : features_(causal(features, settings.floor_memory_s)),
      settings_(settings),
      pose_at_(std::move(pose_at)),
      microphones_(microphones),
      predictor_(std::move(predictor)),
      estimator_(
          make_window_estimator(settings.estimator, causal(settings.setup, features_.hop_s()))),
      resample_(microphones_, settings.input_rate_hz, features_.sample_rate_hz),
      stft_({features_.window_samples, features_.hop_samples}, microphones_),
      range_(features::frequency_range(features_)),
      floor_(features_, stft_.stft().bins()),
      past_(features_.hop_s(), stft_.stft().bins()),
      window_frames_(frames_of(settings.setup.windows, features_.hop_s())),
      shortest_(std::ranges::min(window_frames_)),
      longest_(std::ranges::max(window_frames_)),
      maps_(window_frames_.size(), std::vector<double>(estimator_->map_size(), 0.0)) {
  if (settings.setup.world && !pose_at_) {
    throw core::UsageError("a stream without orientation cannot be pooled in the world frame");
  }
}

void StreamLocalizer::push(std::span<const float> samples, const Emit& emit) {
  converted_.clear();
  resample_.push(without_bad(samples), converted_);
  take(converted_, emit);
}

void StreamLocalizer::finish(const Emit& emit) {
  converted_.clear();
  resample_.finish(converted_);
  take(converted_, emit);
}

void StreamLocalizer::take(std::span<const float> samples, const Emit& emit) {
  stft_.push(samples);
  while (stft_.next(spectrum_)) {
    localize_frame();
    const bool due =
        stft_.frames() >= shortest_ && (stft_.frames() - shortest_) % settings_.setup.stride == 0;
    if (due) emit_estimates(emit);
  }
}

/// Adds the newest frame of the STFT: its bins, the network's output, its orientation.
void StreamLocalizer::localize_frame() {
  const std::size_t number = stft_.frames() - 1;
  const double time_s = stft_.stft().center_time_s(number, features_.sample_rate_hz);
  Frame frame;
  if (pose_at_) frame.pose = pose_at_(time_s);
  frame.heard.frame_time_s = {time_s};
  frame.heard.frame_rotation = {frame.pose.q_world_sensor};
  const std::vector<float> energy = features::bin_energy(spectrum_, microphones_);
  const std::span<const float> floor = floor_.update(energy);
  const std::span<const float> rise = past_.update(energy);
  const bool lost = settings_.setup.world && frame.pose.state == session::PoseState::kMissing;
  if (!masked(number) && !lost) {
    features::append_frame_bins(spectrum_, energy, floor, rise, range_, 0, frame.heard);
  }
  if (predictor_) {
    frame.bins = features::network_bins(frame.heard, predictor_->recipe().smoothing);
    frame.r_sensor = predictor_->predict(frame.bins.stft, frame.bins.frequency);
  } else {
    frame.bins.frame_time_s = frame.heard.frame_time_s;
    frame.bins.frame_rotation = frame.heard.frame_rotation;
    frame.r_sensor.resize(0, 3);
  }
  add_map(frame);
  frames_.push_back(std::move(frame));
  if (frames_.size() > longest_) frames_.pop_front();
}

/// Adds the newest frame's map to the windows', and subtracts that of the frame that leaves each, in
/// the order of doa::DirectionSearch::visit_windows().
void StreamLocalizer::add_map(Frame& frame) {
  if (estimator_->map_size() == 0) return;
  estimator_->frame_map(frame.heard, frame.map);
  const std::size_t kept = estimator_->kept_frames();
  if (frames_.size() >= kept && kept > 0) frames_[frames_.size() - kept].map.ratios = {};
  for (std::size_t w = 0; w < maps_.size(); ++w) {
    std::vector<double>& sum = maps_[w];
    if (frames_.size() >= window_frames_[w]) {
      const std::vector<float>& oldest = frames_[frames_.size() - window_frames_[w]].map.scores;
      for (std::size_t j = 0; j < sum.size(); ++j) sum[j] -= static_cast<double>(oldest[j]);
    }
    for (std::size_t j = 0; j < sum.size(); ++j) sum[j] += static_cast<double>(frame.map.scores[j]);
  }
}

void StreamLocalizer::emit_estimates(const Emit& emit) const {
  session::Features heard, bins;
  std::vector<const doa::FrameMap*> frame_maps;
  Eigen::Index rows = 0;
  for (const Frame& frame : frames_) rows += frame.r_sensor.rows();
  learn::Directions r_sensor(rows, 3);
  for (const Frame& frame : frames_) {
    const auto first = static_cast<Eigen::Index>(bins.bins());
    r_sensor.middleRows(first, frame.r_sensor.rows()) = frame.r_sensor;
    append_frame(frame.heard, heard);
    append_frame(frame.bins, bins);
    frame_maps.push_back(&frame.map);
  }
  for (const session::Estimate& found :
       estimator_->estimate({heard, bins, r_sensor, maps_, frame_maps}).windows) {
    emit(stream_estimate(found));
  }
}

StreamEstimate StreamLocalizer::stream_estimate(const session::Estimate& found) const {
  const Frame& newest = frames_.back();
  StreamEstimate estimate;
  estimate.length = settings_.setup.windows[found.window];
  estimate.time_s = newest.heard.frame_time_s.front();
  estimate.pose = newest.pose.state;
  if (estimate.pose != session::PoseState::kMissing) estimate.q_world_sensor = found.q_world_sensor;
  estimate.bins = found.bins;
  estimate.ambiguity = found.ambiguity;
  for (const session::Peak& peak : found.peaks) {
    estimate.directions.push_back(direction(peak.direction_sensor, peak.direction_world,
                                            peak.confidence, peak.norm_share, newest));
  }
  if (found.peaks.empty() && !found.direction_sensor.isZero(0.0)) {
    estimate.directions.push_back(direction(found.direction_sensor, found.direction_world,
                                            found.confidence, found.support, newest));
  }
  return estimate;
}

/// Without orientation, the direction is known only in the frame in which the window was pooled.
StreamDirection StreamLocalizer::direction(const Eigen::Vector3d& sensor,
                                           const Eigen::Vector3d& world, double confidence,
                                           double share, const Frame& newest) const {
  const bool oriented = newest.pose.state != session::PoseState::kMissing;
  StreamDirection direction;
  direction.confidence = confidence;
  direction.share = share;
  if (oriented || !settings_.setup.world) direction.sensor = sensor;
  if (oriented || settings_.setup.world) direction.world = world;
  return direction;
}

/// The samples with 0 for values that are not finite; the times of these values are kept.
std::span<const float> StreamLocalizer::without_bad(std::span<const float> samples) {
  const std::uint64_t first = received_;
  received_ += samples.size() / microphones_;
  bool clean = true;
  for (const float value : samples) clean = clean && core::is_sample(value);
  if (clean) return samples;
  cleaned_.assign(samples.begin(), samples.end());
  for (std::size_t i = 0; i < cleaned_.size(); ++i) {
    if (core::is_sample(cleaned_[i])) continue;
    const std::uint64_t sample = first + i / microphones_;
    const double time_s = static_cast<double>(sample) / settings_.input_rate_hz;
    if (!settings_.mask_bad_samples) {
      throw core::InputError(
          fmt::format("standard input: sample {} ({:.4f} s) of microphone {} is not finite or far "
                      "too large; check --format, or "
                      "leave such frames out with --on-nan mask",
                      sample, time_s, i % microphones_));
    }
    cleaned_[i] = 0.0F;
    ++masked_samples_;
    if (bad_s_.empty() || time_s > bad_s_.back().second + 1.0 / settings_.input_rate_hz) {
      bad_s_.emplace_back(time_s, time_s);
    }
    bad_s_.back().second = time_s;
  }
  return cleaned_;
}

/// Whether a bad sample lies in the frame. `frame` must not be smaller than in the call before.
bool StreamLocalizer::masked(std::size_t frame) {
  const double reach_s =
      settings_.input_rate_hz == features_.sample_rate_hz ? 0.0 : kResamplingReachS;
  const double begin_s = static_cast<double>(frame) * features_.hop_s() - reach_s;
  const double end_s =
      static_cast<double>(frame) * features_.hop_s() + features_.window_s() + reach_s;
  while (!bad_s_.empty() && bad_s_.front().second < begin_s) bad_s_.pop_front();
  return !bad_s_.empty() && bad_s_.front().first < end_s;
}

}  // namespace localize
