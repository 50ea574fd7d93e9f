#include "doa/srp_phat.h"

#include <algorithm>
#include <cmath>
#include <complex>

#include "doa/phase_frames.h"

namespace doa {
namespace {

/// Every frame's own phases.
std::unique_ptr<ScoreFrames> frame_phases(const BaselineTask& task, const SteeringSetup& array) {
  const StftView& stft = task.stft;
  const BinRange& range = task.bins.range;
  auto frames = std::make_unique<PhaseFrames>(array, stft.frames);
  std::vector<std::complex<float>> spectrum(range.count * stft.microphones);
  for (std::size_t n = 0; n < stft.frames; ++n) {
    for (std::size_t k = 0; k < range.count; ++k) {
      std::copy_n(stft.at(n, range.bin(k)), stft.microphones, &spectrum[k * stft.microphones]);
    }
    frames->set(n, spectrum, task.bins.weights(n));
  }
  return frames;
}

/// Phases of a range of frames.
struct WindowPhases {
  std::vector<std::complex<float>> phasor;  ///< length one, or 0, [frequencies, microphones]
  std::vector<float> weight;                ///< [frequencies]
};

/// Adds one bin's cross-spectra with microphone 1, Y_m conj(Y_1), to `sum`, [microphones].
void add_cross_spectra(const std::complex<float>* y, bool whiten, double weight,
                       std::span<std::complex<double>> sum) {
  const double re = y[0].real(), im = y[0].imag();
  for (std::size_t m = 0; m < sum.size(); ++m) {
    const double a = y[m].real(), b = y[m].imag();
    std::complex<double> cross(a * re + b * im, b * re - a * im);
    const double magnitude = std::abs(cross);
    if (whiten && magnitude > 0.0) cross /= magnitude;
    sum[m] += weight * cross;
  }
}

/// Phases of the cross-spectra with microphone 1, E(Y_m conj(Y_1)), over a range of frames; see
/// BaselineOptions::whiten_frames.
WindowPhases window_phases(const BaselineTask& task, const FrameRange& frames) {
  const std::size_t count = task.bins.range.count, microphones = task.stft.microphones;
  std::vector<std::complex<double>> sum(count * microphones);
  for (std::size_t n = frames.first; n < frames.end; ++n) {
    for (std::size_t k = 0; k < count; ++k) {
      const float weight = task.bins.weight[n * count + k];
      if (weight == 0.0f) continue;
      add_cross_spectra(task.stft.at(n, task.bins.range.bin(k)), task.options.whiten_frames, weight,
                        std::span(sum).subspan(k * microphones, microphones));
    }
  }
  WindowPhases phases{std::vector<std::complex<float>>(sum.size()), {}};
  for (std::size_t k = 0; k < count; ++k) {
    phases.weight.push_back(task.bins.mean_weight(frames, k));
  }
  // Only phases are wanted: scaled to length one in double, no product can leave a float's range.
  for (std::size_t i = 0; i < sum.size(); ++i) {
    const double magnitude = std::abs(sum[i]);
    if (magnitude > 0.0) phases.phasor[i] = std::complex<float>(sum[i] / magnitude);
  }
  return phases;
}

/// Sets one frame of `out`. A frequency at which a microphone is zero is left out.
void set_phases(const WindowPhases& phases, std::size_t out_frame, SnapshotFrames& out) {
  const std::size_t microphones = phases.phasor.size() / phases.weight.size();
  for (std::size_t k = 0; k < phases.weight.size(); ++k) {
    const auto u = std::span(phases.phasor).subspan(k * microphones, microphones);
    const bool complete = std::none_of(u.begin(), u.end(), [](const auto& x) { return x == 0.0f; });
    out.set(out_frame, k, u, complete ? phases.weight[k] : 0.0f);
  }
}

std::unique_ptr<ScoreFrames> measured_phases(const BaselineTask& task,
                                             const std::shared_ptr<const MeasuredGrid>& array) {
  auto frames = std::make_unique<MeasuredFrames>(array, MatchScore::kPower, task.stft.frames);
  for (std::size_t n = 0; n < task.stft.frames; ++n) {
    set_phases(window_phases(task, {n, n + 1}), n, *frames);
  }
  frames->tabulate();
  return frames;
}

FoundWindows first_microphone_free_field(const BaselineTask& task, const SteeringSetup& array) {
  PhaseFrames window(array, 1);
  return search_each(task, window, [&](const FrameRange& range) {
    const WindowPhases phases = window_phases(task, range);
    window.set(0, phases.phasor, phases.weight);
  });
}

FoundWindows first_microphone_measured(const BaselineTask& task,
                                       const std::shared_ptr<const MeasuredGrid>& array) {
  MeasuredFrames window(array, MatchScore::kPower, 1);
  return search_each(task, window, [&](const FrameRange& range) {
    set_phases(window_phases(task, range), 0, window);
    window.tabulate();
  });
}

}  // namespace

BaselineMethod srp_phat_method() {
  return {.name = "srp-phat",
          .help = "steered response power with phase transform, all pairs",
          .options = {},
          .phases_only = true,
          .free_field_frames = frame_phases,
          .measured_frames = measured_phases};
}

BaselineMethod srp_phat_first_method() {
  return {.name = "srp-phat-first",
          .help = "the same, pairs with the first microphone",
          .options = {},
          .phases_only = true,
          .free_field_frames = frame_phases,
          .measured_frames = measured_phases,
          .free_field_snapshots = first_microphone_free_field,
          .measured_snapshots = first_microphone_measured};
}

}  // namespace doa
