#include "doa/baseline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/errors.h"
#include "doa/baseline_frames.h"

namespace doa {
namespace {

constexpr std::pair<Baseline, const char*> kNames[] = {
    {Baseline::kSrpPhat, "srp-phat"}, {Baseline::kLsdd, "lsdd"}, {Baseline::kMusic, "music"}};

const BaselineOptions& checked(const BaselineOptions& options, std::size_t microphones) {
  const bool frequencies = options.min_hz > 0.0 && options.max_hz >= options.min_hz &&
                           std::isfinite(options.max_hz) && options.bin_stride >= 1;
  if (!frequencies) {
    throw core::UsageError(
        fmt::format("baselines: expected 0 < lowest <= highest frequency and a stride of 1 or "
                    "more, found {} Hz, "
                    "{} Hz and {}",
                    options.min_hz, options.max_hz, options.bin_stride));
  }
  if (microphones < 2 || microphones > 64) {
    throw core::UsageError(
        fmt::format("baselines: expected 2 to 64 microphones, found {}", microphones));
  }
  if (options.grid_points < 100 || !(options.refine_step_deg >= 0.0) ||
      options.block_frames % 2 == 0 || !(options.selectivity > 0.0) ||
      !(options.speed_of_sound > 0.0)) {
    throw core::UsageError(
        "baselines: expected 100 or more grid points, a step of 0 or more, an odd number of block "
        "frames, a positive selectivity and speed of sound");
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

FrameRange block_around(std::size_t frame, std::size_t block_frames, std::size_t frames) {
  const std::size_t half = block_frames / 2;
  return {frame > half ? frame - half : 0, std::min(frame + half + 1, frames)};
}

/// Searches every window on snapshots of its own, made by set_window(range) as frame 0 of `frames`.
template <typename SetWindow>
std::vector<std::vector<FoundDirection>> search_each(const DirectionSearch& search,
                                                     const ScoreFrames& frames,
                                                     std::span<const MovingWindows> windows,
                                                     SetWindow set_window) {
  const std::vector<Eigen::Matrix3d> identity = {Eigen::Matrix3d::Identity()};
  std::vector<std::vector<FoundDirection>> found(windows.size());
  for (std::size_t w = 0; w < windows.size(); ++w) {
    for (std::size_t i = 0; i < windows[w].size(); ++i) {
      set_window(windows[w].range(i));
      found[w].push_back(search.search(frames, {0, 1}, identity));
    }
  }
  return found;
}

}  // namespace

Baseline baseline_from_name(const std::string& name) {
  for (const auto& [baseline, known] : kNames) {
    if (name == known) return baseline;
  }
  throw core::UsageError(
      fmt::format("baselines: expected srp-phat, lsdd or music, found \"{}\"", name));
}

std::string baseline_name(Baseline baseline) {
  for (const auto& [known, name] : kNames) {
    if (baseline == known) return name;
  }
  return "";
}

BaselineOptions BaselineOptions::defaults(Baseline baseline) {
  BaselineOptions options;
  if (baseline == Baseline::kLsdd) {
    options.min_hz = 1800.0;
    options.max_hz = 3600.0;
  }
  if (baseline == Baseline::kMusic) options.bin_stride = 3;
  return options;
}

BaselineLocalizer::BaselineLocalizer(Baseline baseline, std::span<const Eigen::Vector3d> position_m,
                                     const BaselineOptions& options)
    : baseline_(baseline),
      microphones_(position_m.size()),
      position_m_(position_m.begin(), position_m.end()),
      options_(checked(options, position_m.size())),
      search_(so3::fibonacci_grid(options.grid_points), options.refine_step_deg) {}

BaselineLocalizer::BaselineLocalizer(Baseline baseline, const MeasuredArray& array,
                                     const BaselineOptions& options)
    : baseline_(baseline),
      microphones_(array.microphones),
      grid_bin_hz_(array.bin_hz),
      options_(checked(options, array.microphones)),
      search_(so3::fibonacci_grid(options.grid_points), options.refine_step_deg) {
  const BinRange range = bin_range(array.bins, array.bin_hz, options);
  std::vector<std::complex<float>> all(array.bins * microphones_);
  grid_ = std::make_shared<MeasuredGrid>(
      range.count, microphones_, baseline == Baseline::kSrpPhat,
      [&](const Eigen::Vector3d& direction, std::span<std::complex<float>> H) {
        array.response(direction, all);
        for (std::size_t k = 0; k < range.count; ++k) {
          std::copy_n(&all[range.bin(k) * microphones_], microphones_, &H[k * microphones_]);
        }
      });
}

std::vector<std::vector<BaselineEstimate>> BaselineLocalizer::localize(
    const StftView& stft, std::span<const Eigen::Quaterniond> q_world_sensor,
    std::span<const MovingWindows> windows, PoolFrame pool) const {
  check_session(stft, microphones_, q_world_sensor.size(), windows);
  std::vector<Eigen::Matrix3d> R_pool_sensor(stft.frames, Eigen::Matrix3d::Identity());
  for (std::size_t n = 0; pool == PoolFrame::kWorld && n < stft.frames; ++n) {
    R_pool_sensor[n] = q_world_sensor[n].toRotationMatrix();
  }
  const std::vector<std::vector<FoundDirection>> found = find(stft, R_pool_sensor, windows, pool);
  std::vector<std::vector<BaselineEstimate>> estimates(windows.size());
  for (std::size_t w = 0; w < windows.size(); ++w) {
    for (std::size_t i = 0; i < found[w].size(); ++i) {
      BaselineEstimate estimate;
      estimate.center_frame = windows[w].center_frame(i);
      const Eigen::Matrix3d R_sensor_pool = R_pool_sensor[estimate.center_frame].transpose();
      estimate.grid_direction_sensor = R_sensor_pool * found[w][i].grid_direction;
      estimate.direction_sensor = R_sensor_pool * found[w][i].direction;
      estimate.score = found[w][i].score;
      estimates[w].push_back(estimate);
    }
  }
  return estimates;
}

std::vector<std::vector<FoundDirection>> BaselineLocalizer::find(
    const StftView& stft, std::span<const Eigen::Matrix3d> R_pool_sensor,
    std::span<const MovingWindows> windows, PoolFrame pool) const {
  if (grid_ == nullptr) return find_by_positions(stft, R_pool_sensor, windows, pool);
  if (stft.bin_hz != grid_bin_hz_) {
    throw core::InputError(fmt::format("baselines: expected bins {} Hz apart, found {} Hz",
                                       grid_bin_hz_, stft.bin_hz));
  }
  return find_by_responses(stft, R_pool_sensor, windows, pool);
}

std::vector<std::vector<FoundDirection>> BaselineLocalizer::find_by_positions(
    const StftView& stft, std::span<const Eigen::Matrix3d> R_pool_sensor,
    std::span<const MovingWindows> windows, PoolFrame pool) const {
  const SelectedBins bins = select_bins(stft, options_);
  const SteeringSetup setup =
      steering_setup(stft, position_m_, bins.range, options_.speed_of_sound);
  if (baseline_ == Baseline::kLsdd) {
    SteeredFrames frames(setup, MatchScore::kAngle, stft.frames);
    set_snapshots(stft, bins, frames);
    frames.apply_soft_masks(options_.selectivity, search_.grid());
    return search_.search_windows(frames, windows, R_pool_sensor);
  }
  if (baseline_ == Baseline::kSrpPhat && pool == PoolFrame::kWorld) {
    return search_.search_windows(frame_phases(stft, bins, setup), windows, R_pool_sensor);
  }
  if (baseline_ == Baseline::kSrpPhat) {
    PhaseFrames window(setup, 1);
    return search_each(search_, window, windows, [&](const FrameRange& range) {
      const WindowPhases phases = window_phases(stft, bins, range, options_.whiten_frames);
      window.set(0, phases.phasor, phases.weight);
    });
  }
  if (pool == PoolFrame::kWorld) {
    SteeredFrames frames(setup, MatchScore::kInverse, stft.frames);
    for (std::size_t n = 0; n < stft.frames; ++n) {
      set_principal(stft, bins, block_around(n, options_.block_frames, stft.frames), n, frames);
    }
    return search_.search_windows(frames, windows, R_pool_sensor);
  }
  SteeredFrames window(setup, MatchScore::kInverse, 1);
  return search_each(search_, window, windows,
                     [&](const FrameRange& range) { set_principal(stft, bins, range, 0, window); });
}

std::vector<std::vector<FoundDirection>> BaselineLocalizer::find_by_responses(
    const StftView& stft, std::span<const Eigen::Matrix3d> R_pool_sensor,
    std::span<const MovingWindows> windows, PoolFrame pool) const {
  const SelectedBins bins = select_bins(stft, options_);
  const bool music = baseline_ == Baseline::kMusic;
  if (baseline_ == Baseline::kLsdd) {
    MeasuredFrames frames(grid_, MatchScore::kAngle, stft.frames);
    set_snapshots(stft, bins, frames);
    frames.apply_soft_masks(options_.selectivity);
    frames.tabulate();
    return search_.search_windows(frames, windows, R_pool_sensor);
  }
  const auto fill = [&](const FrameRange& range, std::size_t out, MeasuredFrames& frames) {
    if (music) return set_principal(stft, bins, range, out, frames);
    set_phases(window_phases(stft, bins, range, options_.whiten_frames), out, frames);
  };
  const MatchScore match = music ? MatchScore::kInverse : MatchScore::kPower;
  if (pool == PoolFrame::kWorld) {
    MeasuredFrames frames(grid_, match, stft.frames);
    for (std::size_t n = 0; n < stft.frames; ++n) {
      fill(block_around(n, music ? options_.block_frames : 1, stft.frames), n, frames);
    }
    frames.tabulate();
    return search_.search_windows(frames, windows, R_pool_sensor);
  }
  MeasuredFrames window(grid_, match, 1);
  return search_each(search_, window, windows, [&](const FrameRange& range) {
    fill(range, 0, window);
    window.tabulate();
  });
}

}  // namespace doa
