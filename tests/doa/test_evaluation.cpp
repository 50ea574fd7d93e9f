#include <catch2/catch.hpp>
#include <cmath>

#include "core/errors.h"
#include "core/units.h"
#include "doa/evaluation.h"
#include "doa/metrics.h"
#include "doa/pooling.h"
#include "doa/synthetic_bins.h"
#include "so3/rotation.h"

TEST_CASE("confidence groups are of equal size and in order") {
  std::vector<double> confidence, error;
  for (int i = 0; i < 103; ++i) {
    confidence.push_back((i * 37) % 103);  // every value once, shuffled
    error.push_back(200.0 - confidence.back());
  }
  const std::vector<doa::ConfidenceGroup> curve = doa::confidence_curve(confidence, error, 10);
  REQUIRE(curve.size() == 10);
  std::size_t total = 0;
  for (std::size_t g = 0; g < curve.size(); ++g) {
    CHECK((curve[g].n == 10 || curve[g].n == 11));
    CHECK(curve[g].lowest_confidence <= curve[g].mean_confidence);
    CHECK(curve[g].mean_confidence <= curve[g].highest_confidence);
    CHECK(curve[g].mean_error_deg == Approx(200.0 - curve[g].mean_confidence));
    CHECK(curve[g].median_error_deg == Approx(curve[g].mean_error_deg));
    if (g > 0) CHECK(curve[g].lowest_confidence > curve[g - 1].highest_confidence);
    total += curve[g].n;
  }
  CHECK(total == 103);
  CHECK(doa::confidence_curve(std::vector<double>{1.0}, std::vector<double>{2.0}, 10).size() == 1);
  CHECK(doa::confidence_curve({}, {}, 10).empty());
  CHECK_THROWS_AS(doa::confidence_curve(confidence, {}, 10), core::InputError);
  CHECK_THROWS_AS(doa::confidence_curve(confidence, error, 0), core::UsageError);
}

TEST_CASE("calibration predicts the mean error of its own data and never rises") {
  core::RandomStream random(4, core::Purpose::kTest);
  std::vector<double> confidence, error;
  for (int i = 0; i < 20000; ++i) {
    confidence.push_back(std::exp(random.uniform(-3.0, 3.0)));
    error.push_back(5.0 / confidence.back() * random.uniform(0.0, 2.0));  // mean 5 / confidence
  }
  const doa::ConfidenceCalibration calibration(confidence, error);
  for (const double c : {0.1, 0.5, 1.0, 5.0, 15.0}) {
    // 400 estimates a group scatter by 58 % / 20 = 3 %; a group spans 12 % of confidence.
    CHECK(calibration.expected_error_deg(c) == Approx(5.0 / c).epsilon(0.15));
  }
  double last = 1e9;
  for (double c = 1e-3; c < 1e3; c *= 1.07) {
    CHECK(calibration.expected_error_deg(c) <= last);
    last = calibration.expected_error_deg(c);
  }
  CHECK(calibration.expected_error_deg(0.0) == calibration.expected_error_deg(1e-3));
  std::vector<double> predicted;
  for (const double c : confidence) predicted.push_back(calibration.expected_error_deg(c));
  for (const doa::ReliabilityPoint& point : doa::reliability(predicted, error, 10)) {
    CHECK(point.actual_deg == Approx(point.predicted_deg).epsilon(0.1));
  }
}

TEST_CASE("calibration pools groups whose errors rise") {
  const std::vector<double> confidence = {1.0, 2.0, 3.0, 4.0};
  const std::vector<double> error = {8.0, 2.0, 4.0, 1.0};
  const doa::ConfidenceCalibration calibration(confidence, error);
  CHECK(calibration.expected_error_deg(1.0) == Approx(8.0));
  CHECK(calibration.expected_error_deg(2.0) == Approx(3.0));
  CHECK(calibration.expected_error_deg(2.5) == Approx(3.0));
  CHECK(calibration.expected_error_deg(3.0) == Approx(3.0));
  CHECK(calibration.expected_error_deg(9.0) == Approx(1.0));
  // A pool of two has the mean 3: a group of 3.5 joins it, although its sum is smaller.
  CHECK(doa::ConfidenceCalibration(confidence, std::vector<double>{8.0, 2.0, 4.0, 3.5})
            .expected_error_deg(4.0) == Approx(9.5 / 3.0));
  CHECK_THROWS_AS(doa::ConfidenceCalibration({}, {}), core::InputError);
  CHECK_THROWS_AS(doa::ConfidenceCalibration(std::vector<double>{-1.0}, std::vector<double>{1.0}),
                  core::InputError);
}

