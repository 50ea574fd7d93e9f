#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "core/errors.h"
#include "core/units.h"
#include "doa/metrics.h"
#include "doa/pooling.h"
#include "doa/synthetic_bins.h"
#include "so3/rotation.h"

using doa::FrameRange;
using doa::Pooled;
using doa::SessionBins;
using doa_test::Bins;

namespace {

/// Robust pooling as its definition says it, in double, one bin after the other.
Eigen::Vector3d robust_reference(const Bins& bins, std::size_t frames, std::vector<double> kappas) {
  Eigen::Vector3d direction = Eigen::Vector3d::Zero();
  kappas.insert(kappas.begin(), 0.0);  // the centroid: every frame's share is one
  for (const double kappa : kappas) {
    std::vector<Eigen::Vector3d> near(frames, Eigen::Vector3d::Zero());
    std::vector<double> near_norm(frames, 0.0), all_norm(frames, 0.0);
    for (std::size_t i = 0; i < bins.frame.size(); ++i) {
      const Eigen::Vector3d r =
          Eigen::Map<const Eigen::Vector3f>(&bins.r_world[3 * i]).cast<double>();
      const double kernel = std::exp(kappa * (r.normalized().dot(direction) - 1.0));
      near[bins.frame[i]] += kernel * r;
      near_norm[bins.frame[i]] += kernel * r.norm();
      all_norm[bins.frame[i]] += r.norm();
    }
    Eigen::Vector3d sum = Eigen::Vector3d::Zero();
    for (std::size_t n = 0; n < frames; ++n) sum += near_norm[n] / all_norm[n] * near[n];
    direction = sum.normalized();
  }
  return direction;
}

SessionBins session(const Bins& bins, std::size_t frames) {
  return SessionBins(bins.r_world, bins.frame, frames);
}

/// Two directions summed with 24-bit weights agree to about the rounding of unit vectors: 1e-6 rad
/// covers 6e-8 per component over sums that cancel by a factor of ten.
constexpr double kRoundingRad = 1e-6;

}  // namespace

TEST_CASE("the centroid is the direction of the sum of the vectors") {
  const Bins bins = doa_test::contaminated_bins({0.6, 0.0, 0.8}, 0.5, 0.2, 30, 100, 1);
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  double norms = 0.0;
  for (std::size_t i = 0; i < bins.frame.size(); ++i) {
    const Eigen::Vector3d r =
        Eigen::Map<const Eigen::Vector3f>(&bins.r_world[3 * i]).cast<double>();
    sum += r;
    norms += r.norm();
  }
  const Pooled pooled = pool_centroid(session(bins, 30), {0, 30});
  CHECK(so3::angle_between(pooled.direction_world, sum) < kRoundingRad);
  CHECK(pooled.direction_world.norm() == Approx(1.0).margin(1e-12));
  CHECK(pooled.concentration == Approx(sum.norm() / norms).epsilon(1e-5));
  CHECK(pooled.summed_norm == Approx(norms).epsilon(1e-6));
  CHECK(pooled.bins == 3000);
}

TEST_CASE("a window pools only its own frames") {
  Bins bins;
  bins.add({1.0, 0.0, 0.0}, 0);
  bins.add({0.0, 2.0, 0.0}, 2);
  bins.add({0.0, 0.0, 3.0}, 2);
  bins.add({0.0, 0.0, -1.0}, 5);
  const SessionBins all = session(bins, 7);
  CHECK(pool_centroid(all, {0, 1}).direction_world == Eigen::Vector3d::UnitX());
  CHECK(pool_centroid(all, {0, 2}).bins == 1);
  CHECK(pool_centroid(all, {1, 5}).bins == 2);
  CHECK(pool_centroid(all, {3, 7}).direction_world == Eigen::Vector3d(-Eigen::Vector3d::UnitZ()));
  CHECK(pool_centroid(all, {0, 7}).bins == 4);
}

