#include "learn/model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.h"

namespace learn {

std::string Reflection::doubt() const {
  if (rule != "none" && !doubtful) return "";
  const std::string what =
      "all directions may be reversed, because the model may be the mirror image of the map";
  return rule == "none" ? what + " (--reflect none)"
                        : fmt::format("{}: the reflection is doubtful: {}", what, evidence);
}

void Model::validate() const {
  if (shape.output_size != 3 || shape.input_size != recipe.input_size()) {
    throw core::InputError(
        fmt::format("model: expected a network from {} inputs to 3 outputs, found {} to {}",
                    recipe.input_size(), shape.input_size, shape.output_size));
  }
  if (parameters.size() != nn::parameter_count(shape)) {
    throw core::InputError(fmt::format("model: expected {} weights, found {}",
                                       nn::parameter_count(shape), parameters.size()));
  }
  if (!std::ranges::all_of(parameters, [](float p) { return std::isfinite(p); })) {
    throw core::InputError("model: a weight is not finite; train again");
  }
  if (reflection.sign != 1 && reflection.sign != -1) {
    throw core::InputError(
        fmt::format("model: expected a sign of 1 or -1, found {}", reflection.sign));
  }
}

namespace {

const Model& validated(const Model& model) {
  model.validate();
  return model;
}

}  // namespace

Predictor::Predictor(const Model& model, nn::Precision precision)
    : features_(validated(model).recipe),
      precision_(precision),
      mlp_(model.shape, nn::GemmBackend::kAuto, precision),
      sign_(static_cast<float>(model.reflection.sign)) {
  std::ranges::copy(model.parameters, mlp_.parameters().begin());
}

void Predictor::predict_block(std::span<const std::complex<float>> stft,
                              std::span<const std::uint16_t> frequency, Scratch& scratch,
                              float* r_sensor) const {
  features_.make(stft, frequency, scratch.x);
  const std::span<const float> output =
      mlp_.forward(scratch.x, frequency.size(), scratch.workspace);
  std::ranges::transform(output, r_sensor, [this](float value) { return sign_ * value; });
}

Directions Predictor::predict(std::span<const std::complex<float>> stft,
                              std::span<const std::uint16_t> frequency, core::ThreadPool* pool) {
  const std::size_t bins = frequency.size();
  const std::size_t microphones = features_.recipe().microphones;
  if (stft.size() != bins * microphones) {
    throw core::InputError(
        fmt::format("prediction: expected {} STFT values ({} microphones), found {}",
                    bins * microphones, microphones, stft.size()));
  }
  if (bins > 0 && std::ranges::max(frequency) > features_.recipe().max_frequency_index) {
    throw core::InputError(
        fmt::format("prediction: expected frequency indices up to {}, found {} (was the STFT "
                    "window another one?)",
                    features_.recipe().max_frequency_index, std::ranges::max(frequency)));
  }
  Directions r_sensor(static_cast<Eigen::Index>(bins), 3);
  const std::size_t blocks = (bins + kBlockRows - 1) / kBlockRows;
  const std::size_t lanes = pool == nullptr ? 1 : static_cast<std::size_t>(pool->threads());
  while (scratch_.size() < lanes) {
    scratch_.push_back({nn::MlpWorkspace<float>(mlp_.shape(), kBlockRows, precision_),
                        std::vector<float>(kBlockRows * features_.input_size())});
  }
  const auto run_lane = [&](std::size_t lane) {
    for (std::size_t block = lane; block < blocks; block += lanes) {
      const std::size_t first = block * kBlockRows;
      const std::size_t rows = std::min(kBlockRows, bins - first);
      predict_block(stft.subspan(first * microphones, rows * microphones),
                    frequency.subspan(first, rows), scratch_[lane], r_sensor.data() + 3 * first);
    }
  };
  if (pool == nullptr) {
    run_lane(0);
  } else {
    pool->for_each_shard(lanes, run_lane);
  }
  return r_sensor;
}

Directions predict(const Model& model, std::span<const std::complex<float>> stft,
                   std::span<const std::uint16_t> frequency, core::ThreadPool* pool) {
  return Predictor(model).predict(stft, frequency, pool);
}

}  // namespace learn
