#include "doa/music.h"

#include <Eigen/Eigenvalues>
#include <complex>

namespace doa {
namespace {

/// Sets one frame of `out` to the principal eigenvectors of the covariances over a range of frames.
void set_principal(const BaselineTask& task, const FrameRange& frames, std::size_t out_frame,
                   SnapshotFrames& out) {
  const StftView& stft = task.stft;
  const BinRange& bins = task.bins.range;
  const Eigen::Index microphones = static_cast<Eigen::Index>(stft.microphones);
  Eigen::MatrixXcd covariance(microphones, microphones);
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXcd> solver(microphones);
  std::vector<std::complex<float>> principal(stft.microphones);
  for (std::size_t k = 0; k < bins.count; ++k) {
    covariance.setZero();
    for (std::size_t n = frames.first; n < frames.end; ++n) {
      const float weight = task.bins.weight[n * bins.count + k];
      if (weight == 0.0f) continue;
      const Eigen::VectorXcd y =
          Eigen::Map<const Eigen::VectorXcf>(stft.at(n, bins.bin(k)), microphones)
              .cast<std::complex<double>>();
      covariance.selfadjointView<Eigen::Lower>().rankUpdate(y, weight);
    }
    const double power = covariance.diagonal().real().sum();
    if (power > 0.0) solver.compute(covariance / power);
    for (Eigen::Index m = 0; m < microphones; ++m) {
      // Eigenvalues rise: the last vector belongs to the largest.
      principal[static_cast<std::size_t>(m)] =
          power > 0.0 ? std::complex<float>(solver.eigenvectors()(m, microphones - 1)) : 0.0f;
    }
    out.set(out_frame, k, principal, task.bins.mean_weight(frames, k));
  }
}

/// @param make   makes snapshots for a number of frames
/// @param ready  is called when snapshots are set
template <typename Make, typename Ready>
FoundWindows find_principal(const BaselineTask& task, Make make, Ready ready) {
  const std::size_t count = task.stft.frames;
  if (task.pool == PoolFrame::kWorld) {
    auto frames = make(count);
    for (std::size_t n = 0; n < count; ++n) {
      set_principal(task, block_around(n, task.options.block_frames, count), n, frames);
    }
    ready(frames);
    return task.search.search_windows(frames, task.windows, task.R_pool_sensor);
  }
  auto window = make(1);
  return search_each(task, window, [&](const FrameRange& range) {
    set_principal(task, range, 0, window);
    ready(window);
  });
}

FoundWindows music_free_field(const BaselineTask& task, const SteeringSetup& array) {
  return find_principal(
      task, [&](std::size_t n) { return SteeredFrames(array, MatchScore::kInverse, n); },
      [](SteeredFrames&) {});
}

FoundWindows music_measured(const BaselineTask& task,
                            const std::shared_ptr<const MeasuredGrid>& array) {
  return find_principal(
      task, [&](std::size_t n) { return MeasuredFrames(array, MatchScore::kInverse, n); },
      [](MeasuredFrames& frames) { frames.tabulate(); });
}

}  // namespace

BaselineMethod music_method() {
  BaselineOptions options;
  options.bin_stride = 3;
  return {.name = "music",
          .help = "one source",
          .options = options,
          .phases_only = false,
          .find_free_field = music_free_field,
          .find_measured = music_measured};
}

}  // namespace doa
