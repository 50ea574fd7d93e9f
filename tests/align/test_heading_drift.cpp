#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

#include "align/heading_drift.h"
#include "core/errors.h"
#include "core/random.h"
#include "core/units.h"
#include "so3/rotation.h"

namespace {

using align::HeadingDrift;
using align::HeadingSample;
using core::degrees_to_radians;
using core::radians_to_degrees;

constexpr double kStepS = 0.5;

/// A log that turns to and fro, and whose heading needs the correction psi(t).
/// @param noise_deg   of the directions
/// @param heading_deg  of the log
std::vector<HeadingSample> samples_of(double seconds, double noise_deg, std::uint32_t stream,
                                      const std::function<double(double)>& heading_deg,
                                      const std::function<double(double)>& psi_deg) {
  core::RandomStream random(3, core::Purpose::kTest, stream);
  std::vector<HeadingSample> samples;
  for (double t = 0.0; t < seconds; t += kStepS) {
    HeadingSample sample;
    sample.time_s = t;
    sample.heading_rad = sample.turned_rad = degrees_to_radians(heading_deg(t));
    sample.observed = true;
    sample.correction_rad = std::remainder(
        degrees_to_radians(psi_deg(t) + noise_deg * random.normal()), 2.0 * std::numbers::pi);
    samples.push_back(sample);
  }
  return samples;
}

/// Root mean square of correction minus psi, without its mean, degrees.
double error_deg(const HeadingDrift& drift, const std::function<double(double)>& psi_deg) {
  double sum = 0.0;
  for (std::size_t i = 0; i < drift.correction_rad.size(); ++i) {
    const double error = std::remainder(
        radians_to_degrees(drift.correction_rad[i]) - psi_deg(kStepS * static_cast<double>(i)),
        360.0);
    sum += error * error;
  }
  return std::sqrt(sum / static_cast<double>(drift.correction_rad.size()));
}

double swing_deg(double t) { return 60.0 * std::sin(0.7 * t) + 30.0 * std::sin(0.23 * t); }

}  // namespace

TEST_CASE("without noise the drift is what was put in", "[heading]") {
  // Correction 5 + 0.4 t degrees: only a rate.
  const auto psi = [](double t) { return 5.0 + 0.4 * t; };
  const HeadingDrift drift =
      align::estimate_heading_drift(samples_of(120.0, 0.0, 0, swing_deg, psi));
  CHECK(error_deg(drift, psi) < 0.01);
  CHECK(drift.reset.empty());
  CHECK(radians_to_degrees(drift.rate_rad_s[120]) == Approx(0.4).epsilon(0.01));
  CHECK(std::abs(drift.leak_per_s) < 1e-3);
  CHECK(std::abs(drift.scale) < 1e-3);
}

TEST_CASE("a wandering bias is followed through noise and outliers", "[heading]") {
  double worst = 0.0;
  for (std::uint32_t stream = 1; stream <= 5; ++stream) {
    core::RandomStream random(4, core::Purpose::kTest, stream);
    std::vector<double> walk{0.0};
    double rate = 0.2;
    for (int i = 0; i < 600; ++i) {
      rate += 0.02 * random.normal() * std::sqrt(kStepS);
      walk.push_back(walk.back() + rate * kStepS);
    }
    const auto psi = [&](double t) {
      return walk[static_cast<std::size_t>(std::lround(t / kStepS))];
    };
    std::vector<HeadingSample> samples = samples_of(300.0, 3.0, stream, swing_deg, psi);
    for (std::size_t i = 0; i < samples.size(); i += 7) {
      samples[i].correction_rad = random.uniform(-3.0, 3.0);
    }
    const HeadingDrift drift = align::estimate_heading_drift(samples);
    worst = std::max(worst, error_deg(drift, psi));
    CHECK(drift.reset.empty());
    CHECK(radians_to_degrees(drift.observation_sd_rad) == Approx(3.0).epsilon(0.25));
    CHECK(drift.weight[7] < 0.5);
  }
  CHECK(worst < 1.0);
}

TEST_CASE("full turns of the correction do not matter", "[heading]") {
  const auto psi = [](double t) { return 4.0 * t; };
  const HeadingDrift drift =
      align::estimate_heading_drift(samples_of(300.0, 2.0, 9, swing_deg, psi));
  CHECK(error_deg(drift, psi) < 0.7);
  CHECK(radians_to_degrees(drift.correction_rad.back() - drift.correction_rad.front()) ==
        Approx(4.0 * 299.5).margin(3.0));
}

