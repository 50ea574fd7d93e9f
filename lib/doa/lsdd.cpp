#include "doa/lsdd.h"

namespace doa {
namespace {

FoundWindows lsdd_free_field(const BaselineTask& task, const SteeringSetup& array) {
  SteeredFrames frames(array, MatchScore::kAngle, task.stft.frames);
  set_snapshots(task, frames);
  frames.apply_soft_masks(task.options.selectivity, task.search.grid());
  return search_windows(task, frames);
}

FoundWindows lsdd_measured(const BaselineTask& task,
                           const std::shared_ptr<const MeasuredGrid>& array) {
  MeasuredFrames frames(array, MatchScore::kAngle, task.stft.frames);
  set_snapshots(task, frames);
  frames.apply_soft_masks(task.options.selectivity);
  frames.tabulate();
  return search_windows(task, frames);
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
