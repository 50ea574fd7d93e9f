#include "features/session_features.h"

#include <optional>

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

session::Features make_features(const session::Session& session, std::size_t microphones,
                                const session::FeatureSettings& settings) {
  dsp::Stft stft({settings.window_samples, settings.hop_samples});
  const std::vector<std::complex<float>> spectrum = stft.analyze(session.time_data, microphones);
  const std::vector<float> energy = bin_energy(spectrum, microphones);
  const std::size_t bins = stft.bins();
  const std::size_t frames = energy.size() / bins;
  const core::IndexRange range = frequency_range(settings);
  const bool causal = settings.floor_memory_s > 0.0;
  std::vector<float> whole_session;
  std::optional<CausalFloor> causal_floor;
  if (causal) {
    causal_floor.emplace(settings, bins);
  } else {
    whole_session = session_floor(energy, bins, settings);
  }

  PastSound past(settings.hop_s(), bins);
  session::Features features;
  features.info = session.info;
  for (std::size_t frame = 0; frame < frames; ++frame) {
    features.frame_time_s.push_back(stft.center_time_s(frame, settings.sample_rate_hz));
    features.frame_rotation.push_back(session.orientation.at(features.frame_time_s.back()));
    const auto frame_energy = std::span(energy).subspan(frame * bins, bins);
    const std::span<const float> floor =
        causal ? causal_floor->update(frame_energy) : std::span<const float>(whole_session);
    append_frame_bins(std::span(spectrum).subspan(frame * bins * microphones, bins * microphones),
                      frame_energy, floor, past.update(frame_energy), range,
                      static_cast<std::uint32_t>(frame), features);
  }
  return features;
}

}  // namespace features
