#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <memory>
#include <numbers>
#include <set>
#include <string>

#include "core/errors.h"
#include "learn/synthetic.h"
#include "learn/trainer.h"
#include "nn/bf16.h"

namespace {

learn::Dataset training_data(std::size_t intervals = 24) {
  synthetic::Options options;
  options.intervals = intervals;
  options.frames = 150;
  options.bins_per_interval = 900;
  options.max_interference = 0.3;
  return synthetic::make_dataset(options);
}

learn::TrainOptions small_options() {
  learn::TrainOptions options;
  options.hidden = {32, 16};
  options.steps = 12;
  options.batch = 5;
  options.bins_per_interval = 90;
  options.warmup_steps = 4;
  return options;
}

std::vector<float> train(const learn::Dataset& data, const learn::TrainOptions& options,
                         int threads) {
  core::ThreadPool pool(threads);
  learn::Trainer trainer(data, options, pool);
  for (std::size_t i = 0; i < options.steps; ++i) trainer.step();
  return trainer.model().parameters;
}

/// Numbers of this process's threads.
std::set<std::string> thread_ids() {
  std::set<std::string> ids;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
    ids.insert(entry.path().filename().string());
  }
  return ids;
}

}  // namespace

TEST_CASE("weights are the same bytes for any number of threads", "[trainer]") {
  const learn::Dataset data = training_data(7);
  learn::TrainOptions options = small_options();
  for (const nn::GemmBackend backend : {nn::GemmBackend::kAuto, nn::GemmBackend::kEigen}) {
    options.backend = backend;
    const std::vector<float> alone = train(data, options, 1);
    for (const int threads : {2, 3, 8}) CHECK(train(data, options, threads) == alone);
  }
  options.optimizer = learn::Optimizer::kAdam;
  CHECK(train(data, options, 3) == train(data, options, 1));
}

TEST_CASE("one thread starts no other thread, more threads keep theirs for all steps",
          "[trainer]") {
  const learn::Dataset data = training_data(7);
  learn::TrainOptions options = small_options();
  const std::set<std::string> before = thread_ids();
  {
    core::ThreadPool pool(1);
    learn::Trainer trainer(data, options, pool);
    for (int i = 0; i < 10; ++i) {
      trainer.step();
      CHECK(thread_ids() == before);
    }
  }
  core::ThreadPool pool(2);
  learn::Trainer trainer(data, options, pool);
  trainer.step();
  const std::set<std::string> working = thread_ids();
  CHECK(working.size() == before.size() + 2);  // the pool's thread and the batch feed's thread
  for (int i = 0; i < 10; ++i) {
    trainer.step();
    CHECK(thread_ids() == working);
  }
}

TEST_CASE("a spool file that cannot be read ends the step with its error", "[trainer]") {
  learn::Dataset data = training_data(7);
  const auto broken =
      std::make_shared<learn::BinSpool>(std::filesystem::temp_directory_path(), data.microphones);
  for (const int threads : {1, 2}) {
    core::ThreadPool pool(threads);
    learn::Trainer trainer(data, small_options(), pool);
    data.spool = broken;  // an empty file
    CHECK_THROWS_AS(
        [&] {
          for (int i = 0; i < 3; ++i) trainer.step();
        }(),
        core::IoError);
    data.spool = nullptr;
  }
}

TEST_CASE("a spool file gives the same bytes as memory", "[trainer]") {
  learn::Dataset data = training_data(7);
  const learn::TrainOptions options = small_options();
  const std::vector<float> in_memory = train(data, options, 2);
  data.spool =
      std::make_shared<learn::BinSpool>(std::filesystem::temp_directory_path(), data.microphones);
  data.spool->append(std::span(data.stft).first(data.stft.size() / 2));
  data.spool->append(std::span(data.stft).subspan(data.stft.size() / 2));
  data.stft.clear();
  CHECK(train(data, options, 2) == in_memory);
}

