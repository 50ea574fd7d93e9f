#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "learn/motion.h"
#include "learn/synthetic.h"

namespace {

learn::Dataset turned(synthetic::Motion motion, double speed_deg_s = 90.0) {
  synthetic::Options options;
  options.intervals = 12;
  options.frames = 150;
  options.bins_per_interval = 150;
  options.motion = motion;
  options.angular_speed_rad_s = speed_deg_s * std::numbers::pi / 180.0;
  return synthetic::make_dataset(options);
}

}  // namespace

TEST_CASE("free and head motion identify the map", "[motion]") {
  for (const synthetic::Motion motion : {synthetic::Motion::kFreeAxis, synthetic::Motion::kHead}) {
    const so3::MotionSpread spread = learn::motion_spread(turned(motion));
    CHECK(so3::judge(spread) == so3::MotionVerdict::kEnough);
    CHECK(so3::advice(spread).empty());
    CHECK(spread.rms_deg[1] > 15.0);
  }
}

TEST_CASE("turning about one axis does not identify the map, and the message names the axis",
          "[motion]") {
  const so3::MotionSpread spread = learn::motion_spread(turned(synthetic::Motion::kSingleAxis));
  CHECK(so3::judge(spread) == so3::MotionVerdict::kUnidentified);
  CHECK(spread.rms_deg[0] > 30.0);
  CHECK(spread.rms_deg[1] < 0.5);
  CHECK(std::abs(spread.main_axis.z()) == Approx(1.0).margin(1e-3));
  CHECK(so3::advice(spread).find("nod, tilt or roll") != std::string::npos);
}

TEST_CASE("one axis for each session is enough if the sessions have different axes", "[motion]") {
  // Each interval of kFreeAxis turns about one axis of its own.
  learn::Dataset data = turned(synthetic::Motion::kFreeAxis);
  data.intervals.resize(1);
  CHECK(so3::judge(learn::motion_spread(data)) == so3::MotionVerdict::kUnidentified);
}

TEST_CASE("nearly no turning is refused, and little turning is a warning", "[motion]") {
  const so3::MotionSpread still = learn::motion_spread(turned(synthetic::Motion::kFreeAxis, 1.0));
  CHECK(so3::judge(still) == so3::MotionVerdict::kUnidentified);
  CHECK(so3::advice(still).find("hardly turns") != std::string::npos);
  const so3::MotionSpread little = learn::motion_spread(turned(synthetic::Motion::kFreeAxis, 12.0));
  CHECK(so3::judge(little) == so3::MotionVerdict::kWeak);
}

TEST_CASE("the share of directions heard is the area of the caps around them", "[motion]") {
  learn::Dataset data = turned(synthetic::Motion::kFreeAxis);
  data.intervals.resize(1);
  for (Eigen::Matrix3f& R : data.R_world_sensor) R.setIdentity();
  learn::Model model;
  model.recipe = {learn::InputKind::kStft, 8, synthetic::kMaxFrequencyIndex};
  model.shape = {model.recipe.input_size(), {}, 3, nn::Normalization::kLayerNorm};
  model.parameters.resize(nn::parameter_count(model.shape));
  model.parameters.back() = 1.0F;  // answers +z for every bin
  core::ThreadPool pool(1);
  // A cap of 15 degrees is (1 - cos 15) / 2 = 1.7 % of the sphere; the grid has 1000 points.
  CHECK(learn::heard_share(model, data, pool) == Approx(0.017).margin(0.002));
}
