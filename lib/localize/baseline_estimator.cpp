#include "localize/baseline_estimator.h"

#include <algorithm>
#include <memory>
#include <span>

#include "localize/dense_stft.h"
#include "localize/known_array.h"

namespace localize {
namespace {

/// Longest stretch of frames that is searched at once: it bounds the memory of long recordings.
constexpr std::size_t kStretchFrames = 6000;

std::unique_ptr<const doa::BaselineLocalizer> make_localizer(const doa::BaselineMethod& method,
                                                             const KnownArraySetup& array) {
  const doa::BaselineOptions options = baseline_options(method, array);
  if (array.measured)
    return std::make_unique<doa::MeasuredBaseline>(method, *array.measured, options);
  return std::make_unique<doa::FreeFieldBaseline>(method, array.position_m, options);
}

/// Number of bins of a session in frames of a range and frequencies of a band.
class BinCounter {
 public:
  BinCounter(const session::Features& heard, double low_hz, double high_hz, double bin_hz)
      : before_(heard.frames() + 1, 0) {
    for (std::size_t b = 0; b < heard.bins(); ++b) {
      const double hz = heard.frequency[b] * bin_hz;
      if (hz >= low_hz - 1e-6 && hz <= high_hz + 1e-6) ++before_[heard.frame[b] + 1];
    }
    for (std::size_t n = 0; n + 1 < before_.size(); ++n) before_[n + 1] += before_[n];
  }
  std::size_t count(const doa::FrameRange& frames) const {
    return before_[frames.end] - before_[frames.first];
  }

 private:
  std::vector<std::size_t> before_;
};

class BaselineEstimator : public WindowEstimator {
 public:
  BaselineEstimator(const doa::BaselineMethod& method, const EstimatorSetup& setup)
      : setup_(setup),
        options_(baseline_options(method, *setup.array)),
        localizer_(make_localizer(method, *setup.array)) {}

  SessionEstimates estimate(const EstimatorInput& input) const override {
    SessionEstimates result{{}, unassigned_sources(setup_, input.bins.bins())};
    const BinCounter counter(input.heard, options_.min_hz, options_.max_hz, setup_.array->bin_hz);
    if (setup_.newest && map_size() > 0) {
      add_newest(input, counter, result.windows);
      return result;
    }
    for (std::size_t w = 0; w < setup_.windows.size(); ++w) {
      const doa::MovingWindows windows = moving_windows(setup_, w, input.heard.frames());
      for (std::size_t first = 0; first < windows.size();) {
        first += add_stretch(input.heard, windows, w, first, counter, result.windows);
      }
    }
    return result;
  }

  std::size_t map_size() const override { return localizer_->map_size(pool()); }

  void frame_map(const session::Features& heard, doa::FrameMap& map) const override {
    const KnownArraySetup& array = *setup_.array;
    const DenseStft dense =
        dense_stft(heard, {0, 1}, array.microphones(), array.fft_bins, array.bin_hz);
    localizer_->frame_map(dense.view, pool_rotation(heard, 0, setup_.world), pool(), map);
  }

 private:
  doa::PoolFrame pool() const {
    return setup_.world ? doa::PoolFrame::kWorld : doa::PoolFrame::kSensor;
  }

  /// Adds the estimate of each length's newest window, by the maps of its frames.
  void add_newest(const EstimatorInput& input, const BinCounter& counter,
                  std::vector<session::Estimate>& estimates) const {
    std::vector<const doa::ScoreFrames*> frames;
    std::vector<Eigen::Matrix3d> R_pool_sensor;
    for (std::size_t n = 0; n < input.frame_maps.size(); ++n) {
      frames.push_back(input.frame_maps[n]->frame.get());
      R_pool_sensor.push_back(pool_rotation(input.heard, n, setup_.world));
    }
    for (std::size_t w = 0; w < setup_.windows.size(); ++w) {
      const doa::MovingWindows windows = moving_windows(setup_, w, input.heard.frames());
      if (windows.size() == 0) continue;
      const doa::FrameRange range = windows.range(0);
      const std::size_t center = windows.center_frame(0);
      session::Estimate estimate = window_at(w, center, input.heard);
      const doa::BaselineEstimate found =
          localizer_->estimate_window(input.maps[w], frames, range, center, R_pool_sensor);
      set_baseline_direction(found, setup_.array->shape.extent, found.direction_sensor,
                             counter.count(range), estimate);
      estimates.push_back(std::move(estimate));
    }
  }

  /// Adds the estimates of windows from `first` on that lie in one stretch of frames.
  /// @return  their number
  std::size_t add_stretch(const session::Features& heard, const doa::MovingWindows& windows,
                          std::size_t w, std::size_t first, const BinCounter& counter,
                          std::vector<session::Estimate>& estimates) const {
    std::size_t count = 1;
    const std::size_t begin = windows.range(first).first;
    while (first + count < windows.size() &&
           windows.range(first + count).end <= begin + kStretchFrames) {
      ++count;
    }
    const doa::FrameRange frames{begin, windows.range(first + count - 1).end};
    const KnownArraySetup& array = *setup_.array;
    const DenseStft dense =
        dense_stft(heard, frames, array.microphones(), array.fft_bins, array.bin_hz);
    const std::vector<doa::MovingWindows> local = {moving_windows(setup_, w, frames.count())};
    const auto q = std::span(heard.frame_rotation).subspan(frames.first, frames.count());
    const auto found = localizer_->localize(dense.view, q, local, pool());
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t window = first + i;
      session::Estimate estimate = window_at(w, windows.center_frame(window), heard);
      set_baseline_direction(found[0][i], array.shape.extent, found[0][i].direction_sensor,
                             counter.count(windows.range(window)), estimate);
      estimates.push_back(std::move(estimate));
    }
    return count;
  }

  EstimatorSetup setup_;
  doa::BaselineOptions options_;
  std::unique_ptr<const doa::BaselineLocalizer> localizer_;
};

}  // namespace

void set_baseline_direction(const doa::BaselineEstimate& found, array::Extent extent,
                            const Eigen::Vector3d& direction_sensor, std::size_t bins,
                            session::Estimate& estimate) {
  if (found.empty()) return;
  estimate.direction_sensor = direction_sensor;
  estimate.direction_world = estimate.q_world_sensor * direction_sensor;
  estimate.confidence = found.share;
  estimate.support = found.share;
  estimate.bins = static_cast<std::uint32_t>(bins);
  if (found.ambiguous) estimate.ambiguity = ambiguity_of(extent);
}

EstimatorKind baseline_estimator(const doa::BaselineMethod& method) {
  return {.name = method.name,
          .help = method.help,
          .several_sources = false,
          .needs_responses = false,
          .make = [&method](const EstimatorSetup& setup) -> std::unique_ptr<WindowEstimator> {
            return std::make_unique<BaselineEstimator>(method, setup);
          },
          .needs_network = false,
          .needs_array = true};
}

}  // namespace localize
