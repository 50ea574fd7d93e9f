#include <catch2/catch.hpp>
#include <cmath>
#include <complex>
#include <numbers>

#include "array/responses.h"
#include "core/random.h"
#include "dsp/fft.h"
#include "dsp/fractional_delay.h"
#include "io/audio.h"
#include "random_values.h"
#include "room/microphone_errors.h"
#include "simulate/session_renderer.h"
#include "so3/grid.h"
#include "temporary_folder.h"

namespace {

/// A measured array of two receivers: each response is one impulse of the receiver's gain, later
/// on the side that faces away from the source.
array::Responses two_receivers(float left_gain, float right_gain) {
  array::Responses responses{"ears", 16000.0, so3::fibonacci_grid(60), 2, 64, {}};
  for (const Eigen::Vector3d& direction : responses.direction) {
    for (const float side : {1.0F, -1.0F}) {
      std::vector<float> ir(responses.samples, 0.0F);
      const double onset = 30.0 - 3.0 * static_cast<double>(side) * direction.y();
      ir[static_cast<std::size_t>(std::lround(onset))] = side > 0.0F ? left_gain : right_gain;
      responses.ir.insert(responses.ir.end(), ir.begin(), ir.end());
    }
  }
  return responses;
}

/// One anechoic session of the speech file with a measured array.
simulate::Plan plan_with(const array::Responses& responses, const std::filesystem::path& speech) {
  simulate::Plan plan;
  plan.seed = 5;
  plan.speech = {speech};
  plan.all_sessions = plan.sessions = 1;
  plan.array.responses = responses;
  plan.room_m = Eigen::Vector3d::Constant(4.0);
  plan.array_center_m = Eigen::Vector3d::Constant(2.0);
  plan.t60_s = {0.0, 0.0};
  plan.source_distance_m = 1.0;
  plan.angular_speed_rad_s = 1.0;
  plan.snr_db = {INFINITY, INFINITY};
  return plan;
}

}  // namespace

TEST_CASE("two plans in one process are each rendered with their own measured array") {
  const test::TemporaryFolder folder;
  core::RandomStream random(1, core::Purpose::kTest);
  std::vector<float> noise(8000);
  for (float& x : noise) x = static_cast<float>(0.1 * random.normal());
  io::write_wav(folder / "noise.wav", noise, 1, 16000.0);
  const simulate::Plan plan = plan_with(two_receivers(1.0F, 1.0F), folder / "noise.wav");
  const simulate::Plan louder = plan_with(two_receivers(2.0F, 4.0F), folder / "noise.wav");
  const std::vector<float> sound = simulate::SessionRenderer(plan).render(0).time_data;
  const std::vector<float> loud = simulate::SessionRenderer(louder).render(0).time_data;
  REQUIRE(loud.size() == sound.size());
  for (std::size_t i = 0; i < sound.size(); ++i) {
    const float gain = i % 2 == 0 ? 2.0F : 4.0F;
    if (std::abs(loud[i] - gain * sound[i]) > 1e-5F) FAIL("sample " << i);
  }
}

namespace {

/// One anechoic session of noise of this duration with two open microphones.
simulate::Plan open_pair(const std::filesystem::path& folder, double duration_s, double edge_m) {
  std::vector<float> noise =
      random_values(static_cast<std::size_t>(duration_s * simulate::kSimulatedRateHz), 3);
  for (float& x : noise) x *= 0.1F;
  io::write_wav(folder / "noise.wav", noise, 1, simulate::kSimulatedRateHz);
  simulate::Plan plan = plan_with(two_receivers(1.0F, 1.0F), folder / "noise.wav");
  plan.array.responses.reset();
  plan.array.position_m = {{0.0, 0.5 * edge_m, 0.0}, {0.0, -0.5 * edge_m, 0.0}};
  return plan;
}

/// Sound of the second plan's session without the sound of the first one's.
std::vector<float> added_sound(const simulate::Plan& plan, const simulate::Plan& more) {
  const std::vector<float> alone = simulate::SessionRenderer(plan).render(0).time_data;
  std::vector<float> sound = simulate::SessionRenderer(more).render(0).time_data;
  REQUIRE(sound.size() == alone.size());
  for (std::size_t i = 0; i < sound.size(); ++i) sound[i] -= alone[i];
  return sound;
}

}  // namespace

