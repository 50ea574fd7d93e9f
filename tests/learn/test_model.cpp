#include <catch2/catch.hpp>
#include <cmath>

#include "core/errors.h"
#include "learn/dataset.h"
#include "learn/model.h"
#include "learn/synthetic.h"

namespace {

learn::Model random_model(learn::InputKind kind) {
  learn::Model model;
  model.recipe = {kind, 8, synthetic::kMaxFrequencyIndex};
  model.shape = {model.recipe.input_size(), {24, 16}, 3, nn::Normalization::kLayerNorm};
  nn::Mlp<float> mlp(model.shape);
  mlp.initialize(4);
  model.parameters.assign(mlp.parameters().begin(), mlp.parameters().end());
  return model;
}

learn::Dataset some_bins() {
  synthetic::Options options;
  options.intervals = 1;
  options.bins_per_interval = 1300;  // two whole blocks and a piece
  return synthetic::make_dataset(options);
}

}  // namespace

TEST_CASE("predictions are the same bytes for any number of threads", "[model]") {
  const learn::Model model = random_model(learn::InputKind::kCovariance);
  const learn::Dataset data = some_bins();
  const learn::Directions alone = learn::predict(model, data.stft, data.frequency);
  for (const int threads : {1, 2, 3, 8}) {
    core::ThreadPool pool(threads);
    CHECK(learn::predict(model, data.stft, data.frequency, &pool) == alone);
  }
}

TEST_CASE("a prediction is the network's output for the bin's features", "[model]") {
  learn::Model model = random_model(learn::InputKind::kStft);
  const learn::Dataset data = some_bins();
  const learn::Directions r = learn::predict(model, data.stft, data.frequency);
  nn::Mlp<float> mlp(model.shape);
  std::ranges::copy(model.parameters, mlp.parameters().begin());
  nn::MlpWorkspace<float> workspace(model.shape, data.bins());
  const learn::FeatureMaker maker(model.recipe);
  std::vector<float> x(data.bins() * maker.input_size());
  maker.make(data.stft, data.frequency, x);
  const std::span<const float> y = mlp.forward(x, data.bins(), workspace);
  // Products of other heights may round otherwise.
  for (std::size_t i = 0; i < y.size(); ++i) CHECK(r.data()[i] == Approx(y[i]).margin(1e-5));
  model.reflection.sign = -1;
  CHECK(learn::predict(model, data.stft, data.frequency) == -r);
}

TEST_CASE("no bins give no directions", "[model]") {
  CHECK(learn::predict(random_model(learn::InputKind::kStft), {}, {}).rows() == 0);
}

TEST_CASE("models and inputs that do not fit are refused", "[model]") {
  const learn::Dataset data = some_bins();
  learn::Model model = random_model(learn::InputKind::kStft);
  const std::span<const std::complex<float>> stft(data.stft);
  CHECK_THROWS_AS(learn::predict(model, stft.first(8), data.frequency), core::InputError);
  model.recipe.max_frequency_index = 100;
  CHECK_THROWS_AS(learn::predict(model, stft, data.frequency), core::InputError);
  model.parameters.back() = NAN;
  CHECK_THROWS_AS(model.validate(), core::InputError);
  model.parameters.pop_back();
  CHECK_THROWS_AS(model.validate(), core::InputError);
  model.recipe.microphones = 7;
  CHECK_THROWS_AS(model.validate(), core::InputError);
}
