#include <catch2/catch.hpp>
#include <cmath>

#include "core/errors.h"
#include "learn/synthetic.h"
#include "learn/trainer.h"
#include "learn/validation.h"

namespace {

learn::Dataset recording(std::uint64_t seed, std::size_t microphones = 8) {
  synthetic::Options options;
  options.seed = seed;
  options.intervals = 6;
  options.frames = 60;
  options.bins_per_interval = 300;
  options.microphones = microphones;
  return synthetic::make_dataset(options);
}

learn::TrainOptions watched_options() {
  learn::TrainOptions options;
  options.hidden = {16};
  options.steps = 10;
  options.batch = 3;
  options.bins_per_interval = 64;
  return options;
}

}  // namespace

TEST_CASE("the validation loss depends on the weights alone", "[validation]") {
  const learn::Dataset train = recording(1);
  const learn::Dataset valid = recording(2);
  core::ThreadPool pool(1);
  core::ThreadPool three(3);
  learn::Trainer trainer(train, watched_options(), pool);
  learn::Validator validator(valid, watched_options(), {}, pool);
  learn::Validator other(valid, watched_options(), {}, three);
  CHECK(validator.intervals() == 6);
  const double before = validator.evaluate(trainer.model().parameters).loss;
  CHECK(validator.evaluate(trainer.model().parameters).loss == before);
  CHECK(other.evaluate(trainer.model().parameters).loss == before);
  CHECK(before > 0.0);
  CHECK(before < 4.0);
  trainer.step();
  CHECK(validator.evaluate(trainer.model().parameters).loss != before);
}

TEST_CASE("the validation error is the smaller one of both signs, and unknown without truth",
          "[validation]") {
  learn::Dataset still = recording(3);
  for (Eigen::Matrix3f& R : still.R_world_sensor) R.setIdentity();
  for (learn::Interval& interval : still.intervals) {
    interval.direction_world = Eigen::Vector3f(0.0F, 0.6F, 0.8F);
  }
  learn::TrainOptions options = watched_options();
  options.hidden = {};  // the head's bias alone answers (0, 0, -1) for every bin
  core::ThreadPool pool(1);
  learn::Validator validator(still, options, {}, pool);
  std::vector<float> parameters(nn::parameter_count(learn::network_shape(still, options)));
  parameters.back() = -1.0F;
  const double expected_deg = std::acos(0.8) * 180.0 / M_PI;
  CHECK(validator.evaluate(parameters).error_deg == Approx(expected_deg));
  for (learn::Interval& interval : still.intervals) interval.direction_world.reset();
  CHECK(std::isnan(validator.evaluate(parameters).error_deg));
}

TEST_CASE("validation data with another number of microphones are refused", "[validation]") {
  const learn::Dataset train = recording(1);
  const learn::Dataset valid = recording(2, 6);
  core::ThreadPool pool(1);
  learn::Trainer trainer(train, watched_options(), pool);
  learn::Validator validator(valid, watched_options(), {}, pool);
  CHECK_THROWS_AS(validator.evaluate(trainer.model().parameters).loss, core::InputError);
}

TEST_CASE("the best weights are kept, and the validations since then are counted", "[validation]") {
  learn::BestWeights best;
  const std::vector<float> first = {1.0F, 2.0F};
  const std::vector<float> second = {3.0F, 4.0F};
  CHECK(best.offer(0.5, 10, first));
  CHECK_FALSE(best.offer(0.5, 20, second));
  CHECK_FALSE(best.offer(NAN, 30, second));
  CHECK(best.worse_in_a_row == 2);
  CHECK(best.parameters == first);
  CHECK(best.offer(0.4, 40, second));
  CHECK(best.worse_in_a_row == 0);
  CHECK(best.step == 40);
  CHECK(best.parameters == second);
}
