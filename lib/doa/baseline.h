/// Localization with a known array, for comparison. doa/baseline_registry.h lists the methods.
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "doa/baseline_method.h"
#include "doa/direction_search.h"
#include "doa/grid_ratios.h"
#include "doa/measured_frames.h"
#include "doa/stft_view.h"
#include "doa/window.h"

namespace doa {

/// One window's estimate. A window without a usable bin is in the list, with zero directions.
struct BaselineEstimate {
  std::size_t center_frame = 0;
  Eigen::Vector3d grid_direction_sensor = Eigen::Vector3d::Zero();  ///< best point of the grid
  Eigen::Vector3d direction_sensor = Eigen::Vector3d::Zero();       ///< after the local search
  /// Score of direction_sensor, mean over the active frames, in the method's own unit.
  double score = 0.0;
  double share = 0.0;  ///< of the highest possible score: FoundDirection::share, in [0, 1]
  /// True: the array cannot tell the direction from others: of a flat array, from its mirror image;
  /// of a straight one, from a cone. The directions are then array::representative() ones, on the
  /// side of the half space or array::default_side().
  bool ambiguous = false;
  bool empty() const { return direction_sensor.isZero(0.0); }
};

/// An array that is known by its responses.
struct MeasuredArray {
  std::size_t microphones = 0;
  std::size_t bins = 0;  ///< of the STFTs that it is used for
  double bin_hz = 0.0;   ///< of these STFTs
  /// Responses of one direction in the sensor frame, [bins, microphones].
  MeasuredGrid::ResponseOf response;
};

/// A baseline for one array. Threads may share an object.
class BaselineLocalizer {
 public:
  virtual ~BaselineLocalizer() = default;

  /// Estimates for several window lengths over one session. How a window is pooled is the method's
  /// (srp_phat.h, lsdd.h, music.h). Memory: one map of the grid for each frame of the longest
  /// window that is not "full".
  /// @param q_world_sensor  orientation of every frame, [frames]
  /// @return  [lengths][windows]
  /// @throws core::InputError  if microphones or frames do not match, or no bin is in range
  std::vector<std::vector<BaselineEstimate>> localize(
      const StftView& stft, std::span<const Eigen::Quaterniond> q_world_sensor,
      std::span<const MovingWindows> windows, PoolFrame pool) const;

  /// A stream keeps what it has computed of each frame. Number of scores of a frame's map; 0: windows
  /// are searched on snapshots of their own, and frames have no maps.
  std::size_t map_size(PoolFrame pool) const;
  /// Writes the map of the only frame of an STFT. @param R_pool_sensor  of this frame
  void frame_map(const StftView& stft, const Eigen::Matrix3d& R_pool_sensor, PoolFrame pool,
                 FrameMap& map) const;
  /// The estimate of one window, equal to that of localize().
  /// @param map            sum of its frames' scores
  /// @param frames         of the recording, each as FrameMap::frame, [frames]
  /// @param R_pool_sensor  [frames]
  BaselineEstimate estimate_window(std::span<const double> map,
                                   std::span<const ScoreFrames* const> frames,
                                   const FrameRange& range, std::size_t center_frame,
                                   std::span<const Eigen::Matrix3d> R_pool_sensor) const;

 protected:
  /// @throws core::UsageError  if an option is out of its range
  BaselineLocalizer(const BaselineMethod& method, std::size_t microphones,
                    const array::Shape& shape, const BaselineOptions& options);

  BaselineEstimate estimate_of(const FoundDirection& found, std::size_t center_frame,
                               const Eigen::Matrix3d& R_pool_sensor) const;

  const BaselineMethod& method() const { return method_; }
  const BaselineOptions& options() const { return options_; }

 private:
  /// Whether windows are searched on snapshots of their own.
  bool by_snapshots(PoolFrame pool) const;
  BaselineTask task_of(const StftView& stft, const SelectedBins& bins,
                       std::span<const Eigen::Matrix3d> R_pool_sensor,
                       std::span<const MovingWindows> windows, PoolFrame pool) const;
  virtual std::unique_ptr<ScoreFrames> frames_of(const BaselineTask& task) const = 0;
  virtual FoundWindows find_snapshots(const BaselineTask& task) const = 0;

  BaselineMethod method_;
  std::size_t microphones_;
  BaselineOptions options_;
  array::Shape shape_;
  DirectionSearch search_;
};

/// A baseline for an open array, known by its microphones' positions: plane waves.
class FreeFieldBaseline : public BaselineLocalizer {
 public:
  /// @param position_m  microphones, sensor frame, 2 to 64
  /// @throws core::UsageError  if an option is out of its range
  FreeFieldBaseline(const BaselineMethod& method, std::span<const Eigen::Vector3d> position_m,
                    const BaselineOptions& options);

 private:
  std::unique_ptr<ScoreFrames> frames_of(const BaselineTask& task) const override;
  FoundWindows find_snapshots(const BaselineTask& task) const override;
  SteeringSetup steering(const BaselineTask& task) const;

  std::vector<Eigen::Vector3d> position_m_;
};

/// A baseline for an array that is known by its measured responses. Scores are tabulated 2 degrees
/// apart and interpolated. A sharp peak moves by at most some tenths of a degree.
class MeasuredBaseline : public BaselineLocalizer {
 public:
  /// Asks for the responses of all directions of the grid.
  /// @throws core::UsageError  if an option is out of its range
  /// @throws core::InputError  if no bin is in range
  MeasuredBaseline(const BaselineMethod& method, const MeasuredArray& array,
                   const BaselineOptions& options);

 private:
  std::unique_ptr<ScoreFrames> frames_of(const BaselineTask& task) const override;
  FoundWindows find_snapshots(const BaselineTask& task) const override;

  double bin_hz_;
  std::shared_ptr<const MeasuredGrid> grid_;
};

}  // namespace doa