TEST_CASE("bfloat16: the same bytes for any number of threads, nearly the same weights",
          "[trainer]") {
  learn::TrainOptions options = small_options();
  options.precision = nn::Precision::kBf16;
  const learn::Dataset data = training_data(7);
  if (!nn::has_bf16()) {
    CHECK_THROWS_AS(train(data, options, 1), core::UsageError);
    return;
  }
  for (const nn::Normalization kind :
       {nn::Normalization::kLayerNorm, nn::Normalization::kWeightNorm}) {
    options.normalization = kind;
    const std::vector<float> alone = train(data, options, 1);
    CHECK(train(data, options, 3) == alone);
  }
}

TEST_CASE("training leaves the initial plateau with heads that turn by 60 degrees and nod by 30",
          "[trainer][convergence]") {
  // The mean direction is far from zero here: the source stays within 60 degrees of the front.
  synthetic::Options recording;
  recording.intervals = 24;
  recording.frames = 150;
  recording.bins_per_interval = 900;
  recording.motion = synthetic::Motion::kHead;
  recording.source_cone_rad = std::numbers::pi / 3.0;
  const learn::Dataset data = synthetic::make_dataset(recording);
  learn::TrainOptions options = small_options();
  options.hidden = {64, 32};
  options.steps = 300;
  options.batch = 12;
  options.bins_per_interval = 128;
  options.warmup_steps = 20;
  core::ThreadPool pool(1);
  for (const std::uint64_t seed : {0, 1}) {
    options.seed = seed;
    learn::Trainer trainer(data, options, pool);
    learn::StepReport last;
    for (std::size_t i = 0; i < options.steps; ++i) last = trainer.step();
    CHECK_NOTHROW(trainer.require_converged());
    CHECK(last.contrast < 0.2);
  }
}

TEST_CASE("another seed gives other weights", "[trainer]") {
  const learn::Dataset data = training_data(7);
  learn::TrainOptions options = small_options();
  const std::vector<float> first = train(data, options, 1);
  options.seed = 1;
  CHECK(train(data, options, 1) != first);
}

TEST_CASE("blocks whose forward pass is repeated give the same gradient", "[trainer]") {
  // All bins of 5 intervals are 4500 rows: in one shard five blocks are made again for the backward
  // pass, in eight shards every block is kept. Sums over rows then run in another order: 1e-3 of a
  // weight's movement, which is at most steps x rate.
  const learn::Dataset data = training_data(5);
  learn::TrainOptions options = small_options();
  options.bins_per_interval = 0;
  options.steps = 3;
  options.shards = 1;
  const std::vector<float> again = train(data, options, 1);
  options.shards = 8;
  const std::vector<float> kept = train(data, options, 1);
  double difference = 0.0;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    difference +=
        std::abs(static_cast<double>(kept[i]) - again[i]) / static_cast<double>(kept.size());
  }
  CHECK(difference < 1e-3 * 3.0 * options.learning_rate);
}

TEST_CASE("training leaves the initial plateau and finds directions", "[trainer][convergence]") {
  const learn::Dataset data = training_data();
  learn::TrainOptions options = small_options();
  options.hidden = {64, 32};
  options.steps = 250;
  options.batch = 12;
  options.bins_per_interval = 128;
  options.warmup_steps = 20;
  options.learning_rate = 8e-3;
  core::ThreadPool pool(1);
  learn::Trainer trainer(data, options, pool);
  const learn::StepReport first = trainer.step();
  CHECK(first.centering);
  CHECK(trainer.disagreement_rad() > 0.7);
  CHECK_THROWS_AS(trainer.require_converged(), core::DivergedError);
  learn::StepReport last;
  for (std::size_t i = 1; i < options.steps; ++i) last = trainer.step();
  CHECK(first.loss > 0.7);
  CHECK(first.contrast > 0.5);
  CHECK(last.smoothed_loss < 0.1);
  CHECK_FALSE(last.centering);
  CHECK(last.saddle < 0.5);
  CHECK(last.contrast < options.centering.until_ratio);
  CHECK(last.step == 250);
  CHECK(trainer.disagreement_rad() < 0.35);
  CHECK_NOTHROW(trainer.require_converged());
}

