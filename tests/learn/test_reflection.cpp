#include <catch2/catch.hpp>

#include "core/errors.h"
#include "core/random.h"
#include "learn/reflection.h"
#include "learn/reflection_cues.h"
#include "learn/synthetic.h"
#include "so3/rotation.h"

namespace {

/// Intervals that stand still, so that a constant answer can be right: the model below says +x for
/// every bin, whatever it hears.
learn::Dataset still_dataset(std::size_t intervals, std::size_t facing_away) {
  synthetic::Options options;
  options.intervals = intervals;
  options.frames = 30;
  options.bins_per_interval = 60;
  learn::Dataset data = synthetic::make_dataset(options);
  for (Eigen::Matrix3f& R : data.R_world_sensor) R.setIdentity();
  for (std::size_t i = 0; i < intervals; ++i) {
    data.intervals[i].direction_world =
        (i < facing_away ? -1.0F : 1.0F) * Eigen::Vector3f(0.8F, 0.6F, 0.0F);
  }
  return data;
}

learn::Model constant_model(float x) {
  learn::Model model;
  model.recipe = {learn::InputKind::kStft, 8, synthetic::kMaxFrequencyIndex};
  model.shape = {model.recipe.input_size(), {}, 3, nn::Normalization::kLayerNorm};
  model.parameters.resize(nn::parameter_count(model.shape));
  model.parameters[model.parameters.size() - 3] = x;
  return model;
}

}  // namespace

TEST_CASE("with --reflect truth, the majority of the true directions decides", "[reflection]") {
  core::ThreadPool pool(1);
  const learn::ReflectionOptions truth = learn::parse_reflection("truth");
  const learn::Dataset data = still_dataset(20, 3);
  const learn::Reflection kept = learn::decide_reflection(constant_model(2.0F), data, truth, pool);
  CHECK(kept.sign == 1);
  CHECK(kept.votes == 20);
  CHECK(kept.votes_for == 17);
  CHECK(kept.margin == Approx(0.7));
  CHECK_FALSE(kept.doubtful);
  const learn::Reflection turned =
      learn::decide_reflection(constant_model(-2.0F), data, truth, pool);
  CHECK(turned.sign == -1);
  CHECK(turned.votes_for == 17);
}

TEST_CASE("the decision does not depend on the sign that the model has", "[reflection]") {
  core::ThreadPool pool(1);
  learn::Model model = constant_model(-1.0F);
  model.reflection.sign = -1;
  const learn::Dataset data = still_dataset(4, 0);
  CHECK(learn::decide_reflection(model, data, learn::parse_reflection("truth"), pool).sign == -1);
}

TEST_CASE("a decision with a nearly equal vote is marked as doubtful", "[reflection]") {
  core::ThreadPool pool(1);
  const learn::Reflection result = learn::decide_reflection(
      constant_model(1.0F), still_dataset(20, 9), learn::parse_reflection("truth"), pool);
  CHECK(result.margin == Approx(0.1));
  CHECK(result.doubtful);
}

TEST_CASE("with --reflect initial, the start of each recording decides", "[reflection]") {
  core::ThreadPool pool(1);
  const learn::Dataset data = still_dataset(6, 3);
  for (const char* text : {"initial:+x", "initial:-x"}) {
    const learn::ReflectionOptions options = learn::parse_reflection(text);
    const learn::Reflection result =
        learn::decide_reflection(constant_model(1.0F), data, options, pool);
    CHECK(result.sign == (options.side.axis.x() > 0.0F ? 1 : -1));
    CHECK(result.margin == 1.0);
    CHECK(result.votes == 6);
    CHECK(result.rule == text);
  }
}

