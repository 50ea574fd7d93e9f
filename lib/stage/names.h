/// Names of choices as options and files write them.
#pragma once

#include <string>

#include "csl/features.h"
#include "csl/loss.h"
#include "csl/train_options.h"
#include "nn/gemm.h"
#include "nn/mlp_shape.h"

namespace stage {

std::string name_of(csl::InputKind kind);     ///< "stft", "covariance"
std::string name_of(nn::Normalization kind);  ///< "layer", "weight"
std::string name_of(csl::Optimizer kind);     ///< "adam", "muon"
std::string name_of(csl::LossKind kind);      ///< "sub-contrastive", "contrastive", "supervised"

/// The choice a name stands for. @throws core::UsageError listing the names there are
csl::InputKind input_kind(const std::string& name);
nn::Normalization normalization(const std::string& name);
csl::Optimizer optimizer(const std::string& name);
csl::LossKind loss_kind(const std::string& name);
/// "f32", "bf16". @throws core::UsageError  on bf16 where the processor has none
nn::Precision precision(const std::string& name);

/// A mixture such as "sub-contrastive+0.3*contrastive"; a weight of 1 may be left out.
/// @throws core::UsageError
csl::LossMixture loss_mixture(const std::string& text);
std::string name_of(const csl::LossMixture& mixture);
std::string name_of(nn::Precision precision);

}  // namespace stage
