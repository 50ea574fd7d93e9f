/// Localization with a known array, to compare with: SRP-PHAT, LSDD and MUSIC.
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/units.h"
#include "doa/direction_search.h"
#include "doa/measured_frames.h"
#include "doa/stft_view.h"
#include "doa/window.h"
#include "so3/grid.h"

namespace doa {

enum class Baseline { kSrpPhat, kLsdd, kMusic };

/// Frame in which a window is pooled. In the sensor frame, as in the paper, directions move while
/// the array turns; in the world frame every snapshot is turned back by the array's orientation.
enum class PoolFrame { kSensor, kWorld };

/// "srp-phat", "lsdd", "music". @throws core::UsageError on another name
Baseline baseline_from_name(const std::string& name);
std::string baseline_name(Baseline baseline);

struct BaselineOptions {
  double min_hz = 340.0;
  double max_hz = 6000.0;
  std::size_t bin_stride = 1;  ///< uses every so many bins
  /// Bins this far below the session's largest of the same frequency are left out; -infinity keeps
  /// all.
  double floor_db = -40.0;
  /// SRP-PHAT pooled in the sensor frame: every frame's cross-spectra have length one before they
  /// are summed over the window, so that loud frames do not drag a turning array's estimate away
  /// from the center frame. False: summed with their energy. The paper writes E(Y_m conj(Y_1)) and
  /// leaves this open; only the former comes near its figures (docs/evidence/experiments.md).
  bool whiten_frames = true;
  double selectivity = 3.0;      ///< LSDD: exponent of the soft masks, alpha
  std::size_t block_frames = 5;  ///< MUSIC pooled in the world: frames of one covariance, odd
  std::size_t grid_points = so3::kTwoDegreeGridPoints;
  /// Local search below the grid ends when its step is smaller; 0: none, the grid point is the
  /// answer.
  double refine_step_deg = 0.03;
  double speed_of_sound = core::kSpeedOfSound;

  /// The paper's ranges: SRP-PHAT 340 to 6000 Hz, LSDD 1800 to 3600 Hz with alpha = 3; MUSIC is not
  /// in the paper and takes every third bin of 340 to 6000 Hz. The floor is the one the learner's
  /// bins have.
  static BaselineOptions defaults(Baseline baseline);
};

/// One window's estimate. A window without a usable bin is in the list, with zero directions.
struct BaselineEstimate {
  std::size_t center_frame = 0;
  Eigen::Vector3d grid_direction_sensor = Eigen::Vector3d::Zero();  ///< best point of the grid
  Eigen::Vector3d direction_sensor = Eigen::Vector3d::Zero();       ///< after the local search
  double score = 0.0;  ///< of the latter, mean over active frames, in the method's own unit
  bool empty() const { return direction_sensor.isZero(0.0); }
};

/// An array that is known by its responses.
struct MeasuredArray {
  std::size_t microphones = 0;
  std::size_t bins = 0;  ///< of the STFTs it will be used for
  double bin_hz = 0.0;
  MeasuredGrid::ResponseOf response;  ///< of one direction in the sensor frame, [bins, microphones]
};

/// A baseline for one array. The grid is made once; objects may be shared by threads.
class BaselineLocalizer {
 public:
  /// @param position_m  microphones, sensor frame, 2 to 64
  /// @throws core::UsageError  on options that make no sense
  BaselineLocalizer(Baseline baseline, std::span<const Eigen::Vector3d> position_m,
                    const BaselineOptions& options);

  /// With measured responses in place of steering vectors: scores are tabulated 2 degrees apart and
  /// interpolated, which sharp peaks survive to some tenths of a degree.
  BaselineLocalizer(Baseline baseline, const MeasuredArray& array, const BaselineOptions& options);

  /// Estimates for several window lengths over one session.
  /// How a window of frames I is pooled:
  ///   SRP-PHAT, sensor: phases of the cross-spectra with microphone 1 summed over I
  ///   (paper.txt, 3.3) SRP-PHAT, world:  steered powers of every frame's phases, summed over I
  ///   LSDD, both:       masked angles of every bin, summed over I (paper.txt, 3.3)
  ///   MUSIC, sensor:    covariance summed over I, one source; MUSIC, world: pseudo-spectra of
  ///   covariances
  ///                     of block_frames around every frame, summed over I
  /// Memory: one map of the grid a frame of the longest window that is not "full".
  /// @param q_world_sensor  orientation of every frame, [frames]
  /// @return  [lengths][windows]
  /// @throws core::InputError  if microphones or frames do not match, or no bin is in range
  std::vector<std::vector<BaselineEstimate>> localize(
      const StftView& stft, std::span<const Eigen::Quaterniond> q_world_sensor,
      std::span<const MovingWindows> windows, PoolFrame pool) const;

  const BaselineOptions& options() const { return options_; }

 private:
  std::vector<std::vector<FoundDirection>> find(const StftView& stft,
                                                std::span<const Eigen::Matrix3d> R_pool_sensor,
                                                std::span<const MovingWindows> windows,
                                                PoolFrame pool) const;
  std::vector<std::vector<FoundDirection>> find_by_positions(
      const StftView& stft, std::span<const Eigen::Matrix3d> R_pool_sensor,
      std::span<const MovingWindows> windows, PoolFrame pool) const;
  std::vector<std::vector<FoundDirection>> find_by_responses(
      const StftView& stft, std::span<const Eigen::Matrix3d> R_pool_sensor,
      std::span<const MovingWindows> windows, PoolFrame pool) const;

  Baseline baseline_;
  std::size_t microphones_;
  std::vector<Eigen::Vector3d> position_m_;   ///< empty: known by responses
  std::shared_ptr<const MeasuredGrid> grid_;  ///< null: known by positions
  double grid_bin_hz_ = 0.0;
  BaselineOptions options_;
  DirectionSearch search_;
};

}  // namespace doa
