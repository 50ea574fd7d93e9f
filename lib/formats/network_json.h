/// The network of a model as JSON, for programs that are not of this project: a phone, a browser.
#pragma once

#include <nlohmann/json.hpp>

#include "learn/model.h"
#include "session/features.h"

namespace formats {

/// Everything from the STFT's settings to the output's sign; docs/use/formats.md lists the keys and
/// data/csl_network.py computes with them. Weights that a normalization scales are written scaled.
/// @throws core::InputError as learn::Model::validate
nlohmann::json network_to_json(const learn::Model& model, const session::FeatureSettings& settings);

}  // namespace formats