TEST_CASE(
    "the initial axis is that of the first frame, and the direction is pooled over the whole "
    "interval",
    "[reflection]") {
  core::ThreadPool pool(1);
  learn::Dataset data = still_dataset(2, 0);
  // The second interval starts turned half round about z, and turns back before there is any sound.
  learn::Interval& second = data.intervals[1];
  data.R_world_sensor[second.first_frame].diagonal() << -1.0F, -1.0F, 1.0F;
  for (std::size_t bin = second.first_bin; bin < second.end_bin; ++bin) {
    data.frame[bin] = second.end_frame - 1;
  }
  const learn::Reflection result = learn::decide_reflection(
      constant_model(1.0F), data, learn::parse_reflection("initial:+x"), pool);
  CHECK(result.votes == 2);
  CHECK(result.votes_for == 1);
}

TEST_CASE("initial asks the first interval with sound of each recording", "[reflection]") {
  core::ThreadPool pool(1);
  learn::Dataset data = still_dataset(6, 0);
  const Eigen::Matrix3f half_turn = Eigen::Vector3f(-1.0F, -1.0F, 1.0F).asDiagonal();
  for (std::size_t i = 0; i < 6; ++i) {
    learn::Interval& interval = data.intervals[i];
    interval.recording = i < 3 ? "kitchen" : "hall";
    interval.starts_recording = i % 3 == 0;
    // Later intervals start with the source behind the array, and turn before there is sound.
    if (interval.starts_recording) continue;
    data.R_world_sensor[interval.first_frame] = half_turn;
    for (std::size_t bin = interval.first_bin; bin < interval.end_bin; ++bin) {
      data.frame[bin] = interval.end_frame - 1;
    }
  }
  const auto decide = [&] {
    return learn::decide_reflection(constant_model(1.0F), data,
                                    learn::parse_reflection("initial:+x"), pool);
  };
  CHECK(decide().votes == 2);
  CHECK(decide().votes_for == 2);
  CHECK_FALSE(decide().doubtful);
  for (learn::Interval& interval : data.intervals) interval.starts_recording = true;
  CHECK(decide().sign == -1);
  CHECK(decide().doubtful);
}

namespace {

/// Turns x to y, y to z and z to x; its transpose turns the other way.
Eigen::Matrix3f cycle() {
  Eigen::Matrix3f R;
  R << 0.0F, 0.0F, 1.0F, 1.0F, 0.0F, 0.0F, 0.0F, 1.0F, 0.0F;
  return R;
}

learn::Reflection decide(const learn::Dataset& data, const learn::ReflectionOptions& rule) {
  core::ThreadPool pool(1);
  return learn::decide_reflection(constant_model(1.0F), data, rule, pool);
}

}  // namespace

TEST_CASE("the side of the world on which the source stands decides", "[reflection]") {
  learn::Dataset data = still_dataset(8, 0);
  for (Eigen::Matrix3f& R : data.R_world_sensor) R = cycle();
  // The model says the sensor's +x, which is the world's +y.
  for (const auto& [text, sign] :
       {std::pair{"world:+y", 1}, {"world:-y", -1}, {"world:0,2,0.5", 1}, {"world:0.1,-1,0", -1}}) {
    const learn::Reflection result = decide(data, learn::parse_reflection(text));
    INFO(text);
    CHECK(result.sign == sign);
    CHECK(result.votes == 8);
    CHECK(result.margin == 1.0);
    CHECK_FALSE(result.doubtful);
  }
  for (const char* border : {"world:+z", "world:1,0.05,0"}) {
    INFO(border);
    CHECK(decide(data, learn::parse_reflection(border)).doubtful);
  }
  CHECK(decide(data, learn::parse_reflection("initial:+x")).sign == 1);
  CHECK(decide(data, learn::parse_reflection("initial:+y")).doubtful);
}