TEST_CASE("windows without bins, or with norms that cancel, are reported as empty") {
  Bins bins;
  bins.add({0.0, 0.0, 0.0}, 1);
  bins.add({0.0, 1.0, 0.0}, 3);
  bins.add({0.0, -1.0, 0.0}, 3);
  const SessionBins all = session(bins, 5);
  for (const FrameRange& range : {FrameRange{0, 1}, FrameRange{1, 2}, FrameRange{3, 4}}) {
    for (const Pooled& pooled : {pool_centroid(all, range), pool_robust(all, range)}) {
      CHECK(pooled.empty());
      CHECK(pooled.confidence == 0.0);
      CHECK(pooled.support == 0.0);
    }
  }
  CHECK(pool_centroid(all, {1, 2}).bins == 0);
  CHECK(pool_centroid(all, {3, 4}).bins == 2);
  CHECK(pool_centroid(session(Bins{}, 0), {0, 0}).empty());
}

TEST_CASE("robust pooling follows its definition") {
  for (std::uint32_t stream = 0; stream < 5; ++stream) {
    core::RandomStream random(3, core::Purpose::kTest, stream);
    const Eigen::Vector3d truth = so3::random_direction(random);
    const Bins bins = doa_test::contaminated_bins(truth, 0.3, 0.1, 20, 150, stream);
    const Pooled pooled = pool_robust(session(bins, 20), {0, 20});
    const Eigen::Vector3d expected =
        robust_reference(bins, 20, {doa::kRobustKappas.begin(), doa::kRobustKappas.end()});
    CHECK(so3::angle_between(pooled.direction_world, expected) < kRoundingRad);
    CHECK(pooled.support == Approx(pooled.confidence / pooled.summed_norm));
    CHECK(std::abs(pooled.support - pooled.concentration) > 0.01);
  }
}

TEST_CASE("robust pooling finds the mode where a reflection drags the centroid") {
  // 60 % of the bins at the source, 40 % at a reflection 70 degrees away.
  const Eigen::Vector3d source(1.0, 0.0, 0.0);
  const double angle_rad = core::degrees_to_radians(70.0);
  const Eigen::Vector3d reflection(std::cos(angle_rad), std::sin(angle_rad), 0.0);
  core::RandomStream random(5, core::Purpose::kTest);
  Bins bins;
  for (int i = 0; i < 4000; ++i) {
    bins.add(doa_test::near_direction(random.uniform() < 0.6 ? source : reflection, 0.05, random),
             0);
  }
  const SessionBins all = session(bins, 1);
  const double centroid_deg =
      doa::angular_error_deg(pool_centroid(all, {0, 1}).direction_world, source);
  const double robust_deg =
      doa::angular_error_deg(pool_robust(all, {0, 1}).direction_world, source);
  CHECK(centroid_deg > 20.0);
  // 2400 bins of 2.9 degrees spread: standard error 0.06 degrees each way.
  CHECK(robust_deg < 0.25);
}

TEST_CASE("ten bins of a frame that agrees outweigh twelve bins scattered among others") {
  // Ten bins at an onset's direction, and twelve elsewhere spread over frames full of other bins.
  const Eigen::Vector3d onset(1.0, 0.0, 0.0), elsewhere(0.0, 1.0, 0.0);
  core::RandomStream random(6, core::Purpose::kTest);
  Bins bins;
  for (int i = 0; i < 10; ++i) bins.add(doa_test::near_direction(onset, 0.01, random), 0);
  for (std::uint32_t frame = 1; frame <= 4; ++frame) {
    for (int i = 0; i < 3; ++i) bins.add(doa_test::near_direction(elsewhere, 0.01, random), frame);
    for (int i = 0; i < 7; ++i) bins.add(so3::random_direction(random), frame);
  }
  const SessionBins all = session(bins, 5);
  CHECK(doa::angular_error_deg(pool_robust(all, {0, 5}).direction_world, onset) < 1.0);
  CHECK(doa::angular_error_deg(pool_robust(all, {1, 5}).direction_world, elsewhere) < 1.0);
}

