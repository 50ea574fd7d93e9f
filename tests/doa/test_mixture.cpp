#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "core/random.h"
#include "doa/grid_ratios.h"
#include "doa/metrics.h"
#include "doa/mixture.h"
#include "doa/mixture_frames.h"
#include "doa/sphere_index.h"
#include "so3/grid.h"
#include "so3/rotation.h"
#include "synthetic_bins.h"

namespace {

/// Bins whose densities are of von Mises and Fisher: kappa / sinh(kappa) exp(kappa <u, d>) relative
/// to bins from no direction, which are even over the sphere.
class FisherBins : public doa::BinDensities {
 public:
  explicit FisherBins(double kappa) : kappa_(kappa) {}

  void add_frame() { first_.push_back(first_.back()); }
  void add_bin(const Eigen::Vector3d& sensor, float weight = 1.0F) {
    direction_.push_back(sensor.normalized());
    weight_.push_back(weight);
    ++first_.back();
  }
  double log_ratio(std::size_t bin, const Eigen::Vector3d& sensor) const {
    // log(kappa / sinh(kappa)) without overflow.
    const double scale = std::log(2.0 * kappa_ / (1.0 - std::exp(-2.0 * kappa_))) - kappa_;
    return (scale + kappa_ * direction_[bin].dot(sensor)) / std::numbers::ln2;
  }

  std::span<const std::size_t> first_bin() const override { return first_; }
  std::span<const float> weight() const override { return weight_; }
  void log_ratios(std::size_t frame, const Eigen::Matrix3d& R_pool_sensor,
                  const doa::DirectionColumns& directions, const Visit& visit) const override {
    constexpr std::size_t kLanes = doa::DirectionColumns::kLanes;
    std::vector<float> block((first_[frame + 1] - first_[frame]) * kLanes);
    for (std::size_t j = 0; j < directions.padded(); j += kLanes) {
      for (std::size_t l = 0; l < kLanes; ++l) {
        const Eigen::Vector3d d(directions.x[j + l], directions.y[j + l], directions.z[j + l]);
        for (std::size_t b = first_[frame]; b < first_[frame + 1]; ++b) {
          block[(b - first_[frame]) * kLanes + l] =
              static_cast<float>(log_ratio(b, R_pool_sensor.transpose() * d));
        }
      }
      visit(j, block.data());
    }
  }

 private:
  double kappa_;
  std::vector<Eigen::Vector3d> direction_;
  std::vector<float> weight_;
  std::vector<std::size_t> first_ = {0};
};

constexpr std::size_t kFrames = 20;
constexpr std::size_t kBinsPerFrame = 50;
constexpr double kKappa = 60.0;

/// Bins of an array that turns: of each frame the first bins come from the sources in turn, the
/// last `outliers` from anywhere.
struct TurningBins {
  FisherBins bins{kKappa};
  std::vector<Eigen::Matrix3d> R_world_sensor;

  TurningBins(const std::vector<Eigen::Vector3d>& sources, std::size_t outliers) {
    core::RandomStream random(5, core::Purpose::kTest);
    const double spread_rad = 1.0 / std::sqrt(kKappa);
    for (std::size_t n = 0; n < kFrames; ++n) {
      R_world_sensor.push_back(
          so3::exp(Eigen::Vector3d(0.03, -0.02, 0.05) * static_cast<double>(n)).toRotationMatrix());
      bins.add_frame();
      for (std::size_t b = 0; b < kBinsPerFrame; ++b) {
        const bool outlier = b >= kBinsPerFrame - outliers || sources.empty();
        const Eigen::Vector3d world =
            outlier ? so3::random_direction(random)
                    : doa_test::near_direction(sources[b % sources.size()], spread_rad, random);
        bins.add_bin(R_world_sensor.back().transpose() * world);
      }
    }
  }
};

doa::MixtureSearch make_search(const doa::MixtureOptions& options) {
  const std::vector<Eigen::Vector3d> grid = so3::fibonacci_grid(2000);
  return doa::MixtureSearch(doa::SphereIndex(grid, 0.1).points(), options);
}

doa::WindowMixture whole_session(const TurningBins& scene, const doa::MixtureOptions& options) {
  const std::vector<doa::MovingWindows> windows = {
      doa::MovingWindows(doa::WindowLength{}, kFrames, 0.01)};
  doa::WindowMixture only;
  make_search(options).visit_windows(
      scene.bins, windows, scene.R_world_sensor,
      [&](std::size_t, std::size_t, const doa::WindowMixture& mixture) { only = mixture; });
  return only;
}

double nearest_deg(const doa::WindowMixture& mixture, const Eigen::Vector3d& truth) {
  double nearest = 180.0;
  for (const doa::MixtureSource& source : mixture.sources) {
    nearest = std::min(nearest, doa::angular_error_deg(source.direction, truth));
  }
  return nearest;
}

const Eigen::Vector3d kFirst = Eigen::Vector3d(1, 2, 0.5).normalized();
const Eigen::Vector3d kSecond = Eigen::Vector3d(-1, 0.5, 1).normalized();
const Eigen::Vector3d kThird = Eigen::Vector3d(0.3, -1, -0.4).normalized();

}  // namespace

