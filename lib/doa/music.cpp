#include "doa/music.h"

#include <memory>

namespace doa {
namespace {

std::unique_ptr<ScoreFrames> music_free_field(const BaselineTask& task,
                                              const SteeringSetup& array) {
  auto frames = std::make_unique<SteeredFrames>(array, MatchScore::kInverse, task.stft.frames);
  set_snapshots(task, *frames);
  return frames;
}

std::unique_ptr<ScoreFrames> music_measured(const BaselineTask& task,
                                            const std::shared_ptr<const MeasuredGrid>& array) {
  auto frames = std::make_unique<MeasuredFrames>(array, MatchScore::kInverse, task.stft.frames);
  set_snapshots(task, *frames);
  frames->tabulate();
  return frames;
}

}  // namespace

BaselineMethod music_method() {
  BaselineOptions options;
  options.bin_stride = 3;
  return {.name = "music",
          .help = "pseudo-spectra of single frames",
          .options = options,
          .phases_only = false,
          .free_field_frames = music_free_field,
          .measured_frames = music_measured};
}

}  // namespace doa
