#include "ingest/channel_watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/errors.h"

namespace ingest {
namespace {

/// A channel that has one value for this time is dead, s.
constexpr double kSameValue_s = 2.0;
/// Number of frames of loud sound after which channels are compared.
constexpr std::size_t kJudgeFrames = 60;

}  // namespace

ChannelWatch::ChannelWatch(std::size_t channels, double sample_rate_hz, double resolution)
    : channels_(channels),
      rate_hz_(sample_rate_hz),
      check_(channels, sample_rate_hz, resolution),
      mean_energy_(channels, 0.0),
      last_(channels, 0.0F),
      same_(channels, 0),
      named_(channels, false) {}

std::vector<std::string> ChannelWatch::add(std::span<const float> samples) {
  const std::size_t whole = check_.frame_samples() * channels_;
  while (!samples.empty()) {
    const std::size_t count = std::min(whole - frame_.size(), samples.size());
    frame_.insert(frame_.end(), samples.begin(),
                  samples.begin() + static_cast<std::ptrdiff_t>(count));
    samples = samples.subspan(count);
    if (frame_.size() == whole) end_frame();
  }
  return std::exchange(messages_, {});
}

std::vector<std::string> ChannelWatch::finish() {
  if (!judged_ && check_.frames() >= ChannelCheck::kMinFrames) judge();
  return std::exchange(messages_, {});
}

void ChannelWatch::end_frame() {
  watch_values(frame_);
  ++frames_;
  double loudness = 0.0;
  for (std::size_t c = 0; c < channels_; ++c) {
    double energy = 0.0;
    for (std::size_t i = c; i < frame_.size(); i += channels_) {
      energy += static_cast<double>(frame_[i]) * frame_[i];
    }
    mean_energy_[c] += (energy - mean_energy_[c]) / static_cast<double>(frames_);
    if (mean_energy_[c] > 0.0) loudness += energy / mean_energy_[c];
  }
  if (!judged_ && loudness >= 0.8 * static_cast<double>(channels_)) check_.add(frame_);
  frame_.clear();
  if (!judged_ && check_.frames() >= kJudgeFrames) judge();
}

void ChannelWatch::watch_values(std::span<const float> frame) {
  for (std::size_t i = 0; i < frame.size(); ++i) {
    const std::size_t c = i % channels_;
    same_[c] = frame[i] == last_[c] ? same_[c] + 1 : 0;
    last_[c] = frame[i];
  }
  const auto dead = [&](std::size_t samples) {
    return static_cast<double>(samples) >= kSameValue_s * rate_hz_;
  };
  if (std::all_of(same_.begin(), same_.end(), dead)) return;
  for (std::size_t c = 0; c < channels_; ++c) {
    if (dead(same_[c])) name(c, fmt::format("all samples are {:.3g}", last_[c]));
  }
}

void ChannelWatch::judge() {
  judged_ = true;
  try {
    for (const ChannelFault& fault : check_.copies(named_)) name(fault.channel, fault.reason);
    for (const ChannelFault& fault : check_.unrelated(named_, "standard input")) {
      name(fault.channel, fault.reason);
    }
  } catch (const core::InputError& error) {
    messages_.emplace_back(error.what());
  }
}

void ChannelWatch::name(std::size_t channel, const std::string& reason) {
  if (named_[channel]) return;
  named_[channel] = true;
  messages_.push_back(
      fmt::format("microphone {} is dead: {}; directions are wrong", channel + 1, reason));
}

}  // namespace ingest
