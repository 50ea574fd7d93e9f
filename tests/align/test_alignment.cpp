#include <catch2/catch.hpp>
#include <cmath>

#include "align/alignment.h"
#include "align/linear_alignment.h"
#include "core/errors.h"
#include "learn/dataset.h"
#include "learn/synthetic.h"
#include "so3/rotation.h"
#include "so3/track.h"

namespace align {
namespace {

/// A hand that turns the device at about 70 degrees a second, at the log's times.
so3::Track turning(double seconds) {
  std::vector<double> time_s;
  std::vector<Eigen::Quaterniond> q{Eigen::Quaterniond::Identity()};
  for (double t = -5.0; t < seconds + 5.0; t += 0.01) {
    time_s.push_back(t);
    const Eigen::Vector3d rate(std::sin(0.7 * t), 1.1 * std::cos(0.9 * t), std::sin(1.3 * t + 1.0));
    q.push_back(q.back() * so3::exp(rate * 0.01));
  }
  q.pop_back();
  return so3::Track(time_s, q);
}

/// What a model with `noise` radians of error in each frame would hear, on clocks that are apart.
std::vector<IntervalPredictions> hear(const so3::Track& track, double seconds, double offset_s,
                                      double drift, double noise) {
  core::RandomStream random(3, core::Purpose::kTest, 0);
  std::vector<IntervalPredictions> intervals;
  for (double start = 0.0; start + 3.0 <= seconds; start += 3.0) {
    const Eigen::Vector3d source = so3::random_direction(random);
    IntervalPredictions interval;
    for (double t = start; t < start + 3.0; t += 0.025) {
      const Eigen::Quaterniond q = track.at((t - offset_s) / (1.0 + drift));
      const Eigen::Vector3d error(random.normal(), random.normal(), random.normal());
      const Eigen::Vector3d r = q.conjugate() * source + noise * error;
      interval.time_s.push_back(t);
      interval.summed_sensor.push_back(r);
      interval.summed_norm += r.norm();
      interval.frame.push_back(static_cast<std::uint32_t>(interval.r_sensor.size()));
      interval.r_sensor.push_back(r);
    }
    intervals.push_back(interval);
  }
  return intervals;
}

/// Cross-spectra of plane waves in noise, four seconds a source, on clocks that are apart.
std::vector<TimedSpectra> record(const so3::Track& track, double seconds, double offset_s,
                                 std::size_t microphones) {
  synthetic::Options array;
  array.microphones = microphones;
  array.noise = 0.3;
  const Eigen::MatrixX3d positions = synthetic::microphone_positions(array);
  core::RandomStream random(5, core::Purpose::kTest, 0);
  std::vector<TimedSpectra> intervals;
  for (double start = 0.0; start + 4.0 <= seconds; start += 4.0) {
    const Eigen::Vector3d source = so3::random_direction(random);
    learn::Dataset data;
    std::vector<double> time_s;
    for (int f = 0; f < 400; ++f) {
      time_s.push_back(start + 0.01 * f);
      const Eigen::Quaterniond q = track.at(time_s.back() - offset_s);
      for (int bin = 0; bin < 16; ++bin) {
        synthetic::add_bin(array, positions, q.conjugate() * source, 0.3, random, data);
        data.frame.push_back(static_cast<std::uint32_t>(f));
      }
    }
    TimedSpectra timed{interval_spectra(data.stft, data.frame, data.frequency,
                                        synthetic::kBinWidthHz, time_s.size(), microphones),
                       {}};
    for (const std::uint32_t first : timed.spatial.frame) {
      timed.time_s.push_back(time_s[first + kBlockFrames / 2]);
    }
    intervals.push_back(std::move(timed));
  }
  return intervals;
}

OrientationAt reader(const so3::Track& track) {
  return [&track](double log_s, Eigen::Matrix3d& R) {
    if (log_s < track.time_s().front() || log_s > track.time_s().back()) return false;
    R = track.at(log_s).toRotationMatrix();
    return true;
  };
}

}  // namespace

TEST_CASE("offset and drift of two clocks are found", "[alignment]") {
  const so3::Track track = turning(120.0);
  for (const auto& [offset_s, drift] : {std::pair{0.35, 5e-5}, {-0.8, -1e-4}, {0.0, 0.0}}) {
    const auto intervals = hear(track, 120.0, offset_s, drift, 0.07);
    const Alignment found = align(intervals, reader(track), {});
    CHECK_FALSE(found.flat);
    CHECK(found.drift_known);
    CHECK(found.standard_error_s < 0.005);
    for (const double log_s : {0.0, 60.0, 120.0}) {
      const double wanted = offset_s + (1.0 + drift) * log_s;
      // An offset turns all frames of an interval alike but for what the speed changes within it:
      // 0.07 rad a frame leave some 2 ms in the middle and, with the drift, twice that at the ends.
      const double allowed_s = log_s == 60.0 ? 0.004 : 0.010;
      CHECK(std::abs(found.offset_s + (1.0 + found.drift) * log_s - wanted) < allowed_s);
    }
    CHECK(found.agreement > found.ordinary_agreement);
  }
}

TEST_CASE("a search around a far guess, with orientation for a part only", "[alignment]") {
  const so3::Track track = turning(60.0);
  AlignmentOptions options;
  options.guess_offset_s = 1000.0;
  auto moved = hear(track, 60.0, 0.0, 0.0, 0.07);
  for (IntervalPredictions& interval : moved) {
    for (double& t : interval.time_s) t += 1000.35;
  }
  const OrientationAt whole = reader(track);
  const OrientationAt second_half = [&](double log_s, Eigen::Matrix3d& R) {
    return log_s >= 30.0 && whole(log_s, R);
  };
  const Alignment found = align(moved, second_half, options);
  CHECK(std::abs(found.offset_s + (1.0 + found.drift) * 45.0 - 1045.35) < 0.006);
}

TEST_CASE("a search that finds no clock offset reports this", "[alignment]") {
  const so3::Track track = turning(60.0);
  // A model that hears noise only.
  core::RandomStream random(4, core::Purpose::kTest, 0);
  auto noise = hear(track, 60.0, 0.0, 0.0, 0.0);
  for (IntervalPredictions& interval : noise) {
    for (Eigen::Vector3d& r : interval.summed_sensor) r = so3::random_direction(random);
    interval.r_sensor = interval.summed_sensor;
  }
  CHECK(align(noise, reader(track), {}).flat);
  // A device that lies still: every offset fits.
  const so3::Track still({-5.0, 65.0},
                         {Eigen::Quaterniond::Identity(), Eigen::Quaterniond::Identity()});
  CHECK(align(hear(still, 60.0, 0.0, 0.0, 0.2), reader(still), {}).flat);
  // No orientation at all.
  const OrientationAt none = [](double, Eigen::Matrix3d&) { return false; };
  CHECK_THROWS_AS(align(noise, none, {}), core::InputError);
}

TEST_CASE("without a model the offset is found from the cross-spectra themselves", "[alignment]") {
  const so3::Track track = turning(100.0);
  const auto intervals = record(track, 100.0, 0.4, 5);
  const Alignment found = align_linearly(intervals, reader(track), {});
  CHECK_FALSE(found.flat);
  CHECK(found.drift == 0.0);
  CHECK(std::abs(found.offset_s - 0.4) < 0.015);
  CHECK(std::abs(found.offset_s - 0.4) < 4.0 * found.standard_error_s);
  CHECK(found.agreement > found.ordinary_agreement + 0.1);
}

TEST_CASE("without a model and without turning nothing is found", "[alignment]") {
  const so3::Track still({-5.0, 65.0},
                         {Eigen::Quaterniond::Identity(), Eigen::Quaterniond::Identity()});
  CHECK(align_linearly(record(still, 40.0, 0.0, 5), reader(still), {}).flat);
  const so3::Track track = turning(60.0);
  const OrientationAt none = [](double, Eigen::Matrix3d&) { return false; };
  CHECK_THROWS_AS(align_linearly(record(track, 40.0, 0.0, 5), none, {}), core::InputError);
  CHECK_THROWS_AS(align_linearly(record(track, 4.0, 0.0, 5), reader(track), {}), core::InputError);
  CHECK_THROWS_AS(align_linearly({}, reader(track), {}), core::InputError);
}

}  // namespace align