TEST_CASE("each recording can have a side of its own", "[reflection]") {
  learn::Dataset data = still_dataset(6, 0);
  for (Eigen::Matrix3f& R : data.R_world_sensor) R = cycle();
  const char* names[] = {"a", "a", "b", "b", "c", "c"};
  for (std::size_t i = 0; i < 6; ++i) {
    data.intervals[i].recording = names[i];
    data.intervals[i].starts_recording = i % 2 == 0;
  }
  learn::ReflectionOptions rule = learn::parse_reflection("recordings:sides.csv");
  CHECK(rule.recordings_file == "sides.csv");
  rule.recordings["a"] = learn::parse_source_side("initial:+x");
  rule.recordings["b"] = learn::parse_source_side("world:0,1,0");
  const learn::Reflection result = decide(data, rule);
  CHECK(result.sign == 1);
  CHECK(result.votes == 3);  // one of a, two of b; c is not listed
  CHECK(result.margin == 1.0);
  rule.recordings["c"] = learn::parse_source_side("world:-y");
  CHECK(decide(data, rule).doubtful);
  rule.recordings["cellar"] = rule.recordings["c"];
  CHECK_THROWS_WITH(learn::require_reflection(data, rule),
                    Catch::Matchers::Contains("no recording is named 'cellar'"));
}

TEST_CASE("a model that may be the mirror image says so", "[reflection]") {
  learn::Reflection reflection;
  CHECK_THAT(reflection.doubt(), Catch::Matchers::Contains("--reflect none"));
  reflection.rule = "world:+z";
  CHECK(reflection.doubt().empty());
  reflection.doubtful = true;
  reflection.evidence = "4 of 8 intervals agree";
  CHECK_THAT(reflection.doubt(), Catch::Matchers::Contains("4 of 8 intervals agree"));
}

namespace {

/// Sound that always comes from the sensor's +x, so that the constant model is right. Microphones
/// 0 and 1 lie 5 cm apart, 1 further along x, and microphone 0 is twice as sensitive.
learn::Dataset from_plus_x(std::uint32_t frames = 40) {
  synthetic::Options options;
  options.intervals = 5;
  options.frames = frames;
  options.bins_per_interval = 0;
  learn::Dataset data = synthetic::make_dataset(options);
  const auto positions = synthetic::microphone_positions(options);
  core::RandomStream random(4, core::Purpose::kTest);
  for (learn::Interval& interval : data.intervals) {
    interval.first_bin = data.bins();
    for (std::uint32_t n = 0; n < frames * 30; ++n) {
      const std::size_t k = 9 + random.index(synthetic::kMaxFrequencyIndex - 9);
      Eigen::ArrayXcf y = Eigen::ArrayXcf::Zero(8);
      synthetic::add_wave(positions, Eigen::Vector3d::UnitX(), k, 1.0, y);
      y[0] *= 2.0F;
      y /= y.matrix().norm();
      data.stft.insert(data.stft.end(), y.begin(), y.end());
      data.frequency.push_back(static_cast<std::uint16_t>(k));
      data.frame.push_back(interval.first_frame + n / 30);
    }
    interval.end_bin = data.bins();
  }
  return data;
}

}  // namespace

TEST_CASE("the microphone that hears the source earlier, or louder, decides the reflection",
          "[reflection]") {
  core::ThreadPool pool(1);
  const learn::Dataset data = from_plus_x();
  data.validate();
  const auto sign = [&](float x, const char* rule) {
    const learn::Reflection result =
        learn::decide_reflection(constant_model(x), data, learn::parse_reflection(rule), pool);
    CHECK(result.margin == 1.0);
    CHECK(result.votes == 5);
    return result.sign;
  };
  CHECK(sign(1.0F, "mics:1,0,+x") == 1);
  CHECK(sign(-1.0F, "mics:1,0,x") == -1);
  CHECK(sign(1.0F, "mics:0,1,-x") == 1);
  CHECK(sign(1.0F, "mics:0,1,x") == -1);  // a wrong claim turns the map round
  CHECK(sign(1.0F, "mics:0,1,x,level") == 1);
  CHECK(sign(-1.0F, "mics:0,1,x,level") == -1);
  CHECK_THROWS_AS(learn::decide_reflection(constant_model(1.0F), data,
                                           learn::parse_reflection("mics:0,8,x"), pool),
                  core::InputError);
}

