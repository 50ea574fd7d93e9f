#include "doa/lsdd.h"

#include <memory>

namespace doa {
namespace {

std::unique_ptr<ScoreFrames> lsdd_free_field(const BaselineTask& task, const SteeringSetup& array) {
  auto frames = std::make_unique<SteeredFrames>(array, MatchScore::kAngle, task.stft.frames);
  set_snapshots(task, *frames);
  frames->apply_soft_masks(task.options.selectivity, task.search.grid());
  return frames;
}

std::unique_ptr<ScoreFrames> lsdd_measured(const BaselineTask& task,
                                           const std::shared_ptr<const MeasuredGrid>& array) {
  auto frames = std::make_unique<MeasuredFrames>(array, MatchScore::kAngle, task.stft.frames);
  set_snapshots(task, *frames);
  frames->apply_soft_masks(task.options.selectivity);
  frames->tabulate();
  return frames;
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
          .free_field_frames = lsdd_free_field,
          .measured_frames = lsdd_measured};
}

}  // namespace doa
