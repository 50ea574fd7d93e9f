#include <catch2/catch.hpp>
#include <cmath>

#include "array/responses.h"
#include "core/random.h"
#include "io/audio.h"
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
