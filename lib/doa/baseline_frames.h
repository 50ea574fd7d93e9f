/// From an STFT to the snapshots that each baseline scores.
#pragma once

#include <span>
#include <vector>

#include "doa/baseline.h"
#include "doa/phase_frames.h"
#include "doa/steered_frames.h"
#include "doa/stft_view.h"

namespace doa {

/// @throws core::InputError  if no bin lies in the frequency range
BinRange bin_range(std::size_t bins, double bin_hz, const BaselineOptions& options);

/// The bins of an STFT that a baseline uses.
struct SelectedBins {
  BinRange range;
  std::vector<float> weight;  ///< 1, or 0 for bins below the floor, [frames, range.count]
};

/// @throws core::InputError  if no bin lies in the frequency range
SelectedBins select_bins(const StftView& stft, const BaselineOptions& options);

SteeringSetup steering_setup(const StftView& stft, std::span<const Eigen::Vector3d> position_m,
                             const BinRange& range, double speed_of_sound);

/// Every frame's own phases.
PhaseFrames frame_phases(const StftView& stft, const SelectedBins& bins,
                         const SteeringSetup& setup);

/// Phases, and what counts of them.
struct WindowPhases {
  std::vector<std::complex<float>> phasor;  ///< length one, or 0, [frequencies, microphones]
  std::vector<float> weight;                ///< [frequencies]
};

/// Phases of cross-spectra with microphone 1, E(Y_m conj(Y_1)), over a frame range; see
/// BaselineOptions::whiten_frames.
WindowPhases window_phases(const StftView& stft, const SelectedBins& bins, const FrameRange& frames,
                           bool whiten_frames);

/// Sets one frame of `out` to phases; a frequency at which a microphone is zero is left out.
void set_phases(const WindowPhases& phases, std::size_t out_frame, SnapshotFrames& out);

/// Sets every frame of `out` to unit snapshots, for LSDD; soft masks are not applied yet.
void set_snapshots(const StftView& stft, const SelectedBins& bins, SnapshotFrames& out);

/// Sets one frame of `out` to the principal eigenvectors of covariances over a frame range.
void set_principal(const StftView& stft, const SelectedBins& bins, const FrameRange& frames,
                   std::size_t out_frame, SnapshotFrames& out);

}  // namespace doa
