#include "localize/mixture_estimator.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <stdexcept>

#include "doa/ambiguity.h"
#include "doa/half_space.h"
#include "doa/mixture.h"
#include "localize/response_scores.h"
#include "session/estimate.h"
#include "session/features.h"
#include "so3/grid.h"

namespace localize {
namespace {

/// Spacing of the grid (response_grid_points()). Its points near the sources are the candidates for
/// further ones, which a coarser grid would miss.
constexpr double kCandidateShare = 0.15;
constexpr double kCoarsestCandidates_deg = 5.0;

/// The grid in the order that local maxima need.
std::vector<Eigen::Vector3d> ordered_grid(std::size_t points) {
  const std::vector<Eigen::Vector3d> grid = so3::fibonacci_grid(points);
  return doa::SphereIndex(grid, 0.1).points();
}

/// Source with the highest probability of each bin of a window, kNoSource where no source is
/// likelier than "from no direction".
std::vector<std::uint8_t> most_probable(const doa::WindowMixture& mixture) {
  if (mixture.sources.empty()) return {};
  std::vector<std::uint8_t> source(mixture.posterior.front().size(), doa::kNoSource);
  for (std::size_t b = 0; b < source.size(); ++b) {
    float rest = 1.0F, highest = 0.0F;
    for (std::size_t k = 0; k < mixture.sources.size(); ++k) {
      const float probability = mixture.posterior[k][b];
      rest -= probability;
      if (probability <= highest) continue;
      highest = probability;
      source[b] = static_cast<std::uint8_t>(k);
    }
    if (highest < rest) source[b] = doa::kNoSource;
  }
  return source;
}

class MixtureEstimator : public WindowEstimator {
 public:
  explicit MixtureEstimator(const EstimatorSetup& setup)
      : setup_(setup),
        search_(ordered_grid(response_grid_points(*setup.responses, kCandidateShare,
                                                  kCoarsestCandidates_deg)),
                {.max_sources = setup.sources.max_sources,
                 .min_separation_deg = setup.sources.min_separation_deg,
                 .min_gain = setup.source_gain}) {}

  SessionEstimates estimate(const EstimatorInput& input) const override {
    const PoolingBins pool = pooling_bins(input.bins, input.r_sensor, setup_.world);
    const std::vector<Eigen::Matrix3d> R_pool_sensor = pool.R_pool_sensor();
    const std::vector<doa::MovingWindows> windows = all_windows(setup_, input.heard.frames());
    const calib::ResponseFrames frames =
        response_frames(*setup_.responses, input.heard, setup_.array.get());
    SessionEstimates result{{}, unassigned_sources(setup_, input.bins.bins())};
    std::vector<std::vector<session::Estimate>> estimates(windows.size());
    const auto take = [&](std::size_t w, std::size_t i, const doa::WindowMixture& mixture) {
      const doa::FrameRange range = windows[w].range(i);
      const std::vector<std::uint8_t> source = most_probable(mixture);
      session::Estimate estimate = window_at(w, windows[w].center_frame(i), input.heard);
      fill(pool, range, mixture, source, estimate);
      if (setup_.array) fill_known(mixture, frames, range, R_pool_sensor, estimate);
      estimates[w].push_back(std::move(estimate));
      if (!setup_.bins) return;
      const doa::FrameRange assigned =
          assigned_frames(setup_.windows[w], windows[w].center_frame(i), input.heard.frames());
      assign(input, frames.first_bin(), assigned, source, frames.first_bin()[range.first], w,
             result.source);
    };
    with_side(frames, [&](const doa::BinDensities& bins) {
      if (!setup_.newest) search_.visit_windows(bins, windows, R_pool_sensor, take);
      for (std::size_t w = 0; setup_.newest && w < windows.size(); ++w) {
        if (windows[w].size() == 0) continue;
        const doa::FrameRange range = windows[w].range(0);
        std::vector<const doa::GridRatios*> ratios;
        for (std::size_t n = range.first; range.count() <= kept_frames() && n < range.end; ++n) {
          ratios.push_back(&input.frame_maps[n]->ratios);
        }
        take(w, 0, search_.fit(bins, range, R_pool_sensor, input.maps[w], ratios));
      }
    });
    for (std::vector<session::Estimate>& of_length : estimates) {
      std::ranges::move(of_length, std::back_inserter(result.windows));
    }
    return result;
  }

  std::size_t map_size() const override { return search_.grid().padded(); }

  std::size_t kept_frames() const override { return doa::kKeptFrames; }

  void frame_map(const session::Features& heard, doa::FrameMap& map) const override {
    const calib::ResponseFrames frames =
        response_frames(*setup_.responses, heard, setup_.array.get());
    with_side(frames, [&](const doa::BinDensities& bins) {
      search_.frame_map(bins, 0, pool_rotation(heard, 0, setup_.world), map);
    });
  }

