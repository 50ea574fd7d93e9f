/// Names of choices as options and files write them.
#pragma once

#include <string>

#include "csl/features.h"
#include "csl/loss.h"
#include "nn/mlp.h"

namespace stage {

std::string name_of(csl::InputKind kind);     ///< "stft", "covariance"
std::string name_of(nn::Normalization kind);  ///< "layer", "weight"
std::string name_of(csl::LossKind kind);      ///< "sub-contrastive", "contrastive", "supervised"

/// The choice a name stands for. @throws core::UsageError listing the names there are
csl::InputKind input_kind(const std::string& name);
nn::Normalization normalization(const std::string& name);
csl::LossKind loss_kind(const std::string& name);

}  // namespace stage
