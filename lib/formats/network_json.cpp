#include "formats/network_json.h"

#include <cmath>
#include <span>
#include <vector>

#include "formats/model_file.h"
#include "formats/names.h"
#include "nn/layers.h"

namespace formats {
namespace {

using nlohmann::json;

json input_json(const learn::FeatureRecipe& recipe) {
  const bool covariance = recipe.kind == learn::InputKind::kCovariance;
  json input = {{"kind", name_of(recipe.kind)},
                {"microphones", recipe.microphones},
                {"max_frequency_index", recipe.max_frequency_index},
                {"size", recipe.input_size()},
                {"harmonics", covariance ? learn::FeatureRecipe::kFrequencyHarmonics : 0}};
  if (covariance) {
    input["pairs"] = learn::covariance_pairs(recipe.microphones);
    input["order"] = {"M |y_m|^2 - 1 of each microphone m", "Re M y_a conj(y_b) of each pair a, b",
                      "Im M y_a conj(y_b) of each pair a, b", "k / k_max",
                      "sin(pi j k / k_max), cos(pi j k / k_max), j = 1 to harmonics"};
  } else {
    input["order"] = {"Re y_m of each microphone m", "Im y_m of each microphone m", "k / k_max"};
  }
  return input;
}

/// Weights as they multiply: rows of a hidden layer have a fixed length with kWeightNorm.
std::vector<float> scaled_weights(std::span<const float> weight, std::size_t out, std::size_t in,
                                  bool scaled, bool first) {
  std::vector<float> result(weight.begin(), weight.end());
  if (!scaled) return result;
  std::vector<float> inverse_length(out);
  const float gain = first ? 1.0F : static_cast<float>(std::sqrt(2.0));
  nn::normalize_rows(out, in, gain, weight.data(), result.data(), inverse_length.data());
  return result;
}

json layers_json(const learn::Model& model) {
  const bool layer_norm = model.shape.normalization == nn::Normalization::kLayerNorm;
  const std::size_t depth = model.shape.hidden.size();
  std::span<const float> rest(model.parameters);
  json layers = json::array();
  nn::for_each_layer(model.shape, [&](std::size_t in, std::size_t out) {
    const bool hidden = layers.size() < depth;
    const std::vector<float> weight =
        scaled_weights(rest.first(in * out), out, in, hidden && !layer_norm, layers.empty());
    json rows = json::array();
    for (std::size_t row = 0; row < out; ++row) {
      rows.push_back(
          std::vector<float>(weight.begin() + row * in, weight.begin() + (row + 1) * in));
    }
    const std::span<const float> bias = rest.subspan(in * out, out);
    layers.push_back({{"weight", std::move(rows)},
                      {"bias", std::vector<float>(bias.begin(), bias.end())},
                      {"normalization", hidden && layer_norm ? "layer" : "none"},
                      {"activation", hidden ? "relu" : "none"}});
    rest = rest.subspan(in * out + out);
  });
  return layers;
}

}  // namespace

json network_to_json(const learn::Model& model, const session::FeatureSettings& settings) {
  model.validate();
  const learn::BinSmoothing& smoothing = model.recipe.smoothing;
  return {{"format", "csl-network"},
          {"format_version", 1},
          {"stft", stft_json(settings)},
          {"smoothing",
           {{"neighbors", smoothing.neighbors},
            {"group", smoothing.group},
            {"steps", learn::kSmoothingSteps}}},
          {"input", input_json(model.recipe)},
          {"layer_norm_epsilon", nn::kLayerNormEpsilon},
          {"layers", layers_json(model)},
          {"sign", model.reflection.sign},
          {"doubt", model.reflection.doubt()}};
}

}  // namespace formats
