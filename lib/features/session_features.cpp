#include "features/session_features.h"

#include <utility>

#include "core/index_range.h"
#include "dsp/stft.h"
#include "features/frame_bins.h"

namespace features {

session::FeatureSettings default_settings(double sample_rate_hz) {
  const dsp::StftOptions stft = dsp::StftOptions::from_milliseconds(25.0, 10.0, sample_rate_hz);
  session::FeatureSettings settings;
  settings.sample_rate_hz = sample_rate_hz;
  settings.window_samples = stft.window;
  settings.hop_samples = stft.hop;
  return settings;
}

std::size_t frame_count(std::size_t samples, const session::FeatureSettings& settings) {
  if (samples < settings.window_samples) return 0;
  return (samples - settings.window_samples) / settings.hop_samples + 1;
}

core::IndexRange frame_samples(const core::IndexRange& frames,
                               const session::FeatureSettings& settings) {
  if (frames.count() == 0) return {};
  return {frames.first * settings.hop_samples,
          (frames.end - 1) * settings.hop_samples + settings.window_samples};
}

SpectrumBlock analyze_block(std::span<const float> samples, std::size_t microphones,
                            const session::FeatureSettings& settings) {
  dsp::Stft stft({settings.window_samples, settings.hop_samples});
  SpectrumBlock block;
  block.spectrum = stft.analyze(samples, microphones);
  block.energy = bin_energy(block.spectrum, microphones);
  return block;
}

BinChooser::BinChooser(const session::FeatureSettings& settings, std::vector<float> floor)
    : settings_(settings),
      floor_(std::move(floor)),
      past_(settings.hop_s(), settings.max_frequency_index() + 1) {
  if (settings.floor_memory_s > 0.0) {
    causal_.emplace(settings, settings.max_frequency_index() + 1);
  }
}

void BinChooser::append(const SpectrumBlock& block, const so3::Track& orientation,
                        session::Features& features) {
  const std::size_t bins = settings_.max_frequency_index() + 1;
  const std::size_t count = block.energy.size() / bins;
  const std::size_t microphones = count == 0 ? 0 : block.spectrum.size() / block.energy.size();
  const core::IndexRange range = frequency_range(settings_);
  for (std::size_t n = 0; n < count; ++n, ++frames_) {
    const double middle =
        static_cast<double>(frames_ * settings_.hop_samples + settings_.window_samples / 2);
    features.frame_time_s.push_back(middle / settings_.sample_rate_hz);
    features.frame_rotation.push_back(orientation.at(features.frame_time_s.back()));
    const auto energy = std::span(block.energy).subspan(n * bins, bins);
    const std::span<const float> floor =
        causal_ ? causal_->update(energy) : std::span<const float>(floor_);
    append_frame_bins(std::span(block.spectrum).subspan(n * bins * microphones, bins * microphones),
                      energy, floor, past_.update(energy), range,
                      static_cast<std::uint32_t>(frames_), features);
  }
}

session::Features make_features(const session::Session& session, std::size_t microphones,
                                const session::FeatureSettings& settings) {
  const SpectrumBlock block = analyze_block(session.time_data, microphones, settings);
  std::vector<float> floor;
  if (settings.floor_memory_s == 0.0) {
    floor = session_floor(block.energy, settings.max_frequency_index() + 1, settings);
  }
  BinChooser chooser(settings, std::move(floor));
  session::Features features;
  features.info = session.info;
  chooser.append(block, session.orientation, features);
  return features;
}

}  // namespace features
