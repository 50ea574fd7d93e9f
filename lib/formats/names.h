/// Names of choices as options and files write them.
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

/// The choice a name stands for. @throws core::UsageError listing the names there are
learn::InputKind input_kind(const std::string& name);
nn::Normalization normalization(const std::string& name);
learn::Optimizer optimizer(const std::string& name);
learn::LossKind loss_kind(const std::string& name);
/// "f32", "bf16". @throws core::UsageError  on bf16 where the processor has none
nn::Precision precision(const std::string& name);

/// A mixture such as "sub-contrastive+0.3*contrastive"; a weight of 1 may be left out.
/// @throws core::UsageError
learn::LossMixture loss_mixture(const std::string& text);
std::string name_of(const learn::LossMixture& mixture);
std::string name_of(nn::Precision precision);

}  // namespace formats
