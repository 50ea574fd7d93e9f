/// What pooling and search cost, each beside a plain way to compute the same.
#include <fmt/format.h>

#include <cmath>
#include <ctime>
#include <functional>

#include "core/random.h"
#include "doa/baseline.h"
#include "doa/baseline_registry.h"
#include "doa/density.h"
#include "doa/pooling.h"
#include "so3/rotation.h"

namespace {

constexpr std::size_t kFrames = 300;  // 3 s at 10 ms hop
constexpr std::size_t kBinsPerFrame = 150;

/// Processor time, shortest of several runs: the machine may be shared, and everything here is one
/// thread.
double seconds_of(int runs, const std::function<void()>& body) {
  double best = 1e30;
  for (int i = 0; i < runs; ++i) {
    const std::clock_t start = std::clock();
    body();
    best = std::min(best, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
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

Eigen::Vector3d plain_robust(const doa::SessionBins& bins, const doa::FrameRange& range) {
  Eigen::Vector3d direction = Eigen::Vector3d::Zero();
  std::vector<double> kappas = {0.0};
  kappas.insert(kappas.end(), doa::kRobustKappas.begin(), doa::kRobustKappas.end());
  for (const double kappa : kappas) {
    Eigen::Vector3d sum = Eigen::Vector3d::Zero();
    for (std::size_t n = range.first; n < range.end; ++n) {
      const doa::BinColumns frame = bins.columns({n, n + 1});
      Eigen::Vector3d near = Eigen::Vector3d::Zero();
      double near_norm = 0.0;
      for (std::size_t i = 0; i < frame.count; ++i) {
        const Eigen::Vector3d d(frame.x[i], frame.y[i], frame.z[i]);
        const double weight = frame.norm[i] * std::exp(kappa * (d.dot(direction) - 1.0));
        near += weight * d;
        near_norm += weight;
      }
      const double share = near_norm / bins.summed_norm(n);
      sum += share * near;
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
    for (std::size_t i = 0; i < windows.size(); ++i) sink += plain_robust(bins, windows.range(i));
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

/// 3 s of an eight-microphone array turning in a free field with noise.
struct Session {
  std::vector<std::complex<float>> stft;
  std::vector<Eigen::Quaterniond> q_world_sensor;
  std::vector<Eigen::Vector3d> position_m;
  doa::StftView view() const { return {stft.data(), kFrames, 201, 8, 40.0}; }
};

Session make_session() {
  core::RandomStream random(2, core::Purpose::kTest);
  Session session;
  for (int i = 0; i < 8; ++i) {
    session.position_m.emplace_back(i & 1 ? 0.025 : -0.025, i & 2 ? 0.025 : -0.025,
                                    i & 4 ? 0.025 : -0.025);
  }
  for (std::size_t n = 0; n < kFrames; ++n) {
    session.q_world_sensor.push_back(
        so3::exp(Eigen::Vector3d(0.0, 0.016 * static_cast<double>(n), 0.0)));
    for (std::size_t i = 0; i < 201 * 8; ++i) {
      session.stft.emplace_back(static_cast<float>(random.normal()),
                                static_cast<float>(random.normal()));
    }
  }
  return session;
}

/// The paper's four moving windows and the whole session, an estimate at every frame.
void bench_baselines() {
  const Session session = make_session();
  std::vector<doa::MovingWindows> windows;
  for (const double seconds : {0.05, 0.2, 0.5, 1.0})
    windows.emplace_back(doa::WindowLength{seconds}, kFrames, 0.01);
  windows.emplace_back(doa::WindowLength{}, kFrames, 0.01);
  fmt::print(
      "\nknown array, 8 microphones, 3 s, 2 degree grid, five window lengths at every frame, one "
      "core\n");
  fmt::print("{:<12}{:<10}{:>14}{:>22}{:>18}\n", "method", "pooling", "grid only",
             "with local search", "times real time");
  for (const doa::BaselineMethod& method : doa::baseline_methods()) {
    for (const doa::PoolFrame pool : {doa::PoolFrame::kSensor, doa::PoolFrame::kWorld}) {
      double seconds[2];
      for (const bool refine : {false, true}) {
        doa::BaselineOptions options = method.options;
        if (!refine) options.refine_step_deg = 0.0;
        const doa::FreeFieldBaseline localizer(method, session.position_m, options);
        seconds[refine] = seconds_of(
            1, [&] { localizer.localize(session.view(), session.q_world_sensor, windows, pool); });
      }
      fmt::print("{:<12}{:<10}{:>12.2f} s{:>20.2f} s{:>18.1f}\n", method.name,
                 pool == doa::PoolFrame::kWorld ? "world" : "sensor", seconds[0], seconds[1],
                 3.0 / seconds[1]);
    }
  }
}

}  // namespace

int main() {
  const doa::SessionBins bins = make_bins();
  bench_pooling(bins);
  bench_density(bins);
  bench_baselines();
}
