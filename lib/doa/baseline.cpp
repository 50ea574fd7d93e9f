#include "doa/baseline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>

#include "core/errors.h"
#include "doa/ambiguity.h"
#include "doa/half_space.h"

namespace doa {
namespace {

/// The shape of an array; that of an array with too few microphones, which is refused, is not used.
array::Shape shape_of(std::span<const Eigen::Vector3d> position_m) {
  return position_m.size() < 2 ? array::Shape() : array::shape_of(position_m);
}

const BaselineOptions& checked(const BaselineOptions& options, std::size_t microphones) {
  const bool frequencies = options.min_hz > 0.0 && options.max_hz >= options.min_hz &&
                           std::isfinite(options.max_hz) && options.bin_stride >= 1;
  if (!frequencies) {
    throw core::UsageError(
        fmt::format("baselines: expected 0 < lowest <= highest frequency and a stride of at least "
                    "1, found {} Hz, {} Hz and {}",
                    options.min_hz, options.max_hz, options.bin_stride));
  }
  if (microphones < 2 || microphones > 64) {
    throw core::UsageError(
        fmt::format("baselines: expected 2 to 64 microphones, found {}", microphones));
  }
  if (options.grid_points < 100 || !(options.refine_step_deg >= 0.0) ||
      !(options.selectivity > 0.0) || !(options.speed_of_sound > 0.0)) {
    throw core::UsageError(
        "baselines: expected at least 100 grid points, a step of at least 0, a positive "
        "selectivity "
        "and a positive speed of sound");
  }
  return options;
}

void check_session(const StftView& stft, std::size_t microphones, std::size_t orientations,
                   std::span<const MovingWindows> windows) {
  if (stft.microphones != microphones) {
    throw core::InputError(
        fmt::format("baselines: expected {} microphones as the array has, found {}", microphones,
                    stft.microphones));
  }
  const bool same_frames = std::all_of(windows.begin(), windows.end(), [&](const MovingWindows& w) {
    return w.frames() == stft.frames;
  });
  if (orientations != stft.frames || !same_frames || !(stft.bin_hz > 0.0)) {
    throw core::InputError(fmt::format(
        "baselines: expected orientations and windows for {} frames, found {} orientations",
        stft.frames, orientations));
  }
}

void check_bins(const StftView& stft, double bin_hz) {
  if (stft.bin_hz == bin_hz) return;
  throw core::InputError(
      fmt::format("baselines: expected bins {} Hz apart, found {} Hz", bin_hz, stft.bin_hz));
}

/// Frames that were made one by one.
class ListedFrames : public ScoreFrames {
 public:
  explicit ListedFrames(std::span<const ScoreFrames* const> frames) : frames_(frames) {}

  bool active(std::size_t frame) const override { return frames_[frame]->active(0); }
  ScoreBounds bounds(std::size_t frame) const override { return frames_[frame]->bounds(0); }
  void score(std::size_t frame, const Eigen::Matrix3d& R_pool_sensor,
             const DirectionColumns& directions, float* scores) const override {
    frames_[frame]->score(0, R_pool_sensor, directions, scores);
  }