TEST_CASE("the paper's preset trains at a higher rate", "[trainer][convergence]") {
  learn::TrainOptions options = learn::paper_preset();
  CHECK(options.normalization == nn::Normalization::kWeightNorm);
  CHECK(options.linear_start.steps == 0);
  CHECK(options.centering.enabled);
  // At its rate of 1e-5 training takes hours. Ten times the rate, a smaller network, fewer bins and
  // a small array take seconds.
  options.hidden = {128, 64, 32};
  options.learning_rate = 1e-4;
  options.bins_per_interval = 256;
  options.steps = 700;
  synthetic::Options recording;
  recording.intervals = 24;
  recording.frames = 150;
  recording.bins_per_interval = 900;
  recording.max_interference = 0.3;
  recording.edge_m = 0.02;
  const learn::Dataset data = synthetic::make_dataset(recording);
  core::ThreadPool pool(1);
  learn::Trainer trainer(data, options, pool);
  learn::StepReport last;
  for (std::size_t i = 0; i < options.steps; ++i) last = trainer.step();
  CHECK_NOTHROW(trainer.require_converged());
  CHECK(last.contrast < options.centering.until_ratio);
}

TEST_CASE("for every loss, training has left the initial plateau when the sub-intervals agree",
          "[trainer]") {
  const learn::Dataset data = training_data(24);
  learn::TrainOptions options = small_options();
  options.hidden = {64, 32};
  options.steps = 150;
  options.loss = {{learn::LossKind::kContrastive, 2.0}};
  core::ThreadPool pool(1);
  learn::Trainer trainer(data, options, pool);
  const learn::StepReport first = trainer.step();
  CHECK(first.contrast > 0.5);
  options.loss = {{learn::LossKind::kSubContrastive, 2.0}};
  learn::Trainer doubled(data, options, pool);
  const learn::StepReport other = doubled.step();
  CHECK(other.contrast == Approx(first.contrast).epsilon(1e-6));
  CHECK_THROWS_AS(doubled.require_converged(), core::DivergedError);
  options.loss = {{learn::LossKind::kSupervised, 1.0}};
  CHECK_NOTHROW(learn::Trainer(data, options, pool).require_converged());
}

TEST_CASE("a map that was learned and lost again does not count as converged", "[trainer]") {
  const learn::Dataset data = training_data(24);
  core::ThreadPool pool(1);
  learn::Trainer trainer(data, small_options(), pool);
  trainer.step();
  learn::TrainerState state = trainer.state();
  state.start.left = 1;
  state.smoothed_disagreement = 0.45 * state.smoothed_constant;
  trainer.restore(state);
  CHECK(trainer.converged());
  state.smoothed_disagreement = 0.55 * state.smoothed_constant;
  trainer.restore(state);
  CHECK_FALSE(trainer.converged());
  CHECK_THROWS_WITH(trainer.require_converged(), Catch::Matchers::Contains("the map is lost"));
}

TEST_CASE("a loss or weight that is not finite is reported as divergence", "[trainer]") {
  learn::Dataset data = training_data(4);
  core::ThreadPool pool(1);
  learn::Trainer trainer(data, small_options(), pool);
  // ReLU hides the NaN from the loss; the weights show it.
  std::ranges::fill(data.stft, std::complex<float>(NAN, 0.0F));
  CHECK_THROWS_AS(trainer.step(), core::DivergedError);
}

TEST_CASE("broken data are refused before training", "[trainer]") {
  learn::Dataset data = training_data(4);
  data.stft[5] = NAN;
  core::ThreadPool pool(1);
  CHECK_THROWS_AS(learn::Trainer(data, small_options(), pool), core::InputError);
}

