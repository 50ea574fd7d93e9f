/// A baseline is a method that knows the array. This file has what a method is and what it is
/// given; doa/baseline_registry.h lists the methods, doa/baseline.h runs one of them.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "array/shape.h"
#include "core/units.h"
#include "doa/direction_search.h"
#include "doa/measured_frames.h"
#include "doa/steered_frames.h"
#include "doa/stft_view.h"
#include "doa/window.h"
#include "so3/grid.h"

namespace doa {

/// Frame in which a window is pooled. In the sensor frame, as in the paper, directions move while
/// the array turns. In the world frame the orientation turns every snapshot back.
enum class PoolFrame { kSensor, kWorld };

struct BaselineOptions {
  double min_hz = 340.0;       ///< lowest frequency, > 0
  double max_hz = 6000.0;      ///< highest frequency, >= min_hz
  std::size_t bin_stride = 1;  ///< uses every so many bins
  /// Bins that are so far below the largest bin of their frequency in the session are left out, dB.
  /// -infinity keeps all bins.
  double floor_db = -40.0;
  /// SRP-PHAT to the first microphone, pooled in the sensor frame: true scales every frame's cross-spectra to length one
  /// before they are summed over the window. Otherwise loud frames pull a turning array's estimate
  /// away from the center frame. The paper writes E(Y_m conj(Y_1)) and leaves this open; only
  /// `true` comes near its figures (docs/evidence/experiments.md).
  bool whiten_frames = true;
  double selectivity = 3.0;  ///< LSDD: exponent alpha of the soft masks, > 0
  std::size_t grid_points = so3::kTwoDegreeGridPoints;  ///< of the search, at least 100
  /// The local search ends when its step is smaller, degrees. 0: the answer is the grid point.
  double refine_step_deg = 0.03;
  double speed_of_sound = core::kSpeedOfSound;  ///< m/s
  /// The source is on the side of the array that this unit vector of the sensor frame points to.
  std::optional<Eigen::Vector3d> half_space = std::nullopt;
};

/// The bins of an STFT that a baseline uses.
struct SelectedBins {
  BinRange range;
  /// StftView::weight_at() of each bin, or 0 for bins below the floor, [frames, range.count].
  std::vector<float> weight;

  std::span<const float> weights(std::size_t frame) const {
    return std::span(weight).subspan(frame * range.count, range.count);
  }
  /// Mean weight of the k-th frequency over the frames in which it is used; 0 if there is none.
  float mean_weight(const FrameRange& frames, std::size_t k) const;
};

/// One session as a method searches it.
struct BaselineTask {
  const StftView& stft;
  const SelectedBins& bins;
  std::span<const Eigen::Matrix3d> R_pool_sensor;  ///< [frames]; identity in the sensor frame
  std::span<const MovingWindows> windows;          ///< [lengths]
  PoolFrame pool;
  const BaselineOptions& options;
  const DirectionSearch& search;
  const array::Shape& shape;  ///< of an array of positions; a measured one counts as a volume
};

/// Directions of all windows, in the frame they were pooled in, [lengths][windows].
using FoundWindows = std::vector<std::vector<FoundDirection>>;

/// An entry of the registry.
struct BaselineMethod {
  const char* name;         ///< value of `csl-eval --baselines`
  const char* help;         ///< one line for the option's help
  BaselineOptions options;  ///< defaults
  bool phases_only;         ///< uses only the phases of measured responses
  /// Scores of every frame, by an array that is known by its positions. A window's score is their sum.
  std::unique_ptr<ScoreFrames> (*free_field_frames)(const BaselineTask& task,
                                                    const SteeringSetup& array);
  /// The same by an array that is known by its responses.
  std::unique_ptr<ScoreFrames> (*measured_frames)(const BaselineTask& task,
                                                  const std::shared_ptr<const MeasuredGrid>& array);
  /// Not null: in the sensor frame, each window is searched on a snapshot of its own, by these.
  FoundWindows (*free_field_snapshots)(const BaselineTask& task,
                                       const SteeringSetup& array) = nullptr;
  FoundWindows (*measured_snapshots)(const BaselineTask& task,
                                     const std::shared_ptr<const MeasuredGrid>& array) = nullptr;
};

/// @throws core::InputError  if no bin lies in the frequency range
BinRange bin_range(std::size_t bins, double bin_hz, const BaselineOptions& options);

/// @throws core::InputError  if no bin lies in the frequency range
SelectedBins select_bins(const StftView& stft, const BaselineOptions& options);

/// Sets every frame of `out` to the selected bins.
void set_snapshots(const BaselineTask& task, SnapshotFrames& out);

/// Searches one window whose map is known, and what the array can tell apart.
/// @param map       scores of the search's grid, summed over the window
/// @param R_center  as contrast()
FoundDirection search_window(const DirectionSearch& search, const array::Shape& shape,
                             std::span<const double> map, const ScoreFrames& frames,
                             const FrameRange& range,
                             std::span<const Eigen::Matrix3d> R_pool_sensor,
                             const Eigen::Matrix3d& R_center);

/// Searches every window on the sum of its frames' scores.
FoundWindows search_windows(const BaselineTask& task, const ScoreFrames& frames);

/// Searches a window on one snapshot, in the sensor frame.
FoundDirection search_snapshot(const BaselineTask& task, const ScoreFrames& frames);

/// Searches every window on snapshots of its own.
/// @param frames      the snapshots: one frame
/// @param set_window  sets this frame from a window's range of frames
template <typename SetWindow>
FoundWindows search_each(const BaselineTask& task, const ScoreFrames& frames,
                         SetWindow set_window) {
  FoundWindows found(task.windows.size());
  for (std::size_t w = 0; w < task.windows.size(); ++w) {
    for (std::size_t i = 0; i < task.windows[w].size(); ++i) {
      set_window(task.windows[w].range(i));
      found[w].push_back(search_snapshot(task, frames));
    }
  }
  return found;
}

}  // namespace doa