TEST_CASE("a mixture finds the directions and shares of its sources among outliers") {
  const TurningBins scene({kFirst, kSecond, kThird}, 20);
  const doa::WindowMixture mixture = whole_session(scene, {.max_sources = 3});
  REQUIRE(mixture.sources.size() == 3);
  // 200 bins each, spread by 7.4 degrees along each tangent: about 0.5 degrees are expected.
  for (const Eigen::Vector3d& truth : {kFirst, kSecond, kThird}) {
    CHECK(nearest_deg(mixture, truth) < 1.5);
  }
  double sum = mixture.outlier_share;
  for (const doa::MixtureSource& source : mixture.sources) {
    CHECK(source.share == Approx(0.2).margin(0.04));
    CHECK(source.gain > 0.3);
    sum += source.share;
  }
  CHECK(sum == Approx(1.0).margin(1e-5));
}

TEST_CASE("a source whose peak is hidden by its neighbor is found") {
  const double separation_rad = GENERATE(0.40, 0.55);
  const Eigen::Vector3d near = so3::exp(separation_rad * kFirst.unitOrthogonal()) * kFirst;
  const TurningBins scene({kFirst, kFirst, kFirst, near}, 5);
  const doa::WindowMixture mixture = whole_session(scene, {.max_sources = 2});
  REQUIRE(mixture.sources.size() == 2);
  CHECK(doa::angular_error_deg(mixture.sources[0].direction, kFirst) < 1.5);
  CHECK(doa::angular_error_deg(mixture.sources[1].direction, near) < 3.0);
  CHECK(mixture.sources[0].share > mixture.sources[1].share);
}

TEST_CASE("directions without evidence are removed") {
  const TurningBins scene({kFirst, kSecond}, 20);
  const doa::WindowMixture chosen = whole_session(scene, {.max_sources = 4, .min_gain = 0.2});
  REQUIRE(chosen.sources.size() == 2);
  CHECK(nearest_deg(chosen, kFirst) < 1.5);
  CHECK(nearest_deg(chosen, kSecond) < 1.5);
  const TurningBins noise({}, kBinsPerFrame);
  CHECK(whole_session(noise, {.max_sources = 4}).sources.size() > 0);
  const doa::WindowMixture none = whole_session(noise, {.max_sources = 4, .min_gain = 0.2});
  CHECK(none.sources.empty());
  CHECK(none.outlier_share == 1.0);
}

TEST_CASE("bins belong to the source that they come from") {
  const TurningBins scene({kFirst, kSecond}, 0);
  const doa::WindowMixture mixture = whole_session(scene, {.max_sources = 2});
  const std::size_t first =
      doa::angular_error_deg(mixture.sources[0].direction, kFirst) < 10.0 ? 0 : 1;
  std::size_t right = 0;
  for (std::size_t b = 0; b < kFrames * kBinsPerFrame; ++b) {
    const std::size_t of = b % kBinsPerFrame % 2 == 0 ? first : 1 - first;
    right += mixture.posterior[of][b] > 0.5F;
    const float sum = mixture.posterior[0][b] + mixture.posterior[1][b];
    CHECK(sum <= 1.0F + 1e-5F);
  }
  CHECK(right > 990);  // the sources are 13 standard deviations apart
}

TEST_CASE("a window without bins has no source; other windows keep theirs") {
  TurningBins scene({kFirst}, 0);
  scene.bins.add_frame();
  scene.R_world_sensor.push_back(Eigen::Matrix3d::Identity());
  const std::vector<doa::MovingWindows> windows = {
      doa::MovingWindows(doa::WindowLength{0.01}, kFrames + 1, 0.01)};
  std::vector<std::size_t> sources;
  make_search({.max_sources = 1})
      .visit_windows(scene.bins, windows, scene.R_world_sensor,
                     [&](std::size_t, std::size_t, const doa::WindowMixture& mixture) {
                       sources.push_back(mixture.sources.size());
                     });
  REQUIRE(sources.size() == kFrames + 1);
  CHECK(sources.front() == 1);
  CHECK(sources.back() == 0);
}

