#include <catch2/catch.hpp>

#include "core/errors.h"
#include "csl/reflection.h"
#include "csl/synthetic.h"

namespace {

/// Intervals that stand still, so that a constant answer can be right: the model below says +x for
/// every bin, whatever it hears.
csl::Dataset still_dataset(std::size_t intervals, std::size_t facing_away) {
  synthetic::Options options;
  options.intervals = intervals;
  options.frames = 30;
  options.bins_per_interval = 60;
  csl::Dataset data = synthetic::make_dataset(options);
  for (Eigen::Matrix3f& R : data.R_world_sensor) R.setIdentity();
  for (std::size_t i = 0; i < intervals; ++i) {
    data.intervals[i].direction_world =
        (i < facing_away ? -1.0F : 1.0F) * Eigen::Vector3f(0.8F, 0.6F, 0.0F);
  }
  return data;
}

csl::Model constant_model(float x) {
  csl::Model model;
  model.recipe = {csl::InputKind::kStft, 8, synthetic::kMaxFrequencyIndex};
  model.shape = {model.recipe.input_size(), {}, 3, nn::Normalization::kLayerNorm};
  model.parameters.resize(nn::parameter_count(model.shape));
  model.parameters[model.parameters.size() - 3] = x;
  return model;
}

}  // namespace

TEST_CASE("the majority of true directions decides", "[reflection]") {
  core::ThreadPool pool(1);
  const csl::ReflectionOptions truth = csl::parse_reflection("truth");
  const csl::Dataset data = still_dataset(20, 3);
  const csl::Reflection kept = csl::decide_reflection(constant_model(2.0F), data, truth, pool);
  CHECK(kept.sign == 1);
  CHECK(kept.votes == 20);
  CHECK(kept.votes_for == 17);
  CHECK(kept.margin == Approx(0.7));
  CHECK_FALSE(kept.doubtful);
  const csl::Reflection turned = csl::decide_reflection(constant_model(-2.0F), data, truth, pool);
  CHECK(turned.sign == -1);
  CHECK(turned.votes_for == 17);
}

TEST_CASE("the sign a model came with does not matter", "[reflection]") {
  core::ThreadPool pool(1);
  csl::Model model = constant_model(-1.0F);
  model.reflection.sign = -1;
  const csl::Dataset data = still_dataset(4, 0);
  CHECK(csl::decide_reflection(model, data, csl::parse_reflection("truth"), pool).sign == -1);
}

TEST_CASE("a split vote is doubtful", "[reflection]") {
  core::ThreadPool pool(1);
  const csl::Reflection result = csl::decide_reflection(constant_model(1.0F), still_dataset(20, 9),
                                                        csl::parse_reflection("truth"), pool);
  CHECK(result.margin == Approx(0.1));
  CHECK(result.doubtful);
}

TEST_CASE("the start of each recording decides", "[reflection]") {
  core::ThreadPool pool(1);
  const csl::Dataset data = still_dataset(6, 3);
  for (const char* text : {"initial:+x", "initial:-x"}) {
    const csl::ReflectionOptions options = csl::parse_reflection(text);
    const csl::Reflection result =
        csl::decide_reflection(constant_model(1.0F), data, options, pool);
    CHECK(result.sign == (options.axis.x() > 0.0F ? 1 : -1));
    CHECK(result.margin == 1.0);
    CHECK(result.votes == 6);
    CHECK(result.rule == text);
  }
}

TEST_CASE("only the first moments are asked", "[reflection]") {
  core::ThreadPool pool(1);
  csl::Dataset data = still_dataset(2, 0);
  // Sound of the second interval begins too late.
  for (std::size_t bin = data.intervals[1].first_bin; bin < data.intervals[1].end_bin; ++bin) {
    data.frame[bin] = data.intervals[1].end_frame - 1;
  }
  const csl::ReflectionOptions options = csl::parse_reflection("initial:+x");
  CHECK(csl::decide_reflection(constant_model(1.0F), data, options, pool).votes == 1);
}

TEST_CASE("rules are read and written", "[reflection]") {
  for (const char* text : {"none", "truth", "initial:+x", "initial:-x", "initial:+y", "initial:-y",
                           "initial:+z", "initial:-z"}) {
    CHECK(csl::to_string(csl::parse_reflection(text)) == text);
  }
  for (const char* text :
       {"", "Truth", "initial", "initial:", "initial:x", "initial:+w", "initial:+xx"}) {
    CHECK_THROWS_AS(csl::parse_reflection(text), core::UsageError);
  }
}

TEST_CASE("what the data lack is said", "[reflection]") {
  core::ThreadPool pool(1);
  csl::Dataset data = still_dataset(2, 0);
  for (csl::Interval& interval : data.intervals) interval.direction_world.reset();
  CHECK_THROWS_AS(
      csl::decide_reflection(constant_model(1.0F), data, csl::parse_reflection("truth"), pool),
      core::InputError);
  CHECK(csl::decide_reflection(constant_model(1.0F), data, csl::parse_reflection("none"), pool)
            .sign == 1);
}