 private:
  /// Calls use(bins) with the densities, limited to the half space if one is known.
  template <typename Use>
  void with_side(const calib::ResponseFrames& frames, Use use) const {
    if (setup_.array && setup_.array->half_space) {
      use(doa::HalfSpaceDensities(frames, *setup_.array->half_space));
    } else {
      use(frames);
    }
  }

  /// Without a network, the confidence in a source is its share of the window's bins.
  void fill_known(const doa::WindowMixture& mixture, const calib::ResponseFrames& frames,
                  const doa::FrameRange& range, std::span<const Eigen::Matrix3d> R_pool_sensor,
                  session::Estimate& estimate) const {
    if (mixture.sources.empty()) return;
    const std::span<const std::size_t> first = frames.first_bin();
    estimate.bins = static_cast<std::uint32_t>(first[range.end] - first[range.first]);
    for (session::Peak& peak : estimate.peaks) {
      peak.confidence = peak.density;
      peak.norm_share = peak.density;
    }
    estimate.confidence = estimate.peaks.front().confidence;
    estimate.support = estimate.peaks.front().norm_share;
    const KnownArraySetup& array = *setup_.array;
    if (array.shape.extent == array::Extent::kVolume) return;
    const bool side_known = doa::side_is_known(array.shape, array.half_space);
    if (!side_known && !turns(array.shape, R_pool_sensor, range)) set_ambiguous(array, estimate);
  }

  void fill(const PoolingBins& pool, const doa::FrameRange& range,
            const doa::WindowMixture& mixture, std::span<const std::uint8_t> source,
            session::Estimate& estimate) const {
    if (mixture.sources.empty()) return;
    const Eigen::Quaterniond q_sensor_pool = pool.q_pool_sensor[estimate.frame].conjugate();
    const doa::BinColumns columns = pool.bins.columns(range);
    for (std::size_t k = 0; k < mixture.sources.size(); ++k) {
      const doa::MixtureSource& found = mixture.sources[k];
      session::Peak peak;
      peak.direction_sensor = q_sensor_pool * found.direction;
      peak.direction_world = estimate.q_world_sensor * peak.direction_sensor;
      peak.density = found.share;
      const NetworkConfidence network = network_confidence(columns, found.direction);
      peak.confidence = network.confidence;
      peak.norm_share = network.support;
      peak.bins = static_cast<std::uint32_t>(std::ranges::count(source, k));
      estimate.peaks.push_back(peak);
    }
    estimate.direction_sensor = estimate.peaks.front().direction_sensor;
    estimate.direction_world = estimate.peaks.front().direction_world;
    estimate.confidence = estimate.peaks.front().confidence;
    estimate.support = estimate.peaks.front().norm_share;
    estimate.bins = static_cast<std::uint32_t>(columns.count);
  }

  /// Writes the sources of the network's bins. They are heard bins, some of which are left out.
  /// @param first_bin      first heard bin of every frame, [frames + 1]
  /// @param window_source  of the window's heard bins, the first of which is `window_first`
  void assign(const EstimatorInput& input, std::span<const std::size_t> first_bin,
              const doa::FrameRange& assigned, std::span<const std::uint8_t> window_source,
              std::size_t window_first, std::size_t w, std::vector<std::uint8_t>& source) const {
    if (window_source.empty()) return;
    const std::vector<std::uint32_t>& frame = input.bins.frame;
    auto b =
        static_cast<std::size_t>(std::ranges::lower_bound(frame, assigned.first) - frame.begin());
    std::size_t heard = first_bin[assigned.first];
    for (; b < frame.size() && frame[b] < assigned.end; ++b) {
      while (heard < input.heard.bins() &&
             (input.heard.frame[heard] != frame[b] ||
              input.heard.frequency[heard] != input.bins.frequency[b])) {
        ++heard;
      }
      if (heard == input.heard.bins()) {
        throw std::logic_error("mixture: a bin of the network is not a heard bin");
      }
      source[b * setup_.windows.size() + w] = window_source[heard - window_first];
    }
  }

  EstimatorSetup setup_;
  doa::MixtureSearch search_;
};

}  // namespace

EstimatorKind mixture_estimator() {
  return {.name = "mixture",
          .help = "mixture of directions that fits the responses best",
          .several_sources = true,
          .needs_responses = true,
          .make = [](const EstimatorSetup& setup) -> std::unique_ptr<WindowEstimator> {
            return std::make_unique<MixtureEstimator>(setup);
          },
          .needs_network = false};
}

}  // namespace localize
