/// Names of choices in options and files.
#pragma once

#include <string>

#include "learn/loss.h"
#include "learn/network_input.h"
#include "learn/train_options.h"
#include "nn/gemm.h"
#include "nn/mlp_shape.h"

namespace formats {

std::string name_of(learn::InputKind kind);   ///< "stft", "covariance"
std::string name_of(nn::Normalization kind);  ///< "layer", "weight"
std::string name_of(learn::Optimizer kind);   ///< "adam", "muon"
std::string name_of(learn::LossKind kind);    ///< "sub-contrastive", "contrastive", "supervised"

/// The choice with a name. @throws core::UsageError that lists the valid names
learn::InputKind input_kind(const std::string& name);
nn::Normalization normalization(const std::string& name);
learn::Optimizer optimizer(const std::string& name);
learn::LossKind loss_kind(const std::string& name);
/// The precision "f32" or "bf16". @throws core::UsageError also for bf16 if the processor lacks it
nn::Precision precision(const std::string& name);

/// Reads a mixture such as "sub-contrastive+0.3*contrastive". A term without a weight has weight 1.
/// @throws core::UsageError
learn::LossMixture loss_mixture(const std::string& text);
std::string name_of(const learn::LossMixture& mixture);
std::string name_of(nn::Precision precision);

}  // namespace formats
