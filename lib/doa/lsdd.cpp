#include "doa/lsdd.h"

namespace doa {
namespace {

/// Sets every frame of `out` to its bins; the soft masks are still missing.
void set_snapshots(const BaselineTask& task, SnapshotFrames& out) {
  for (std::size_t n = 0; n < task.stft.frames; ++n) {
    const std::span<const float> weight = task.bins.weights(n);
    for (std::size_t k = 0; k < weight.size(); ++k) {
      out.set(n, k, {task.stft.at(n, task.bins.range.bin(k)), task.stft.microphones}, weight[k]);
    }
  }
}

FoundWindows lsdd_free_field(const BaselineTask& task, const SteeringSetup& array) {
  SteeredFrames frames(array, MatchScore::kAngle, task.stft.frames);
  set_snapshots(task, frames);
  frames.apply_soft_masks(task.options.selectivity, task.search.grid());
  return task.search.search_windows(frames, task.windows, task.R_pool_sensor);
}

FoundWindows lsdd_measured(const BaselineTask& task,
                           const std::shared_ptr<const MeasuredGrid>& array) {
  MeasuredFrames frames(array, MatchScore::kAngle, task.stft.frames);
  set_snapshots(task, frames);
  frames.apply_soft_masks(task.options.selectivity);
  frames.tabulate();
  return task.search.search_windows(frames, task.windows, task.R_pool_sensor);
}

}  // namespace

BaselineMethod lsdd_method() {
  BaselineOptions options;
  options.min_hz = 1800.0;
  options.max_hz = 3600.0;
  return {.name = "lsdd",
          .help = "soft masks",
          .options = options,
          .phases_only = false,
          .find_free_field = lsdd_free_field,
          .find_measured = lsdd_measured};
}

}  // namespace doa