TEST_CASE("long intervals give the microphones enough bins to compare", "[reflection]") {
  core::ThreadPool pool(1);
  // 30 s: 4096 bins evenly spread leave 14 of them to a tenth of a second, too few for a delay.
  const learn::Dataset data = from_plus_x(3000);
  const learn::ReflectionOptions rule = learn::parse_reflection("mics:1,0,+x");
  CHECK_NOTHROW(learn::require_reflection(data, rule));
  const learn::Reflection result =
      learn::decide_reflection(constant_model(-1.0F), data, rule, pool);
  CHECK(result.sign == -1);
  CHECK(result.margin == 1.0);
  CHECK(result.votes == 5);
}

TEST_CASE("the data that a reflection rule needs are checked before training", "[reflection]") {
  learn::Dataset data = from_plus_x();
  const auto check = [&](const char* rule) {
    learn::require_reflection(data, learn::parse_reflection(rule));
  };
  CHECK_NOTHROW(check("mics:7,0,x"));
  CHECK_THROWS_WITH(check("mics:9,1,x"), Catch::Matchers::Contains("microphones 0 to 7"));
  CHECK_THROWS_AS(check("mics:1,8,x"), core::InputError);
  CHECK_NOTHROW(check("truth"));
  for (learn::Interval& interval : data.intervals) interval.direction_world.reset();
  CHECK_THROWS_WITH(check("truth"), Catch::Matchers::Contains("needs true directions"));
  CHECK_NOTHROW(check("initial:+x"));
  CHECK_NOTHROW(check("none"));
  data.hop_s = 0.2;  // every frame is a window of its own, with 30 bins
  CHECK_NOTHROW(check("mics:1,0,x"));
  for (learn::Interval& interval : data.intervals) interval.end_bin = interval.first_bin + 29;
  CHECK_THROWS_WITH(check("mics:1,0,x"), Catch::Matchers::Contains("enough bins"));
}

TEST_CASE("the slope of a difference over directions is found in spite of an offset",
          "[reflection]") {
  core::RandomStream random(5, core::Purpose::kTest);
  learn::DirectionFit fit;
  const Eigen::Vector3d slope(0.3, -2.0, 0.1);
  for (int i = 0; i < 500; ++i) {
    const Eigen::Vector3d direction = so3::random_direction(random);
    fit.add(direction, slope.dot(direction) + 7.0);
  }
  // Damped by 0.01 against a mean square of 1/3 a direction: 3 %.
  CHECK((fit.slope() - slope).norm() < 0.05 * slope.norm() + 0.05);
}

TEST_CASE("reflection rules are read and written back", "[reflection]") {
  for (const char* text :
       {"none", "truth", "initial:+x", "initial:-x", "initial:+y", "initial:-y", "initial:+z",
        "initial:-z", "initial:0.5,-1,2", "world:+z", "world:1,2,3", "recordings:sides.csv",
        "mics:0,7,+x", "mics:12,3,-z,level"}) {
    CHECK(learn::to_string(learn::parse_reflection(text)) == text);
  }
  for (const char* text : {"", "Truth", "initial", "initial:", "initial:x", "initial:+w",
                           "initial:+xx", "initial:0,0,0", "initial:1,2", "initial:1,2,nan",
                           "world:z", "world:", "recordings:", "mics:0,x", "mics:1,1,x",
                           "mics:a,b,x", "mics:0,1,x,loud", "mics:0,1"}) {
    CHECK_THROWS_AS(learn::parse_reflection(text), core::UsageError);
  }
}

TEST_CASE("a reflection rule whose data are missing is refused", "[reflection]") {
  core::ThreadPool pool(1);
  learn::Dataset data = still_dataset(2, 0);
  for (learn::Interval& interval : data.intervals) interval.direction_world.reset();
  CHECK_THROWS_AS(
      learn::decide_reflection(constant_model(1.0F), data, learn::parse_reflection("truth"), pool),
      core::InputError);
  CHECK(learn::decide_reflection(constant_model(1.0F), data, learn::parse_reflection("none"), pool)
            .sign == 1);
}
