#include <catch2/catch.hpp>
#include <cmath>

#include "core/errors.h"
#include "csl/model.h"
#include "csl/synthetic.h"

namespace {

csl::Model random_model(csl::InputKind kind) {
  csl::Model model;
  model.recipe = {kind, 8, synthetic::kMaxFrequencyIndex};
  model.shape = {model.recipe.input_size(), {24, 16}, 3, nn::Normalization::kLayerNorm};
  nn::Mlp<float> mlp(model.shape);
  mlp.initialise(4);
  model.parameters.assign(mlp.parameters().begin(), mlp.parameters().end());
  return model;
}

csl::Dataset some_bins() {
  synthetic::Options options;
  options.intervals = 1;
  options.bins_per_interval = 1300;  // two whole blocks and a piece
  return synthetic::make_dataset(options);
}

}  // namespace

TEST_CASE("predictions are the same bytes for any number of threads", "[model]") {
  const csl::Model model = random_model(csl::InputKind::kCovariance);
  const csl::Dataset data = some_bins();
  const csl::Directions alone = csl::predict(model, data.stft, data.frequency);
  for (const int threads : {1, 2, 3, 8}) {
    core::ThreadPool pool(threads);
    CHECK(csl::predict(model, data.stft, data.frequency, &pool) == alone);
  }
}

TEST_CASE("a prediction is the network's output for the bin's features", "[model]") {
  csl::Model model = random_model(csl::InputKind::kStft);
  const csl::Dataset data = some_bins();
  const csl::Directions r = csl::predict(model, data.stft, data.frequency);
  nn::Mlp<float> mlp(model.shape);
  std::ranges::copy(model.parameters, mlp.parameters().begin());
  nn::MlpWorkspace<float> workspace(model.shape, data.bins());
  const csl::FeatureMaker maker(model.recipe);
  std::vector<float> x(data.bins() * maker.input_size());
  maker.make(data.stft, data.frequency, x);
  const std::span<const float> y = mlp.forward(x, data.bins(), workspace);
  // Products of other heights may round otherwise.
  for (std::size_t i = 0; i < y.size(); ++i) CHECK(r.data()[i] == Approx(y[i]).margin(1e-5));
  model.reflection.sign = -1;
  CHECK(csl::predict(model, data.stft, data.frequency) == -r);
}

TEST_CASE("no bins give no directions", "[model]") {
  CHECK(csl::predict(random_model(csl::InputKind::kStft), {}, {}).rows() == 0);
}

TEST_CASE("models and inputs that do not fit are refused", "[model]") {
  const csl::Dataset data = some_bins();
  csl::Model model = random_model(csl::InputKind::kStft);
  const std::span<const std::complex<float>> stft(data.stft);
  CHECK_THROWS_AS(csl::predict(model, stft.first(8), data.frequency), core::InputError);
  model.recipe.max_frequency_index = 100;
  CHECK_THROWS_AS(csl::predict(model, stft, data.frequency), core::InputError);
  model.parameters.back() = NAN;
  CHECK_THROWS_AS(model.validate(), core::InputError);
  model.parameters.pop_back();
  CHECK_THROWS_AS(model.validate(), core::InputError);
  model.recipe.microphones = 7;
  CHECK_THROWS_AS(model.validate(), core::InputError);
}