TEST_CASE("diffuse noise has its level and the coherence sin(kd) / kd of a diffuse field") {
  const test::TemporaryFolder folder;
  constexpr double kEdge_m = 0.08;
  const simulate::Plan plan = open_pair(folder.path(), 12.0, kEdge_m);
  simulate::Plan noisy = plan;
  noisy.diffuse_snr_db = {10.0, 10.0};
  const std::vector<float> noise = added_sound(plan, noisy);
  const std::vector<float> alone = simulate::SessionRenderer(plan).render(0).time_data;
  const double ratio = room::audible_power(alone, 2, simulate::kSimulatedRateHz) /
                       room::audible_power(noise, 2, simulate::kSimulatedRateHz);
  CHECK(10.0 * std::log10(ratio) == Approx(10.0).margin(0.01));

  constexpr std::size_t kLength = 512;
  dsp::Fft fft(kLength);
  std::vector<float> channel(kLength);
  std::vector<std::complex<float>> left(fft.bins()), right(fft.bins());
  std::vector<double> cross(fft.bins()), left_power(fft.bins()), right_power(fft.bins());
  for (std::size_t first = 0; first + kLength <= noise.size() / 2; first += kLength / 2) {
    for (const std::size_t m : {0U, 1U}) {
      for (std::size_t n = 0; n < kLength; ++n) {
        const double phase = 2.0 * std::numbers::pi * static_cast<double>(n) / kLength;
        channel[n] = noise[2 * (first + n) + m] * static_cast<float>(0.5 - 0.5 * std::cos(phase));
      }
      fft.forward(channel, m == 0 ? left : right);
    }
    for (std::size_t k = 0; k < fft.bins(); ++k) {
      cross[k] +=
          (std::complex<double>(left[k]) * std::conj(std::complex<double>(right[k]))).real();
      left_power[k] += std::norm(left[k]);
      right_power[k] += std::norm(right[k]);
    }
  }
  // Eight bins of 750 blocks: a standard deviation below 0.02.
  for (std::size_t k = 8; k < 128; k += 8) {
    double found = 0.0;
    double expected = 0.0;
    for (std::size_t i = k; i < k + 8; ++i) {
      found += cross[i] / std::sqrt(left_power[i] * right_power[i]) / 8.0;
      const double hz = static_cast<double>(i) * simulate::kSimulatedRateHz / kLength;
      expected += dsp::sinc(2.0 * hz * kEdge_m / core::kSpeedOfSound) / 8.0;
    }
    CAPTURE(k, found, expected);
    CHECK(found == Approx(expected).margin(0.07));
  }
}

TEST_CASE("an interferer sounds for its share at its level, and the truth does not have it") {
  const test::TemporaryFolder folder;
  const simulate::Plan plan = open_pair(folder.path(), 2.0, 0.08);
  simulate::Plan joined = plan;
  joined.interferer = {-6.0, 0.5};
  CHECK(simulate::SessionRenderer(joined).render(0).info.sources.size() == 1);
  const std::vector<float> other = added_sound(plan, joined);
  std::size_t sounding = 0;
  double power = 0.0;
  for (std::size_t n = 0; n < other.size() / 2; ++n) {
    if (std::abs(other[2 * n]) < 1e-7F) continue;
    ++sounding;
    power += std::pow(other[2 * n], 2.0);
  }
  CHECK(static_cast<double>(sounding) == Approx(16000.0).epsilon(0.02));
  // The wanted noise has the power 0.01 at 1 m; ramps of 20 ms take 2 % of half a session.
  CHECK(10.0 * std::log10(power / static_cast<double>(sounding) / 0.01) ==
        Approx(-6.0).margin(0.4));
}

TEST_CASE("the truth of an array that turns about another point is seen from its moving center") {
  const test::TemporaryFolder folder;
  simulate::Plan plan = open_pair(folder.path(), 1.0, 0.08);
  plan.pivot_m = {0.16, 0.0, -0.05};
  const session::Session session = simulate::SessionRenderer(plan).render(0);
  REQUIRE(session.info.sources.size() == 20);
  CHECK(session.info.sources.front().activity_db.size() == 100);
  CHECK(session.info.sources.back().activity_db.empty());
  // The source is 1 m from the turning point, which is R pivot from the center.
  const Eigen::Vector3d from_start = session.orientation.at(0.0) * plan.pivot_m;
  const Eigen::Vector3d seen = session.info.sources.front().direction_world;
  // |s direction - R pivot| = 1 for the distance s from the center.
  const double along = seen.dot(from_start);
  const double distance = along + std::sqrt(along * along - from_start.squaredNorm() + 1.0);
  const Eigen::Vector3d source_m = distance * seen - from_start;
  for (const session::SourceTruth& row : session.info.sources) {
    const double time_s = 0.5 * (row.start_s + row.end_s);
    const Eigen::Vector3d expected =
        (source_m + session.orientation.at(time_s) * plan.pivot_m).normalized();
    CHECK((row.direction_at(time_s) - expected).norm() < 2e-4);
  }
  // The two microphones hear the source at the distances of their momentary places.
  simulate::Plan still = plan;
  still.angular_speed_rad_s = 0.0;
  const session::Session rest = simulate::SessionRenderer(still).render(0);
  const Eigen::Vector3d pivot_world = rest.orientation.at(0.0) * plan.pivot_m;
  const Eigen::Vector3d place = [&] {
    const Eigen::Vector3d d = rest.info.sources.front().direction_world;
    const double a = d.dot(pivot_world);
    return Eigen::Vector3d((a + std::sqrt(a * a - pivot_world.squaredNorm() + 1.0)) * d);
  }();
  double energy[2] = {0.0, 0.0};
  for (std::size_t i = 0; i < rest.time_data.size(); ++i)
    energy[i % 2] += std::pow(rest.time_data[i], 2.0);
  const auto distance_m = [&](std::size_t m) {
    return (place - rest.orientation.at(0.0) * plan.array.position_m[m]).norm();
  };
  CHECK(std::sqrt(energy[0] / energy[1]) == Approx(distance_m(1) / distance_m(0)).epsilon(1e-3));
}
