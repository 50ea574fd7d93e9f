/// What pooling and search cost, each beside a plain way to compute the same.
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <functional>

#include "core/random.h"
#include "doa/density.h"
#include "doa/pooling.h"
#include "so3/rotation.h"

namespace {

constexpr std::size_t kFrames = 300;  // 3 s at 10 ms hop
constexpr std::size_t kBinsPerFrame = 150;

/// Shortest of several runs: the machine may be shared.
double seconds_of(int runs, const std::function<void()>& body) {
  double best = 1e30;
  for (int i = 0; i < runs; ++i) {
    const auto start = std::chrono::steady_clock::now();
    body();
    best = std::min(
        best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

void print_row(const char* what, double seconds, const char* baseline, double baseline_seconds) {
  fmt::print("{:<52}{:>10.3f} ms   {:<34}{:>10.3f} ms   x {:.1f}\n", what, 1e3 * seconds, baseline,
             1e3 * baseline_seconds, baseline_seconds / seconds);
}

doa::SessionBins make_bins() {
  core::RandomStream random(1, core::Purpose::kTest);
  std::vector<float> r;
  std::vector<std::uint32_t> frame;
  for (std::size_t i = 0; i < kFrames * kBinsPerFrame; ++i) {
    const Eigen::Vector3d direct =
        so3::exp(0.1 * so3::random_direction(random)) * Eigen::Vector3d::UnitX();
    const Eigen::Vector3d d = random.uniform() < 0.5 ? direct : so3::random_direction(random);
    for (int axis = 0; axis < 3; ++axis) r.push_back(static_cast<float>(d[axis]));
    frame.push_back(static_cast<std::uint32_t>(i / kBinsPerFrame));
  }
  return doa::SessionBins(r, frame, kFrames);
}

Eigen::Vector3d plain_robust(const doa::BinColumns& bins) {
  Eigen::Vector3d direction = Eigen::Vector3d::Zero();
  std::vector<double> kappas = {0.0};
  kappas.insert(kappas.end(), doa::kRobustKappas.begin(), doa::kRobustKappas.end());
  for (const double kappa : kappas) {
    Eigen::Vector3d sum = Eigen::Vector3d::Zero();
    for (std::size_t i = 0; i < bins.count; ++i) {
      const Eigen::Vector3d d(bins.x[i], bins.y[i], bins.z[i]);
      sum += bins.norm[i] * std::exp(kappa * (d.dot(direction) - 1.0)) * d;
    }
    direction = sum.normalized();
  }
  return direction;
}

void bench_pooling(const doa::SessionBins& bins) {
  const doa::MovingWindows windows({0.5}, kFrames, 0.01);
  Eigen::Vector3d sink = Eigen::Vector3d::Zero();
  const double ours = seconds_of(5, [&] {
    for (std::size_t i = 0; i < windows.size(); ++i)
      sink += pool_robust(bins, windows.range(i)).direction_world;
  });
  const double plain = seconds_of(1, [&] {
    for (std::size_t i = 0; i < windows.size(); ++i)
      sink += plain_robust(bins.columns(windows.range(i)));
  });
  print_row("robust pooling, 250 windows of 0.5 s (3 s session)", ours,
            "one bin after the other, double", plain);
  if (sink.hasNaN()) fmt::print("not a number\n");
}

void bench_density(const doa::SessionBins& bins) {
  const doa::DirectionDensity density;
  const doa::MovingWindows windows({0.1}, kFrames, 0.01);
  doa::SourceOptions options;
  options.max_sources = 2;
  const std::size_t count = 50;
  double sink = 0.0;
  const double ours = seconds_of(5, [&] {
    for (std::size_t i = 0; i < count; ++i) {
      sink += estimate_sources(density, bins, windows.range(i), options).sources[0].density;
    }
  });
  const double plain = static_cast<double>(count) * seconds_of(1, [&] {
                         for (const Eigen::Vector3d& point : density.points())
                           sink += density.evaluate_at(bins, windows.range(0), point);
                       });
  print_row("kernel density and peaks, 50 windows of 100 ms", ours, "every bin on every grid point",
            plain);
  fmt::print("{:<52}{:>10.0f} windows/s (target 50)\n", "", static_cast<double>(count) / ours);
  if (std::isnan(sink)) fmt::print("not a number\n");
}

}  // namespace

int main() {
  const doa::SessionBins bins = make_bins();
  bench_pooling(bins);
  bench_density(bins);
}