TEST_CASE("the rate warms up and falls to its floor", "[trainer]") {
  learn::TrainOptions options;
  options.learning_rate = 1e-3;
  options.steps = 1000;
  options.warmup_steps = 10;
  options.centering.enabled = false;
  CHECK(options.learning_rate_at(0, {}) == Approx(1e-4));
  CHECK(options.learning_rate_at(9, {}) == Approx(1e-3));
  CHECK(options.learning_rate_at(10, {}) == Approx(1e-3));
  CHECK(options.learning_rate_at(505, {}) == Approx(1e-3 * (0.02 + 0.98 / 2.0)));
  CHECK(options.learning_rate_at(1000, {}) == Approx(2e-5));
  CHECK(options.learning_rate_at(5000, {}) == Approx(2e-5));
  options.schedule = learn::RateSchedule::kConstant;
  CHECK(options.learning_rate_at(999, {}) == 1e-3);
}

TEST_CASE("the rate is low until training leaves the initial plateau, and rises then",
          "[trainer]") {
  learn::TrainOptions options;
  options.optimizer = learn::Optimizer::kAdam;
  options.schedule = learn::RateSchedule::kConstant;
  options.learning_rate = 8e-3;
  options.warmup_steps = 100;
  CHECK(options.learning_rate_at(0, {}) == Approx(1e-5));
  CHECK(options.learning_rate_at(5000, {}) == Approx(1e-3));
  CHECK(options.learning_rate_at(300, {300, 0}) == Approx(1e-3));
  CHECK(options.learning_rate_at(450, {300, 0}) == Approx(4.5e-3));
  CHECK(options.learning_rate_at(900, {300, 0}) == Approx(8e-3));
  CHECK(options.learning_rate_at(900, {300, 2}) == Approx(2e-3));
  options.learning_rate = 1e-4;  // a rate below the limit is not raised by it
  CHECK(options.learning_rate_at(5000, {}) == Approx(1e-4));
  CHECK(options.learning_rate_at(5000, {300, 0}) == Approx(1e-4));
}

TEST_CASE("a relapse halves the rate, except a first relapse before the rate had risen",
          "[trainer]") {
  learn::TrainOptions options;
  options.optimizer = learn::Optimizer::kAdam;
  options.schedule = learn::RateSchedule::kConstant;
  options.learning_rate = 8e-3;
  options.warmup_steps = 100;
  const learn::StartProgress left{300};
  CHECK(options.after_relapse(340, left) == learn::StartProgress{std::nullopt, 0, 340});
  CHECK(options.after_relapse(500, left) == learn::StartProgress{std::nullopt, 1, 500});
  const learn::StartProgress left_again{400, 0, 340};
  CHECK(options.after_relapse(440, left_again) == learn::StartProgress{std::nullopt, 1, 440});
}

TEST_CASE("the length of the schedule may be set during warm-up", "[trainer]") {
  const learn::Dataset data = training_data(4);
  learn::TrainOptions options = small_options();
  core::ThreadPool pool(1);
  learn::Trainer set_late(data, options, pool);
  set_late.step();
  set_late.step();
  CHECK_THROWS_AS(set_late.set_total_steps(1), core::UsageError);
  set_late.set_total_steps(30);
  options.steps = 30;
  learn::Trainer known(data, options, pool);
  for (int i = 0; i < 8; ++i) known.step();
  for (int i = 0; i < 6; ++i) set_late.step();
  CHECK(known.model().parameters == set_late.model().parameters);
}

