/// From an STFT to the snapshots that each baseline scores.
#pragma once

#include <span>
#include <vector>

#include "doa/baseline.h"
#include "doa/phase_frames.h"
#include "doa/steered_frames.h"
#include "doa/stft_view.h"

namespace doa {

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

/// Sets frame 0 to the phases of cross-spectra with microphone 1, E(Y_m conj(Y_1)), over a frame
/// range; see BaselineOptions::whiten_frames.
void set_window_phases(const StftView& stft, const SelectedBins& bins, const FrameRange& frames,
                       bool whiten_frames, PhaseFrames& window);

/// Every bin as a unit snapshot, for LSDD; soft masks are not applied yet.
SteeredFrames frame_snapshots(const StftView& stft, const SelectedBins& bins,
                              const SteeringSetup& setup);

/// Sets one frame of `out` to the principal eigenvectors of covariances over a frame range.
void set_principal(const StftView& stft, const SelectedBins& bins, const FrameRange& frames,
                   std::size_t out_frame, SteeredFrames& out);

}  // namespace doa