TEST_CASE(
    "a turn of the world turns the pooled direction, and a factor on all norms does not change "
    "it") {
  const Bins bins = doa_test::contaminated_bins({0.0, -0.6, 0.8}, 0.5, 0.15, 10, 100, 4);
  core::RandomStream random(9, core::Purpose::kTest);
  const Eigen::Quaterniond turn = so3::random_rotation(random);
  Bins turned;
  for (std::size_t i = 0; i < bins.frame.size(); ++i) {
    const Eigen::Vector3d r =
        Eigen::Map<const Eigen::Vector3f>(&bins.r_world[3 * i]).cast<double>();
    turned.add(64.0 * (turn * r), bins.frame[i]);
  }
  for (const auto pool : {+[](const SessionBins& b) {
                            return pool_centroid(b, {0, 10});
                          },
                          +[](const SessionBins& b) {
                            return pool_robust(b, {0, 10});
                          }}) {
    const Pooled plain = pool(session(bins, 10));
    const Pooled other = pool(session(turned, 10));
    CHECK(so3::angle_between(Eigen::Vector3d(turn * plain.direction_world), other.direction_world) <
          kRoundingRad);
    CHECK(other.confidence == Approx(64.0 * plain.confidence).epsilon(1e-4));
    CHECK(other.support == Approx(plain.support).epsilon(1e-4));
    CHECK(other.concentration == Approx(plain.concentration).epsilon(1e-4));
  }
}

TEST_CASE("confidence, support and concentration rise with the agreement of the bins") {
  Bins agreeing;
  for (int i = 0; i < 10; ++i) agreeing.add({0.0, 0.0, 2.0}, 0);
  const Pooled same = pool_robust(session(agreeing, 1), {0, 1});
  CHECK(same.confidence == Approx(20.0).epsilon(1e-6));
  CHECK(same.support == Approx(1.0).epsilon(1e-6));
  CHECK(same.concentration == Approx(1.0).epsilon(1e-6));
  double last_support = 1.0;
  for (const double spread_rad : {0.02, 0.1, 0.3}) {
    const Bins bins = doa_test::contaminated_bins({1.0, 0.0, 0.0}, 1.0, spread_rad, 1, 2000, 2);
    const Pooled pooled = pool_robust(session(bins, 1), {0, 1});
    CHECK(pooled.support < last_support);
    CHECK(pooled.support > 0.0);
    last_support = pooled.support;
  }
}

TEST_CASE("session estimates are given in the sensor frame of the center frame") {
  const std::size_t frames = 60;
  core::RandomStream random(11, core::Purpose::kTest);
  const Eigen::Vector3d truth = so3::random_direction(random);
  const Eigen::Quaterniond start = so3::random_rotation(random);
  std::vector<Eigen::Quaterniond> q_world_sensor;
  Bins bins;
  for (std::size_t f = 0; f < frames; ++f) {
    q_world_sensor.push_back(so3::exp(Eigen::Vector3d(0.0, 0.0, 0.02 * static_cast<double>(f))) *
                             start);
    if (f < 20 || f >= 40) bins.add(0.7 * truth, static_cast<std::uint32_t>(f));
  }
  const SessionBins all = session(bins, frames);
  const doa::MovingWindows windows({0.05}, frames, 0.01);
  std::size_t empty = 0;
  for (const doa::WindowEstimate& estimate :
       estimate_windows(all, q_world_sensor, windows, doa::Pooling::kRobust)) {
    if (estimate.pooled.empty()) {
      ++empty;
      CHECK(estimate.direction_sensor.isZero(0.0));
      continue;
    }
    const Eigen::Vector3d expected = q_world_sensor[estimate.center_frame].conjugate() * truth;
    CHECK(so3::angle_between(estimate.direction_sensor, expected) < kRoundingRad);
  }
  CHECK(empty == 16);  // centers 22 to 37: all five frames inside the 20 silent ones
  CHECK_THROWS_AS(
      estimate_windows(all, std::span(q_world_sensor).first(10), windows, doa::Pooling::kCentroid),
      core::InputError);
}

TEST_CASE("bins that do not fit together are refused") {
  const std::vector<std::uint32_t> frame = {0, 1};
  const std::vector<float> good = {1, 0, 0, 0, 1, 0};
  CHECK_NOTHROW(SessionBins(good, frame, 2));
  CHECK_THROWS_AS(SessionBins(std::vector<float>(5), frame, 2), core::InputError);
  CHECK_THROWS_AS(SessionBins(good, frame, 1), core::InputError);
  CHECK_THROWS_AS(SessionBins(good, std::vector<std::uint32_t>{1, 0}, 2), core::InputError);
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    CHECK_THROWS_AS(SessionBins(std::vector<float>{1, 0, 0, 0, bad, 0}, frame, 2),
                    core::InputError);
  }
}
