#include "doa/baseline_method.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>

#include "core/errors.h"
#include "doa/ambiguity.h"
#include "doa/half_space.h"

namespace doa {
namespace {

double power_of(const StftView& stft, std::size_t frame, std::size_t bin) {
  const std::complex<float>* y = stft.at(frame, bin);
  double power = 0.0;
  for (std::size_t m = 0; m < stft.microphones; ++m) power += std::norm(std::complex<double>(y[m]));
  return power;
}

}  // namespace

float SelectedBins::mean_weight(const FrameRange& frames, std::size_t k) const {
  float sum = 0.0f;
  float used = 0.0f;
  for (std::size_t n = frames.first; n < frames.end; ++n) {
    const float w = weight[n * range.count + k];
    sum += w;
    used += w > 0.0f ? 1.0f : 0.0f;
  }
  return used > 0.0f ? sum / used : 0.0f;
}

BinRange bin_range(std::size_t bins, double bin_hz, const BaselineOptions& options) {
  BinRange range;
  range.stride = options.bin_stride;
  range.first = static_cast<std::size_t>(std::ceil(options.min_hz / bin_hz - 1e-9));
  const double last =
      std::min(std::floor(options.max_hz / bin_hz + 1e-9), static_cast<double>(bins) - 1.0);
  if (last < static_cast<double>(range.first)) {
    throw core::InputError(
        fmt::format("baselines: expected bins between {} and {} Hz, found {} bins {} Hz apart",
                    options.min_hz, options.max_hz, bins, bin_hz));
  }
  range.count = (static_cast<std::size_t>(last) - range.first) / options.bin_stride + 1;
  return range;
}

SelectedBins select_bins(const StftView& stft, const BaselineOptions& options) {
  SelectedBins bins;
  bins.range = bin_range(stft.bins, stft.bin_hz, options);
  const double floor = core::decibels_to_power(options.floor_db);
  bins.weight.resize(stft.frames * bins.range.count);
  std::vector<double> power(stft.frames);
  for (std::size_t k = 0; k < bins.range.count; ++k) {
    double largest = 0.0;
    for (std::size_t n = 0; n < stft.frames; ++n) {
      power[n] = power_of(stft, n, bins.range.bin(k));
      largest = std::max(largest, power[n]);
    }
    for (std::size_t n = 0; n < stft.frames; ++n) {
      const bool used = power[n] > 0.0 && power[n] >= floor * largest;
      bins.weight[n * bins.range.count + k] = used ? stft.weight_at(n, bins.range.bin(k)) : 0.0f;
    }
  }
  return bins;
}

void set_snapshots(const BaselineTask& task, SnapshotFrames& out) {
  for (std::size_t n = 0; n < task.stft.frames; ++n) {
    const std::span<const float> weight = task.bins.weights(n);
    for (std::size_t k = 0; k < weight.size(); ++k) {
      out.set(n, k, {task.stft.at(n, task.bins.range.bin(k)), task.stft.microphones}, weight[k]);
    }
  }
}

FoundDirection search_window(const DirectionSearch& search, const array::Shape& shape,
                             std::span<const double> map, const ScoreFrames& frames,
                             const FrameRange& range,
                             std::span<const Eigen::Matrix3d> R_pool_sensor,
                             const Eigen::Matrix3d& R_center) {
  FoundDirection found = search.search_map(map, frames, range, R_pool_sensor);
  found.contrast = contrast(shape, search, map, frames, range, R_pool_sensor, R_center, found);
  return found;
}

FoundWindows search_windows(const BaselineTask& task, const ScoreFrames& frames) {
  return with_half_space(frames, task.options.half_space, [&](const ScoreFrames& scores) {
    FoundWindows found(task.windows.size());
    task.search.visit_windows(
        scores, task.windows, task.R_pool_sensor,
        [&](std::size_t w, std::size_t i, std::span<const double> map) {
          const MovingWindows& windows = task.windows[w];
          found[w].push_back(search_window(task.search, task.shape, map, scores, windows.range(i),
                                           task.R_pool_sensor,
                                           task.R_pool_sensor[windows.center_frame(i)]));
        });
    return found;
  });
}

FoundDirection search_snapshot(const BaselineTask& task, const ScoreFrames& frames) {
  const std::vector<Eigen::Matrix3d> identity = {Eigen::Matrix3d::Identity()};
  return with_half_space(frames, task.options.half_space, [&](const ScoreFrames& scores) {
    const std::vector<double> map = window_scores(scores, {0, 1}, identity, task.search.grid());
    return search_window(task.search, task.shape, map, scores, {0, 1}, identity, identity.front());
  });
}

}  // namespace doa
