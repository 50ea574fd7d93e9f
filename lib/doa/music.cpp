#include "doa/music.h"

namespace doa {
namespace {

FoundWindows music_free_field(const BaselineTask& task, const SteeringSetup& array) {
  SteeredFrames frames(array, MatchScore::kInverse, task.stft.frames);
  set_snapshots(task, frames);
  return search_windows(task, frames);
}

FoundWindows music_measured(const BaselineTask& task,
                            const std::shared_ptr<const MeasuredGrid>& array) {
  MeasuredFrames frames(array, MatchScore::kInverse, task.stft.frames);
  set_snapshots(task, frames);
  frames.tabulate();
  return search_windows(task, frames);
}

}  // namespace

BaselineMethod music_method() {
  BaselineOptions options;
  options.bin_stride = 3;
  return {.name = "music",
          .help = "pseudo-spectra of single frames",
          .options = options,
          .phases_only = false,
          .find_free_field = music_free_field,
          .find_measured = music_measured};
}

}  // namespace doa
