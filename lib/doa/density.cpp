#include "doa/density.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/errors.h"
#include "core/kernel.h"
#include "core/units.h"
#include "doa/fast_math.h"
#include "doa/metrics.h"
#include "so3/rotation.h"

namespace doa {
namespace {

constexpr double kReachInAlphas = 12.0;

/// Sharpness of the rounds that refine a peak on its own bins. They start narrower than those of
/// pool_robust(): the peak is already near, and a neighboring source may not be far.
constexpr double kRefineKappas[] = {40.0, 60.0, 80.0};

/// Adds weight exp(-angle / alpha) to the grid points of a bin's runs.
/// The angle comes from the chord c: 2 asin(c / 2) = c + c^3/24 + 3 c^5/640 + ..., whose next term
/// is below 1e-7 up to 16 degrees; chords of difference vectors keep all digits of small angles.
CSL_KERNEL void add_kernel(const float* x, const float* y, const float* z,
                           const SphereIndex::Run* runs, std::size_t run_count, const float* d,
                           float weight, float inverse_alpha, float* density) {
  const float dx = d[0], dy = d[1], dz = d[2];
  for (std::size_t r = 0; r < run_count; ++r) {
#pragma omp simd
    for (std::uint32_t j = runs[r].first; j < runs[r].end; ++j) {
      const float ex = x[j] - dx, ey = y[j] - dy, ez = z[j] - dz;
      const float chord2 = ex * ex + ey * ey + ez * ez;
      const float angle =
          std::sqrt(chord2) * (1.0f + chord2 * (1.0f / 24.0f + chord2 * (3.0f / 640.0f)));
      density[j] += weight * fast_exp(-angle * inverse_alpha);
    }
  }
}

double checked_alpha_rad(double alpha_deg, std::size_t grid_points) {
  if (!(alpha_deg >= 0.1 && alpha_deg <= 5.0) || grid_points < 100) {
    throw core::UsageError(fmt::format(
        "density: expected a bandwidth of 0.1 to 5 degrees and at least 100 grid points, "
        "found {} and {}",
        alpha_deg, grid_points));
  }
  return core::degrees_to_radians(alpha_deg);
}

/// Grid points of a window's peaks: local maxima, highest first, selected by separation and share.
std::vector<std::size_t> choose_peaks(const DirectionDensity& density,
                                      std::span<const float> values, const SourceOptions& options) {
  const double separation_rad = core::degrees_to_radians(options.min_separation_deg);
  std::vector<std::size_t> chosen;
  for (const std::size_t candidate : density.local_maxima(values)) {
    if (chosen.size() == options.max_sources) break;
    if (!chosen.empty() && values[candidate] < options.density_share * values[chosen.front()])
      break;
    const bool apart = std::none_of(chosen.begin(), chosen.end(), [&](std::size_t peak) {
      return so3::angle_between(density.points()[peak], density.points()[candidate]) <
             separation_rad;
    });
    if (apart) chosen.push_back(candidate);
  }
  return chosen;
}

/// The bins of one source, gathered so that kernels can run over them.
struct GatheredBins {
  std::vector<float> x, y, z, norm;
  void add(const BinColumns& from, std::size_t i) {
    x.push_back(from.x[i]);
    y.push_back(from.y[i]);
    z.push_back(from.z[i]);
    norm.push_back(from.norm[i]);
  }
  BinColumns columns() const { return {x.data(), y.data(), z.data(), norm.data(), x.size()}; }
};

/// Index of the nearest peak, or kNoSource if none is within the limit or the bin has no direction.
std::vector<std::uint8_t> assign_bins(const BinColumns& bins,
                                      const std::vector<SourceEstimate>& sources,
                                      double assign_deg) {
  const float limit = static_cast<float>(std::cos(core::degrees_to_radians(assign_deg)));
  std::vector<std::uint8_t> assignment(bins.count, kNoSource);
  for (std::size_t i = 0; i < bins.count; ++i) {
    if (bins.norm[i] == 0.0f) continue;
    float nearest = limit;
    for (std::size_t s = 0; s < sources.size(); ++s) {
      const Eigen::Vector3f d = sources[s].grid_direction.cast<float>();
      const float cosine = bins.x[i] * d.x() + bins.y[i] * d.y() + bins.z[i] * d.z();
      if (cosine < nearest) continue;
      nearest = cosine;
      assignment[i] = static_cast<std::uint8_t>(s);
    }
  }
  return assignment;
}

}  // namespace

DirectionDensity::DirectionDensity(double alpha_deg, std::size_t grid_points)
    : alpha_rad_(checked_alpha_rad(alpha_deg, grid_points)),
      index_(so3::fibonacci_grid(grid_points), kReachInAlphas * alpha_rad_),
      maxima_(index_.points()) {}

std::vector<float> DirectionDensity::evaluate(const SessionBins& bins,
                                              const FrameRange& range) const {
  std::vector<float> density(index_.size(), 0.0f);
  const BinColumns columns = bins.columns(range);
  const float inverse_alpha = static_cast<float>(1.0 / alpha_rad_);
  for (std::size_t i = 0; i < columns.count; ++i) {
    if (columns.norm[i] == 0.0f) continue;
    const float d[3] = {columns.x[i], columns.y[i], columns.z[i]};
    const std::span<const SphereIndex::Run> runs = index_.runs_near(d[0], d[1], d[2]);
    add_kernel(index_.x(), index_.y(), index_.z(), runs.data(), runs.size(), d, columns.norm[i],
               inverse_alpha, density.data());
  }
  return density;
}

double DirectionDensity::evaluate_at(const SessionBins& bins, const FrameRange& range,
                                     const Eigen::Vector3d& direction) const {
  const BinColumns columns = bins.columns(range);
  double density = 0.0;
  for (std::size_t i = 0; i < columns.count; ++i) {
    const Eigen::Vector3d d(columns.x[i], columns.y[i], columns.z[i]);
    if (columns.norm[i] == 0.0f) continue;
    density += columns.norm[i] * std::exp(-so3::angle_between(d, direction) / alpha_rad_);
  }
  return density;
}

std::vector<std::size_t> DirectionDensity::local_maxima(std::span<const float> density) const {
  std::vector<std::size_t> maxima = maxima_.find(density);
  // Where no bin is near, all points are 0 and one of them is highest by its place alone.
  std::erase_if(maxima, [&](std::size_t i) { return density[i] == 0.0f; });
  return maxima;
}

WindowSources estimate_sources(const DirectionDensity& density, const SessionBins& bins,
                               const FrameRange& range, const SourceOptions& options) {
  if (options.max_sources == 0 || options.max_sources >= kNoSource) {
    throw core::UsageError(
        fmt::format("sources: expected 1 to 254 at most, found {}", options.max_sources));
  }
  const std::vector<float> values = density.evaluate(bins, range);
  WindowSources window;
  for (const std::size_t peak : choose_peaks(density, values, options)) {
    SourceEstimate source;
    source.grid_direction = source.direction_world = density.points()[peak];
    source.density = values[peak];
    window.sources.push_back(source);
  }
  const BinColumns columns = bins.columns(range);
  window.assignment = assign_bins(columns, window.sources, options.assign_deg);
  const double all_norms = sum_bins(columns).weight;
  for (std::size_t s = 0; s < window.sources.size(); ++s) {
    SourceEstimate& source = window.sources[s];
    GatheredBins own;
    for (std::size_t i = 0; i < columns.count; ++i) {
      if (window.assignment[i] == s) own.add(columns, i);
    }
    if (options.refine) {
      source.direction_world = seek_mode(own.columns(), source.grid_direction, kRefineKappas);
    }
    source.bins = own.norm.size();
    source.norm_share = sum_bins(own.columns()).weight / all_norms;
    source.confidence =
        sum_bins_near(own.columns(), source.direction_world, kConfidenceKappa).weight;
  }
  return window;
}

double weighted_chamfer_deg(std::span<const Eigen::Vector3d> estimated,
                            std::span<const double> density,
                            std::span<const Eigen::Vector3d> truth) {
  const double total = std::accumulate(density.begin(), density.end(), 0.0);
  if (estimated.empty() || truth.empty() || density.size() != estimated.size() || !(total > 0.0)) {
    throw core::InputError(fmt::format(
        "Chamfer distance: expected at least one true direction and one estimate, each "
        "with a density, found {} estimates, {} densities of sum {}, {} true directions",
        estimated.size(), density.size(), total, truth.size()));
  }
  const auto nearest_deg = [](const Eigen::Vector3d& from, std::span<const Eigen::Vector3d> set) {
    double nearest = 180.0;
    for (const Eigen::Vector3d& to : set) nearest = std::min(nearest, angular_error_deg(from, to));
    return nearest;
  };
  double missed = 0.0, wrong = 0.0;
  for (const Eigen::Vector3d& direction : truth) missed += nearest_deg(direction, estimated);
  for (std::size_t i = 0; i < estimated.size(); ++i) {
    wrong += density[i] * nearest_deg(estimated[i], truth);
  }
  return missed / static_cast<double>(truth.size()) + wrong / total;
}

}  // namespace doa
