/// A model that has learned nothing: random weights, for tests of what is done with its answers.
#pragma once

#include <vector>

#include "commands/features.h"
#include "core/random.h"
#include "formats/model_file.h"
#include "learn/train_options.h"

namespace test {

inline formats::LoadedModel random_model(std::size_t microphones,
                                         const std::vector<std::size_t>& hidden = {32, 16}) {
  formats::LoadedModel loaded;
  loaded.settings = commands::make_settings({}, 16000.0);
  loaded.model.recipe.microphones = microphones;
  loaded.model.recipe.max_frequency_index = loaded.settings.max_frequency_index();
  loaded.model.recipe.smoothing = learn::fast_preset().smoothing;
  loaded.model.shape.input_size = loaded.model.recipe.input_size();
  loaded.model.shape.hidden = hidden;
  core::RandomStream random(5, core::Purpose::kTest, static_cast<std::uint32_t>(microphones));
  loaded.model.parameters.resize(nn::parameter_count(loaded.model.shape));
  for (float& p : loaded.model.parameters) p = static_cast<float>(0.2 * random.normal());
  loaded.model.reflection.rule = "truth";  // so that no tool warns of an open decision
  loaded.provenance = core::make_provenance("csl-test", {{"model", "random"}}, 5);
  return loaded;
}

}  // namespace test
