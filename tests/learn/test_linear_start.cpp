#include <catch2/catch.hpp>
#include <cmath>

#include "align/linear_map.h"
#include "core/parallel.h"
#include "core/quantile.h"
#include "core/random.h"
#include "core/units.h"
#include "learn/linear_start.h"
#include "learn/trainer.h"
#include "so3/rotation.h"
#include "synthetic.h"

namespace {

synthetic::Options recording(synthetic::Motion motion, std::size_t microphones) {
  synthetic::Options options;
  options.motion = motion;
  options.microphones = microphones;
  options.intervals = 14;
  options.bins_per_interval = 6000;
  options.max_interference = 0.7;
  return options;
}

/// Degrees between labels and truth, the better of both signs for all together.
std::vector<double> errors_deg(const learn::Dataset& data,
                               const std::vector<Eigen::Vector3f>& direction) {
  float together = 0.0F;
  for (std::size_t i = 0; i < direction.size(); ++i) {
    together += direction[i].dot(*data.intervals[i].direction_world);
  }
  std::vector<double> error;
  for (std::size_t i = 0; i < direction.size(); ++i) {
    const Eigen::Vector3d d = std::copysign(1.0, together) * direction[i].cast<double>();
    error.push_back(core::radians_to_degrees(
        so3::angle_between(d, data.intervals[i].direction_world->cast<double>().eval())));
  }
  return error;
}

}  // namespace

TEST_CASE("the linear map finds each interval's direction for every kind of motion", "[linear]") {
  core::ThreadPool pool(2);
  using synthetic::Motion;
  // Not four: the first four lie in a plane, which cannot tell its two sides apart.
  for (const auto& [motion, microphones] :
       {std::pair{Motion::kFreeAxis, 5U}, {Motion::kHead, 12U}}) {
    const learn::Dataset data = synthetic::make_dataset(recording(motion, microphones));
    const auto direction = learn::linear_directions(data, pool);
    REQUIRE(direction.size() == data.intervals.size());
    CHECK(core::median(errors_deg(data, direction)) < 15.0);
  }
}

TEST_CASE("the directions of the linear map do not depend on the number of threads", "[linear]") {
  const learn::Dataset data = synthetic::make_dataset(recording(synthetic::Motion::kHead, 4));
  core::ThreadPool one(1), three(3);
  CHECK(learn::linear_directions(data, one) == learn::linear_directions(data, three));
}

TEST_CASE("where no linear map holds, there are no directions", "[linear]") {
  core::ThreadPool pool(1);
  learn::Dataset noise = synthetic::make_dataset(recording(synthetic::Motion::kFreeAxis, 4));
  core::RandomStream random(8, core::Purpose::kTest, 0);
  for (std::size_t bin = 0; bin < noise.bins(); ++bin) {
    Eigen::Vector4cf y;
    for (auto& value : y)
      value = {static_cast<float>(random.normal()), static_cast<float>(random.normal())};
    y.normalize();
    std::copy_n(y.data(), 4, noise.stft.begin() + static_cast<std::ptrdiff_t>(4 * bin));
  }
  CHECK(learn::linear_directions(noise, pool).empty());
  synthetic::Options little = recording(synthetic::Motion::kFreeAxis, 4);
  little.intervals = 2;
  CHECK(learn::linear_directions(synthetic::make_dataset(little), pool).empty());
}

TEST_CASE(
    "the agreement of the linear map is the share of its energy that is constant within intervals",
    "[linear]") {
  // r = R W x with x = R^T d exactly: everything agrees; with another rotation less.
  align::LinearAgreement right(3), wrong(3);
  core::RandomStream random(9, core::Purpose::kTest, 0);
  for (int interval = 0; interval < 30; ++interval) {
    const Eigen::Vector3d d = so3::random_direction(random);
    Eigen::MatrixXd x(20, 3);
    std::vector<Eigen::Matrix3d> R;
    for (int block = 0; block < 20; ++block) {
      R.push_back(so3::random_rotation(random).toRotationMatrix());
      x.row(block) = (R.back().transpose() * d).transpose();
    }
    right.add(x, [&](std::size_t block, Eigen::Matrix3d& out) {
      out = R[block];
      return true;
    });
    wrong.add(x, [&](std::size_t block, Eigen::Matrix3d& out) {
      out = R[(block + 1) % 20];
      return block > 0;
    });
  }
  CHECK(right.blocks() == 600.0);
  CHECK(wrong.blocks() == 570.0);
  // x has covariance 1 / 3; of a white x all would be 1.
  CHECK(right.of_map(Eigen::Matrix3d::Identity()) == Approx(1.0 / 3.0));
  // The sample's covariance is not quite that of evenly spread directions.
  CHECK(right.best() >= right.of_map(Eigen::Matrix3d::Identity()));
  CHECK(right.best() < 0.34);
  const Eigen::MatrixXd W = right.best_map();
  CHECK((W * W.transpose() - Eigen::Matrix3d::Identity() / 3.0).norm() < 0.15);
  CHECK(wrong.best() < 0.2);
}

TEST_CASE("training converges with heads that turn by 60 degrees and nod by 30", "[linear]") {
  const learn::Dataset data = synthetic::make_dataset(recording(synthetic::Motion::kHead, 8));
  learn::TrainOptions options;
  options.hidden = {64, 32};
  options.steps = 200;
  options.bins_per_interval = 128;
  options.learning_rate = 3e-3;
  core::ThreadPool pool(2);
  learn::Trainer trainer(data, options, pool);
  learn::StepReport last;
  for (std::size_t i = 0; i < options.steps; ++i) last = trainer.step();
  CHECK(last.contrast < 0.3);
  CHECK_NOTHROW(trainer.require_converged());
}

TEST_CASE("the linear map knows the rotation in the middle of each block only", "[linear]") {
  core::ThreadPool pool(2);
  learn::Dataset data = synthetic::make_dataset(recording(synthetic::Motion::kHead, 12));
  const auto direction = learn::linear_directions(data, pool);
  REQUIRE_FALSE(direction.empty());
  for (const learn::Interval& interval : data.intervals) {
    for (std::size_t f = interval.first_frame; f < interval.end_frame; ++f) {
      const bool middle =
          (f - interval.first_frame) % align::kBlockFrames == align::kBlockFrames / 2;
      if (!middle) data.R_world_sensor[f] = -data.R_world_sensor[f];
    }
  }
  CHECK(learn::linear_directions(data, pool) == direction);
}