TEST_CASE("the error map's cells have equal area and keep their own errors") {
  doa::DirectionErrorMap map(8, 4);
  core::RandomStream random(6, core::Purpose::kTest);
  for (int i = 0; i < 32000; ++i) {
    const Eigen::Vector3d d = so3::random_direction(random);
    map.add(3.0 * d, d.z() > 0.5 ? 7.0 : 1.0);  // the highest of four rows is 0.5 < z
  }
  CHECK(map.total() == 32000);
  for (int i = 0; i < 50; ++i) {
    const Eigen::Vector3d d = so3::random_direction(random);
    // 1,000 a cell with standard deviation 31.
    CHECK(map.count(d) == Approx(1000.0).margin(160.0));
    CHECK(map.mean_error_deg(d) == (d.z() > 0.5 ? 7.0 : 1.0));
  }
  CHECK(std::isnan(doa::DirectionErrorMap().mean_error_deg(Eigen::Vector3d::UnitX())));
  map.add(Eigen::Vector3d::UnitZ(), 0.0);
  map.add(-Eigen::Vector3d::UnitZ(), 0.0);
  CHECK_THROWS_AS(doa::DirectionErrorMap(0, 1), core::UsageError);
}

TEST_CASE(
    "orientation drift grows evenly, and the error of a pooled direction is smaller than the final "
    "drift") {
  core::RandomStream random(8, core::Purpose::kTest);
  const std::size_t frames = 201;
  std::vector<Eigen::Quaterniond> truth;
  const Eigen::Quaterniond start = so3::random_rotation(random);
  for (std::size_t n = 0; n < frames; ++n) {
    truth.push_back(so3::exp(Eigen::Vector3d(0.0, 0.0, 0.015 * static_cast<double>(n))) * start);
  }
  const std::vector<Eigen::Quaterniond> drifting = doa::drifting_orientation(truth, 3.0, random);
  for (const std::size_t n : {0u, 50u, 100u, 200u}) {
    const double expected_rad = core::degrees_to_radians(3.0 * static_cast<double>(n) / 200.0);
    CHECK(so3::angle_between(truth[n], drifting[n]) == Approx(expected_rad).margin(1e-9));
  }
  doa_test::Bins bins;
  const Eigen::Vector3d direction = so3::random_direction(random);
  for (std::size_t n = 0; n < frames; ++n) bins.add(0.8 * direction, static_cast<std::uint32_t>(n));
  const std::vector<float> turned = doa::turn_bins(bins.r_world, bins.frame, truth, drifting);
  const std::vector<float> back = doa::turn_bins(turned, bins.frame, drifting, truth);
  double worst = 0.0;
  for (std::size_t i = 0; i < back.size(); ++i) {
    worst = std::max(worst, std::abs(static_cast<double>(back[i] - bins.r_world[i])));
  }
  CHECK(worst < 1e-6);
  // The full window's center frame lies in the middle of an even drift: errors on both sides
  // cancel.
  const doa::SessionBins session(turned, bins.frame, frames);
  const doa::MovingWindows full({}, frames, 0.01);
  const auto estimates = doa::estimate_windows(session, drifting, full, doa::Pooling::kCentroid);
  const Eigen::Vector3d sensor_truth = truth[100].conjugate() * direction;
  CHECK(doa::angular_error_deg(estimates[0].direction_sensor, sensor_truth) < 0.02);
  CHECK_THROWS_AS(doa::turn_bins(turned, bins.frame, truth, {}), core::InputError);
  CHECK_THROWS_AS(
      doa::turn_bins(turned, bins.frame, std::span(truth).first(5), std::span(truth).first(5)),
      core::InputError);
}
