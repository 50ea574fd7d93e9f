#include "learn/linear_start.h"

#include <algorithm>

#include "align/linear_map.h"
#include "learn/centroid.h"

namespace learn {
namespace {

/// Number of intervals that the map is fitted to. A map of 48 numbers needs no more.
constexpr std::size_t kFitIntervals = 400;

align::IntervalSpectra read_interval(const Dataset& dataset, const Interval& interval) {
  const std::size_t bins = interval.end_bin - interval.first_bin;
  std::vector<std::complex<float>> stft(bins * dataset.microphones);
  dataset.read_stft(interval.first_bin, stft);
  std::vector<std::uint32_t> frame(bins);
  for (std::size_t b = 0; b < bins; ++b) {
    frame[b] = dataset.frame[interval.first_bin + b] - interval.first_frame;
  }
  return align::interval_spectra(
      stft, frame, std::span(dataset.frequency).subspan(interval.first_bin, bins),
      dataset.bin_width_hz, interval.end_frame - interval.first_frame, dataset.microphones);
}

/// Rotation of the array in the middle of a block.
Eigen::Matrix3d rotation_at(const Dataset& dataset, const Interval& interval,
                            std::uint32_t first_frame) {
  return dataset.R_world_sensor[interval.first_frame + first_frame + align::kBlockFrames / 2]
      .cast<double>();
}

struct LinearMap {
  align::Whitening whitening;
  Eigen::MatrixXd W;       ///< [3, components]
  double agreement = 0.0;  ///< of the map of one half of the intervals on the other half
};

LinearMap fit(const Dataset& dataset, core::ThreadPool& pool) {
  const std::size_t count = std::min(kFitIntervals, dataset.intervals.size());
  const auto chosen = [&](std::size_t i) -> const Interval& {
    return dataset.intervals[i * dataset.intervals.size() / count];
  };
  std::vector<align::IntervalSpectra> spatial(count);
  pool.for_each_shard(count,
                      [&](std::size_t i) { spatial[i] = read_interval(dataset, chosen(i)); });
  LinearMap result;
  if (!align::enough_blocks(spatial))
    return result;  // training itself refuses data that are too short
  result.whitening = align::fit_whitening(spatial);
  const auto components = static_cast<std::size_t>(result.whitening.projection.cols());
  align::LinearAgreement all(components), even(components), odd(components);
  for (std::size_t i = 0; i < count; ++i) {
    const Eigen::MatrixXd white = result.whitening.apply(spatial[i].feature);
    const auto rotation = [&](std::size_t block, Eigen::Matrix3d& R) {
      R = rotation_at(dataset, chosen(i), spatial[i].frame[block]);
      return true;
    };
    all.add(white, rotation);
    (i % 2 == 0 ? even : odd).add(white, rotation);
  }
  result.W = all.best_map();
  result.agreement = odd.of_map(even.best_map());
  return result;
}

Eigen::Vector3f pooled_direction(const Dataset& dataset, const Interval& interval,
                                 const LinearMap& map) {
  const align::IntervalSpectra spatial = read_interval(dataset, interval);
  const Eigen::MatrixXd r = map.whitening.apply(spatial.feature) * map.W.transpose();
  std::vector<double> r_world;
  for (std::size_t block = 0; block < spatial.frame.size(); ++block) {
    const Eigen::Vector3d world = rotation_at(dataset, interval, spatial.frame[block]) *
                                  r.row(static_cast<Eigen::Index>(block)).transpose();
    r_world.insert(r_world.end(), world.begin(), world.end());
  }
  return centroid<double>(r_world).cast<float>();
}

}  // namespace

std::vector<Eigen::Vector3f> linear_directions(const Dataset& dataset, core::ThreadPool& pool) {
  const LinearMap map = fit(dataset, pool);
  if (map.agreement < align::kUsefulAgreement) return {};
  std::vector<Eigen::Vector3f> direction(dataset.intervals.size());
  pool.for_each_shard(direction.size(), [&](std::size_t i) {
    direction[i] = pooled_direction(dataset, dataset.intervals[i], map);
  });
  return direction;
}

}  // namespace learn
