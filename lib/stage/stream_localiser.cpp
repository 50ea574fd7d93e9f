#include "stage/stream_localiser.h"

#include <fmt/format.h>

#include <cmath>

#include "core/errors.h"

namespace stage {
namespace {

/// A window costs memory and time in proportion to its length.
constexpr double kLongestWindowS = 10.0;
/// Reach of the rate converter's filter: frames so near to a bad sample are masked too.
constexpr double kResamplingReachS = 0.02;

FeatureSettings causal(const FeatureSettings& trained, double floor_memory_s) {
  if (!(floor_memory_s > 0.0)) {
    throw core::UsageError(
        fmt::format("--floor-memory: a stream needs more than 0 s, found {}", floor_memory_s));
  }
  FeatureSettings settings = trained;
  settings.floor_memory_s = floor_memory_s;
  return settings;
}

/// Frames of the one window.
std::size_t frames_of(const std::vector<doa::WindowLength>& windows, double hop_s) {
  const bool fits =
      windows.size() == 1 && !windows[0].full() && *windows[0].seconds <= kLongestWindowS;
  if (!fits) {
    throw core::UsageError(
        fmt::format("--window: a stream needs one length of at most {} s", kLongestWindowS));
  }
  const auto enough = static_cast<std::size_t>(*windows[0].seconds / hop_s) + 3;
  return doa::MovingWindows(windows[0], enough, hop_s).range(0).count();
}

/// Every window is a recording of its own, and the estimate is for its last frame.
EstimatorSetup causal(const EstimatorSetup& wanted, double hop_s) {
  EstimatorSetup setup = wanted;
  setup.stride = 1;
  setup.place = doa::WindowPlace::kCausal;
  setup.hop_s = hop_s;
  setup.bins = false;
  return setup;
}

}  // namespace

StreamLocaliser::StreamLocaliser(const LoadedModel& loaded, const StreamSettings& settings,
                                 PoseAt pose_at)
    : features_(causal(loaded.settings, settings.floor_memory_s)),
      settings_(settings),
      pose_at_(std::move(pose_at)),
      microphones_(loaded.model.recipe.microphones),
      predictor_(loaded.model, settings.precision),
      estimator_(
          make_window_estimator(settings.estimator, causal(settings.setup, features_.hop_s()))),
      resample_(microphones_, settings.input_rate_hz, features_.sample_rate_hz),
      stft_({features_.window_samples, features_.hop_samples}, microphones_),
      range_(frequency_range(features_)),
      floor_(features_, stft_.stft().bins()),
      window_frames_(frames_of(settings.setup.windows, features_.hop_s())) {
  if (settings.setup.world && !pose_at_) {
    throw core::UsageError("a stream without orientation cannot be pooled in the world");
  }
}

void StreamLocaliser::push(std::span<const float> samples, const Emit& emit) {
  converted_.clear();
  resample_.push(without_bad(samples), converted_);
  take(converted_, emit);
}

void StreamLocaliser::finish(const Emit& emit) {
  converted_.clear();
  resample_.finish(converted_);
  take(converted_, emit);
}

void StreamLocaliser::take(std::span<const float> samples, const Emit& emit) {
  stft_.push(samples);
  while (stft_.next(spectrum_)) {
    localise_frame();
    const bool due = stft_.frames() >= window_frames_ &&
                     (stft_.frames() - window_frames_) % settings_.setup.stride == 0;
    if (due) emit(estimate());
  }
}

/// Bins, prediction and orientation of the frame that has just been transformed.
void StreamLocaliser::localise_frame() {
  const std::size_t number = stft_.frames() - 1;
  Frame frame;
  frame.time_s = stft_.stft().centre_time_s(number, features_.sample_rate_hz);
  if (pose_at_) frame.pose = pose_at_(frame.time_s);
  const std::vector<float> energy = bin_energy(spectrum_, microphones_);
  const std::span<const float> floor = floor_.update(energy);
  const bool lost = settings_.setup.world && frame.pose.state == PoseState::kMissing;
  if (!masked(number) && !lost) {
    append_frame_bins(spectrum_, energy, floor, range_, features_, frame.stft, frame.frequency);
  }
  frame.r_sensor = predictor_.predict(frame.stft, frame.frequency);
  window_.push_back(std::move(frame));
  if (window_.size() > window_frames_) window_.pop_front();
}

StreamEstimate StreamLocaliser::estimate() const {
  SessionFeatures window;
  std::size_t bins = 0;
  for (const Frame& frame : window_) bins += frame.frequency.size();
  csl::Directions r_sensor(static_cast<Eigen::Index>(bins), 3);
  for (std::size_t f = 0; f < window_.size(); ++f) {
    const Frame& frame = window_[f];
    const auto first = static_cast<Eigen::Index>(window.bins());
    r_sensor.middleRows(first, frame.r_sensor.rows()) = frame.r_sensor;
    window.stft.insert(window.stft.end(), frame.stft.begin(), frame.stft.end());
    window.frequency.insert(window.frequency.end(), frame.frequency.begin(), frame.frequency.end());
    window.frame.insert(window.frame.end(), frame.frequency.size(), static_cast<std::uint32_t>(f));
    window.frame_time_s.push_back(frame.time_s);
    window.frame_rotation.push_back(frame.pose.q_world_sensor);
  }
  const Estimate found = estimator_->estimate(window, r_sensor).windows.front();
  const Frame& newest = window_.back();
  StreamEstimate estimate;
  estimate.time_s = newest.time_s;
  estimate.pose = newest.pose.state;
  if (estimate.pose != PoseState::kMissing) estimate.q_world_sensor = found.q_world_sensor;
  estimate.bins = found.bins;
  for (const Peak& peak : found.peaks) {
    estimate.directions.push_back(direction(peak.direction_sensor, peak.direction_world,
                                            peak.confidence, peak.norm_share, newest));
  }
  if (found.peaks.empty() && !found.direction_sensor.isZero(0.0)) {
    estimate.directions.push_back(direction(found.direction_sensor, found.direction_world,
                                            found.confidence, found.support, newest));
  }
  return estimate;
}

/// Leaves out what cannot be known: without orientation there is no way from one frame to the
/// other.
StreamDirection StreamLocaliser::direction(const Eigen::Vector3d& sensor,
                                           const Eigen::Vector3d& world, double confidence,
                                           double share, const Frame& newest) const {
  const bool oriented = newest.pose.state != PoseState::kMissing;
  StreamDirection direction;
  direction.confidence = confidence;
  direction.share = share;
  if (oriented || !settings_.setup.world) direction.sensor = sensor;
  if (oriented || settings_.setup.world) direction.world = world;
  return direction;
}

/// The samples with zeros for what is not finite, whose times are kept.
std::span<const float> StreamLocaliser::without_bad(std::span<const float> samples) {
  const std::uint64_t first = received_;
  received_ += samples.size() / microphones_;
  bool clean = true;
  for (const float value : samples) clean = clean && std::isfinite(value);
  if (clean) return samples;
  cleaned_.assign(samples.begin(), samples.end());
  for (std::size_t i = 0; i < cleaned_.size(); ++i) {
    if (std::isfinite(cleaned_[i])) continue;
    const std::uint64_t sample = first + i / microphones_;
    const double time_s = static_cast<double>(sample) / settings_.input_rate_hz;
    if (!settings_.mask_bad_samples) {
      throw core::InputError(fmt::format(
          "standard input: sample {} ({:.4f} s) of microphone {} is not finite (wrong --format? "
          "--on-nan mask leaves such frames out)",
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

/// Whether a bad sample lies in the frame; frames must not fall from call to call.
bool StreamLocaliser::masked(std::size_t frame) {
  const double reach_s =
      settings_.input_rate_hz == features_.sample_rate_hz ? 0.0 : kResamplingReachS;
  const double begin_s = static_cast<double>(frame) * features_.hop_s() - reach_s;
  const double end_s =
      static_cast<double>(frame) * features_.hop_s() + features_.window_s() + reach_s;
  while (!bad_s_.empty() && bad_s_.front().second < begin_s) bad_s_.pop_front();
  return !bad_s_.empty() && bad_s_.front().first < end_s;
}

}  // namespace stage