TEST_CASE("leak and scale of a log are found", "[heading]") {
  // The log turns at 0.9 of the truth and forgets 0.08 of its heading a second.
  const double leak = 0.08;
  const double gain = 0.9;
  std::vector<double> log{0.0}, truth{0.0};
  for (int i = 0; i < 20000; ++i) {
    const double t = 0.01 * i;
    const double rate = 30.0 + 40.0 * std::sin(0.5 * t);
    truth.push_back(truth.back() + 0.01 * rate);
    log.push_back(log.back() + 0.01 * (gain * rate - leak * log.back()));
  }
  const auto at = [](const std::vector<double>& v, double t) {
    return v[static_cast<std::size_t>(std::lround(t / 0.01))];
  };
  // Wrapped at 180 degrees the log would leak to another angle: this one stays below 400 / 4.
  const auto heading = [&](double t) { return at(log, t) * 0.25; };
  const auto psi = [&](double t) { return 0.25 * (at(truth, t) - at(log, t)); };
  const HeadingDrift drift = align::estimate_heading_drift(samples_of(199.0, 1.0, 5, heading, psi));
  CHECK(drift.leak_per_s == Approx(leak).margin(0.01));
  CHECK(drift.scale == Approx(1.0 / gain - 1.0).margin(0.03));
  CHECK(error_deg(drift, psi) < 1.0);
}

TEST_CASE("resets are found where they are", "[heading]") {
  for (std::uint32_t stream = 10; stream < 15; ++stream) {
    const auto psi = [](double t) {
      return 0.3 * t + (t > 50.2 ? 80.0 : 0.0) - (t > 130.2 ? 30.0 : 0.0);
    };
    const HeadingDrift drift =
        align::estimate_heading_drift(samples_of(200.0, 3.0, stream, swing_deg, psi));
    REQUIRE(drift.reset.size() == 2);
    CHECK(drift.reset[0].after == 100);
    CHECK(drift.reset[1].after == 260);
    CHECK(radians_to_degrees(drift.reset[0].size_rad) == Approx(80.0).margin(4.0));
    CHECK(radians_to_degrees(drift.reset[1].size_rad) == Approx(-30.0).margin(4.0));
    CHECK(error_deg(drift, psi) < 1.0);
  }
}

TEST_CASE("errors that last for seconds are no resets", "[heading]") {
  for (std::uint32_t stream = 20; stream < 30; ++stream) {
    core::RandomStream random(5, core::Purpose::kTest, stream);
    const auto psi = [](double t) { return 0.1 * t; };
    std::vector<HeadingSample> samples = samples_of(300.0, 1.0, stream, swing_deg, psi);
    double slow = 0.0;
    for (HeadingSample& sample : samples) {
      slow = 0.8 * slow + 0.6 * random.normal();
      sample.correction_rad += degrees_to_radians(4.0 * slow);
    }
    CHECK(align::estimate_heading_drift(samples).reset.empty());
  }
}

TEST_CASE("a log in parts has a correction of its own in each", "[heading]") {
  const auto psi = [](double t) { return t > 40.2 ? 170.0 : -20.0; };
  std::vector<HeadingSample> samples = samples_of(80.0, 1.0, 7, swing_deg, psi);
  samples[80].broken = true;
  const HeadingDrift drift = align::estimate_heading_drift(samples);
  CHECK(drift.reset.empty());
  CHECK(error_deg(drift, psi) < 0.6);
}

TEST_CASE("moments without sound are bridged by the drift rate", "[heading]") {
  const auto psi = [](double t) { return 0.5 * t; };
  std::vector<HeadingSample> samples = samples_of(200.0, 1.0, 8, swing_deg, psi);
  for (std::size_t i = 180; i < 220; ++i) samples[i].observed = false;
  const HeadingDrift drift = align::estimate_heading_drift(samples);
  CHECK(radians_to_degrees(drift.correction_rad[200]) == Approx(50.0).margin(1.5));
  CHECK(drift.correction_sd_rad[200] > drift.correction_sd_rad[100]);
  CHECK(drift.weight[200] == 0.0);
}

TEST_CASE("too few directions are refused", "[heading]") {
  std::vector<HeadingSample> samples(10);
  for (std::size_t i = 0; i < 10; ++i) samples[i].time_s = static_cast<double>(i);
  samples[3].observed = samples[5].observed = true;
  CHECK_THROWS_AS(align::estimate_heading_drift(samples), core::InputError);
}

TEST_CASE("heading of an orientation", "[heading]") {
  for (const double deg : {-179.0, -20.0, 0.0, 90.0, 179.0}) {
    const Eigen::Quaterniond turn = so3::exp({0.0, 0.0, degrees_to_radians(deg)});
    CHECK(radians_to_degrees(align::heading_of(turn)) == Approx(deg).margin(1e-9));
    const Eigen::Quaterniond minus(-turn.w(), -turn.x(), -turn.y(), -turn.z());
    CHECK(radians_to_degrees(align::heading_of(minus)) == Approx(deg).margin(1e-9));
    // A tilt does not change it.
    CHECK(radians_to_degrees(align::heading_of(turn * so3::exp({0.5, 0.0, 0.0}))) ==
          Approx(deg).margin(1e-9));
  }
}
