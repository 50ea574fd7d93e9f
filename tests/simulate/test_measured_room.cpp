#include <catch2/catch.hpp>
#include <cmath>

#include "core/errors.h"
#include "core/random.h"
#include "dsp/fft.h"
#include "io/audio.h"
#include "simulate/measured_room.h"
#include "simulate/session_renderer.h"
#include "so3/rotation.h"
#include "temporary_folder.h"

namespace {

constexpr std::size_t kTaps = 40;

/// Two sources, two orientations a half turn about z apart. The second orientation is the first
/// measurement with its two channels exchanged.
array::RoomResponses two_places() {
  array::RoomResponses responses;
  responses.sample_rate_hz = simulate::kSimulatedRateHz;
  responses.microphones = 2;
  responses.orientation = {Eigen::Quaterniond::Identity(),
                           so3::exp(3.14159265358979 * Eigen::Vector3d::UnitZ())};
  core::RandomStream random(5, core::Purpose::kTest);
  for (std::size_t p = 0; p < 2; ++p) {
    array::RoomMeasurement measurement;
    measurement.samples = kTaps;
    for (std::size_t i = 0; i < 2 * kTaps; ++i)
      measurement.ir.push_back(static_cast<float>(random.normal()));
    responses.measurement.push_back(measurement);
    array::RoomPlace place{"hall", p == 0 ? "left" : "front", {}, 1.5, 0.6, {}};
    place.direction_world = p == 0 ? Eigen::Vector3d::UnitY() : Eigen::Vector3d::UnitX();
    place.views = {{0, p, {0, 1}}, {1, p, {1, 0}}};
    responses.place.push_back(place);
  }
  return responses;
}

std::vector<float> noise(std::size_t samples) {
  core::RandomStream random(8, core::Purpose::kTest);
  std::vector<float> signal(samples);
  for (float& x : signal) x = static_cast<float>(0.1 * random.normal());
  return signal;
}

simulate::Plan plan_of(const array::RoomResponses& responses, const std::filesystem::path& speech) {
  simulate::Plan plan;
  plan.seed = 2;
  plan.speech = {speech};
  plan.all_sessions = plan.sessions = 8;
  plan.room_responses = std::make_shared<array::RoomResponses>(responses);
  plan.dwell_s = {0.1, 0.2};
  plan.angular_speed_rad_s = 1.0;
  plan.snr_db = {INFINITY, INFINITY};
  return plan;
}

}  // namespace

TEST_CASE("each moment is the whole sound of the orientation that the array has then") {
  const array::RoomResponses responses = two_places();
  const std::vector<float> signal = noise(16000);
  core::RandomStream random(1, core::Purpose::kTest);
  const simulate::ViewCourse course =
      simulate::draw_course(responses.orientation, 0, {0.1, 0.2}, 1.0, 1.0, random);
  const simulate::MeasuredScene scene{{&responses.place[1]}, {0, 1}, responses.orientation, 0};
  const std::vector<float> sound =
      simulate::hear_along(responses, scene, 0, course, signal, signal.size());
  REQUIRE(sound.size() == 2 * signal.size());
  const std::span<const float> ir(responses.measurement[1].ir);
  const std::vector<float> wet[] = {dsp::convolve(signal, ir.first(kTaps)),
                                    dsp::convolve(signal, ir.last(kTaps))};
  std::size_t checked[2] = {0, 0};
  for (std::size_t t = 0; t < signal.size(); ++t) {
    for (std::size_t i = 0; i < course.stays.size(); ++i) {
      if (simulate::weight_at(course.stays, i, static_cast<double>(t) / 16000.0) < 1.0) continue;
      const std::size_t orientation = course.stays[i].orientation;
      ++checked[orientation];
      for (std::size_t m = 0; m < 2; ++m) {
        const float expected = wet[orientation == 0 ? m : 1 - m][t];
        if (std::abs(sound[2 * t + m] - expected) > 1e-4F) FAIL("sample " << t);
      }
    }
  }
  CHECK(checked[0] > 4000);
  CHECK(checked[1] > 4000);
}

TEST_CASE("sessions in measured rooms state the place, the room and the orientation") {
  const test::TemporaryFolder folder;
  io::write_wav(folder / "noise.wav", noise(16000), 1, 16000.0);
  simulate::Plan plan = plan_of(two_places(), folder / "noise.wav");
  plan.start_axis = Eigen::Vector3d::UnitY();
  simulate::SessionRenderer renderer(plan);
  bool left = false;
  bool front = false;
  for (std::size_t i = 0; i < plan.sessions; ++i) {
    const session::Session session = renderer.render(i);
    CHECK(session.info.t60_s == 0.6);
    CHECK(std::isnan(session.info.room_m.x()));
    REQUIRE(session.info.sources.size() == 1);
    const Eigen::Vector3d direction = session.info.sources[0].direction_world;
    left = left || direction == Eigen::Vector3d::UnitY();
    front = front || direction == Eigen::Vector3d::UnitX();
    // Only the first orientation has the source on the left in its +y half space.
    const double y = (session.orientation.at(0.0).conjugate() * direction).y();
    CHECK(y > -1e-9);
    CHECK(session.time_data.size() == 32000);
  }
  CHECK(left);
  CHECK(front);
}

TEST_CASE("two sources stand at different places of one room and sound together") {
  const test::TemporaryFolder folder;
  io::write_wav(folder / "noise.wav", noise(16000), 1, 16000.0);
  simulate::Plan plan = plan_of(two_places(), folder / "noise.wav");
  plan.sources = 2;
  plan.min_separation_rad = 1.0;
  const session::Session session = simulate::SessionRenderer(plan).render(0);
  REQUIRE(session.info.sources.size() == 2);
  CHECK(session.info.sources[0].direction_world.dot(session.info.sources[1].direction_world) ==
        Approx(0.0));
  plan.min_separation_rad = 2.0;
  CHECK_THROWS_WITH(simulate::SessionRenderer(plan).render(0),
                    Catch::Matchers::Contains("--min-separation"));
}