TEST_CASE("a direction's score is the log likelihood of the mixture") {
  const TurningBins scene({kFirst, kSecond}, 10);
  std::vector<float> log_rest;
  for (std::size_t b = 0; b < kFrames * kBinsPerFrame; ++b) {
    log_rest.push_back(static_cast<float>(scene.bins.log_ratio(b, kThird)) - 1.0F);
  }
  const doa::MixtureFrames frames(scene.bins, 0.25, log_rest, 0);
  const std::vector<Eigen::Vector3d> directions = {kFirst, kSecond};
  const doa::DirectionColumns columns(directions);
  std::vector<float> scores(columns.padded());
  const Eigen::Matrix3d R = scene.R_world_sensor[3];
  frames.score(3, R, columns, scores.data());
  for (std::size_t j = 0; j < 2; ++j) {
    double expected = 0.0;
    for (std::size_t b = 3 * kBinsPerFrame; b < 4 * kBinsPerFrame; ++b) {
      const double ratio = std::exp2(scene.bins.log_ratio(b, R.transpose() * directions[j]));
      expected += std::log2(std::exp2(static_cast<double>(log_rest[b])) + 0.25 * ratio);
    }
    CHECK(scores[j] == Approx(expected).epsilon(1e-5));
  }
}

TEST_CASE("expectation maximization never lowers the likelihood and ends at its maximum") {
  // One bin sure of the source, one sure that it is not, one that cannot tell.
  const std::vector<float> weight = {1.0F, 1.0F, 2.0F};
  doa::MixtureDensities densities(weight);
  densities.add({20.0F, -20.0F, 0.0F});
  double before = densities.mean_log_density();
  for (int step = 0; step < 200; ++step) {
    densities.update_shares(1);
    const double now = densities.mean_log_density();
    CHECK(now >= before - 1e-6);
    before = now;
  }
  // Only the first two bins count: log(s) + log(1 - s) is largest at one half.
  CHECK(densities.share(0) == Approx(0.5).margin(1e-4));
  CHECK(densities.posterior(0)[2] == Approx(0.5).margin(1e-4));
}

TEST_CASE("a removed source leaves its share to the bins from no direction") {
  const std::vector<float> weight = {1.0F, 1.0F};
  doa::MixtureDensities densities(weight);
  densities.add({3.0F, 0.0F});
  densities.add({0.0F, 3.0F});
  densities.remove(0);
  REQUIRE(densities.sources() == 1);
  CHECK(densities.share(0) == Approx(1.0 / 3.0));
  CHECK(densities.outlier_share() == Approx(2.0 / 3.0));
}

TEST_CASE("kept ratios give the scores of the candidates to their eight bits") {
  core::RandomStream random(8, core::Purpose::kTest);
  constexpr std::size_t kLanes = doa::DirectionColumns::kLanes, kBlocks = 3, kBins = 40;
  std::vector<float> log_ratio(kBlocks * kBins * kLanes), weight(kBins), rest(kBins);
  for (float& value : log_ratio) value = static_cast<float>(random.uniform(-100.0, 100.0));
  for (float& value : weight) value = static_cast<float>(random.uniform(0.0, 1.0));
  for (float& value : rest) value = static_cast<float>(random.uniform(0.01, 2.0));
  doa::GridRatios kept;
  CHECK(kept.empty());
  for (std::size_t j = 0; j < kBlocks; ++j) kept.append(kBins, &log_ratio[j * kBins * kLanes]);
  const std::vector<std::size_t> blocks = {0, 2};
  std::vector<double> scores(blocks.size() * kLanes, 0.5);  // scores are added to
  kept.add_scores(blocks, weight, rest, 0.25F, scores.data());
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    for (std::size_t l = 0; l < kLanes; ++l) {
      double expected = 0.5, summed_weight = 0.0;
      for (std::size_t b = 0; b < kBins; ++b) {
        const double bits = std::clamp<double>(log_ratio[(blocks[i] * kBins + b) * kLanes + l],
                                               -doa::kMostRatioBits, doa::kMostRatioBits);
        expected += weight[b] * std::log2(rest[b] + 0.25 * std::exp2(bits));
        summed_weight += weight[b];
      }
      // Half a step of eight bits is 1/512 of the ratio, 0.0028 bits of its logarithm.
      CHECK(scores[i * kLanes + l] == Approx(expected).margin(0.0029 * summed_weight));
    }
  }
  kept.clear();
  CHECK(kept.empty());
}