TEST_CASE("a restored trainer gives the same bytes as one that never stopped", "[trainer]") {
  const learn::Dataset data = training_data(6);
  learn::TrainOptions options = small_options();
  options.steps = 50;
  core::ThreadPool pool(2);
  learn::Trainer straight(data, options, pool);
  std::vector<double> losses;
  for (int i = 0; i < 50; ++i) losses.push_back(straight.step().smoothed_loss);
  learn::TrainerState saved;
  {
    learn::Trainer first(data, options, pool);
    for (int i = 0; i < 20; ++i) first.step();
    saved = first.state();
  }
  learn::Trainer second(data, options, pool);
  for (int i = 0; i < 3; ++i) second.step();  // whatever it did before is forgotten
  second.restore(saved);
  CHECK(second.steps_done() == 20);
  for (std::size_t i = 20; i < 50; ++i) CHECK(second.step().smoothed_loss == losses[i]);
  const learn::TrainerState a = straight.state();
  const learn::TrainerState b = second.state();
  CHECK(a.parameters == b.parameters);
  CHECK(a.moment1 == b.moment1);
  CHECK(a.moment2 == b.moment2);
  CHECK(a.steps_done == b.steps_done);
  CHECK(a.start == b.start);
}

TEST_CASE("a state of another network or a damaged one is refused", "[trainer]") {
  const learn::Dataset data = training_data(4);
  core::ThreadPool pool(1);
  learn::Trainer trainer(data, small_options(), pool);
  const learn::TrainerState good = trainer.state();
  learn::TrainerState bad = good;
  bad.moment2.pop_back();
  CHECK_THROWS_AS(trainer.restore(bad), core::InputError);
  bad = good;
  bad.parameters[3] = NAN;
  CHECK_THROWS_AS(trainer.restore(bad), core::InputError);
  bad = good;
  bad.steps_done = 13;
  CHECK_THROWS_AS(trainer.restore(bad), core::InputError);
  CHECK_NOTHROW(trainer.restore(good));
}

TEST_CASE("supervised training is refused without true directions", "[trainer]") {
  learn::Dataset data = training_data(4);
  learn::TrainOptions options = small_options();
  options.loss = {{learn::LossKind::kSupervised, 1.0}};
  core::ThreadPool pool(1);
  CHECK_NOTHROW(learn::Trainer(data, options, pool).step());
  data.intervals[2].direction_world.reset();
  CHECK_THROWS_AS(learn::Trainer(data, options, pool), core::InputError);
}

TEST_CASE("options out of range are refused by name", "[trainer]") {
  const auto breaks = [](auto change) {
    learn::TrainOptions options;
    change(options);
    CHECK_THROWS_AS(options.validate(), core::UsageError);
  };
  breaks([](learn::TrainOptions& o) { o.hidden = {10, 0}; });
  breaks([](learn::TrainOptions& o) { o.steps = 0; });
  breaks([](learn::TrainOptions& o) { o.batch = 0; });
  breaks([](learn::TrainOptions& o) { o.bins_per_interval = 1; });
  breaks([](learn::TrainOptions& o) { o.learning_rate = 0.0; });
  breaks([](learn::TrainOptions& o) { o.learning_rate = NAN; });
  breaks([](learn::TrainOptions& o) { o.min_split_ratio = 0.0; });
  breaks([](learn::TrainOptions& o) { o.min_split_ratio = 2.0; });
  breaks([](learn::TrainOptions& o) { o.centering.share = 1.5; });
  breaks([](learn::TrainOptions& o) { o.centering.until_ratio = 1.0; });
  breaks([](learn::TrainOptions& o) { o.shards = 0; });
  breaks([](learn::TrainOptions& o) { o.loss.clear(); });
  breaks([](learn::TrainOptions& o) { o.loss[0].weight = 0.0; });
  breaks([](learn::TrainOptions& o) { o.loss.push_back(o.loss[0]); });
  breaks([](learn::TrainOptions& o) { o.adam.beta2 = 1.0; });
  breaks([](learn::TrainOptions& o) { o.muon.momentum = 1.0; });
  breaks([](learn::TrainOptions& o) { o.muon.step_rms = 0.0; });
  breaks([](learn::TrainOptions& o) { o.adam.epsilon = 0.0; });
  CHECK_NOTHROW(learn::fast_preset().validate());
  CHECK_NOTHROW(learn::paper_preset().validate());
}