 private:
  std::span<const ScoreFrames* const> frames_;
};

}  // namespace

BaselineLocalizer::BaselineLocalizer(const BaselineMethod& method, std::size_t microphones,
                                     const array::Shape& shape, const BaselineOptions& options)
    : method_(method),
      microphones_(microphones),
      options_(checked(options, microphones)),
      shape_(shape),
      search_(so3::fibonacci_grid(options.grid_points), options.refine_step_deg) {}

BaselineEstimate BaselineLocalizer::estimate_of(const FoundDirection& found,
                                                std::size_t center_frame,
                                                const Eigen::Matrix3d& R_pool_sensor) const {
  BaselineEstimate estimate;
  estimate.center_frame = center_frame;
  const Eigen::Matrix3d R_sensor_pool = R_pool_sensor.transpose();
  estimate.grid_direction_sensor = R_sensor_pool * found.grid_direction;
  estimate.direction_sensor = R_sensor_pool * found.direction;
  estimate.score = found.score;
  estimate.share = found.share;
  estimate.ambiguous = !estimate.empty() && found.contrast < kClearContrast &&
                       !side_is_known(shape_, options_.half_space);
  if (estimate.ambiguous) {
    const Eigen::Vector3d side = options_.half_space.value_or(array::default_side(shape_));
    for (Eigen::Vector3d* d : {&estimate.grid_direction_sensor, &estimate.direction_sensor}) {
      *d = array::representative(shape_, *d, side);
    }
  }
  return estimate;
}

std::vector<std::vector<BaselineEstimate>> BaselineLocalizer::localize(
    const StftView& stft, std::span<const Eigen::Quaterniond> q_world_sensor,
    std::span<const MovingWindows> windows, PoolFrame pool) const {
  check_session(stft, microphones_, q_world_sensor.size(), windows);
  std::vector<Eigen::Matrix3d> R_pool_sensor(stft.frames, Eigen::Matrix3d::Identity());
  for (std::size_t n = 0; pool == PoolFrame::kWorld && n < stft.frames; ++n) {
    R_pool_sensor[n] = q_world_sensor[n].toRotationMatrix();
  }
  const SelectedBins bins = select_bins(stft, options_);
  const BaselineTask task = task_of(stft, bins, R_pool_sensor, windows, pool);
  const FoundWindows found =
      by_snapshots(pool) ? find_snapshots(task) : search_windows(task, *frames_of(task));
  std::vector<std::vector<BaselineEstimate>> estimates(windows.size());
  for (std::size_t w = 0; w < windows.size(); ++w) {
    for (std::size_t i = 0; i < found[w].size(); ++i) {
      const std::size_t center = windows[w].center_frame(i);
      estimates[w].push_back(estimate_of(found[w][i], center, R_pool_sensor[center]));
    }
  }
  return estimates;
}

bool BaselineLocalizer::by_snapshots(PoolFrame pool) const {
  return pool == PoolFrame::kSensor && method_.free_field_snapshots != nullptr;
}

BaselineTask BaselineLocalizer::task_of(const StftView& stft, const SelectedBins& bins,
                                        std::span<const Eigen::Matrix3d> R_pool_sensor,
                                        std::span<const MovingWindows> windows,
                                        PoolFrame pool) const {
  return {.stft = stft,
          .bins = bins,
          .R_pool_sensor = R_pool_sensor,
          .windows = windows,
          .pool = pool,
          .options = options_,
          .search = search_,
          .shape = shape_};
}

std::size_t BaselineLocalizer::map_size(PoolFrame pool) const {
  return by_snapshots(pool) ? 0 : search_.grid().padded();
}

void BaselineLocalizer::frame_map(const StftView& stft, const Eigen::Matrix3d& R_pool_sensor,
                                  PoolFrame pool, FrameMap& map) const {
  const SelectedBins bins = select_bins(stft, options_);
  map.frame = frames_of(task_of(stft, bins, {&R_pool_sensor, 1}, {}, pool));
  map.scores = frame_scores(*map.frame, options_.half_space, R_pool_sensor, search_.grid());
}

BaselineEstimate BaselineLocalizer::estimate_window(
    std::span<const double> map, std::span<const ScoreFrames* const> frames,
    const FrameRange& range, std::size_t center_frame,
    std::span<const Eigen::Matrix3d> R_pool_sensor) const {
  const Eigen::Matrix3d& R_center = R_pool_sensor[center_frame];
  const FoundDirection found =
      with_half_space(ListedFrames(frames), options_.half_space, [&](const ScoreFrames& scores) {
        return search_window(search_, shape_, map, scores, range, R_pool_sensor, R_center);
      });
  return estimate_of(found, center_frame, R_center);
}

FreeFieldBaseline::FreeFieldBaseline(const BaselineMethod& method,
                                     std::span<const Eigen::Vector3d> position_m,
                                     const BaselineOptions& options)
    : BaselineLocalizer(method, position_m.size(), shape_of(position_m), options),
      position_m_(position_m.begin(), position_m.end()) {}

SteeringSetup FreeFieldBaseline::steering(const BaselineTask& task) const {
  const BinRange& range = task.bins.range;
  return {.position_m = position_m_,
          .first_hz = static_cast<double>(range.first) * task.stft.bin_hz,
          .step_hz = static_cast<double>(range.stride) * task.stft.bin_hz,
          .frequencies = range.count,
          .speed_of_sound = options().speed_of_sound};
}

std::unique_ptr<ScoreFrames> FreeFieldBaseline::frames_of(const BaselineTask& task) const {
  return method().free_field_frames(task, steering(task));
}

FoundWindows FreeFieldBaseline::find_snapshots(const BaselineTask& task) const {
  return method().free_field_snapshots(task, steering(task));
}

MeasuredBaseline::MeasuredBaseline(const BaselineMethod& method, const MeasuredArray& array,
                                   const BaselineOptions& options)
    : BaselineLocalizer(method, array.microphones, array::Shape(), options), bin_hz_(array.bin_hz) {
  const BinRange range = bin_range(array.bins, array.bin_hz, options);
  const std::size_t microphones = array.microphones;
  std::vector<std::complex<float>> all(array.bins * microphones);
  grid_ = std::make_shared<MeasuredGrid>(
      range.count, microphones, method.phases_only,
      [&](const Eigen::Vector3d& direction, std::span<std::complex<float>> H) {
        array.response(direction, all);
        for (std::size_t k = 0; k < range.count; ++k) {
          std::copy_n(&all[range.bin(k) * microphones], microphones, &H[k * microphones]);
        }
      });
}

std::unique_ptr<ScoreFrames> MeasuredBaseline::frames_of(const BaselineTask& task) const {
  check_bins(task.stft, bin_hz_);
  return method().measured_frames(task, grid_);
}

FoundWindows MeasuredBaseline::find_snapshots(const BaselineTask& task) const {
  check_bins(task.stft, bin_hz_);
  return method().measured_snapshots(task, grid_);
}

}  // namespace doa
