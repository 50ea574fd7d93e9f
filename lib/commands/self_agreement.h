/// How well a model agrees with itself on recordings, without knowing any true direction.
#pragma once

#include <cstddef>

#include "commands/train_data.h"
#include "core/parallel.h"
#include "learn/model.h"

namespace commands {

/// Angles between the directions of the two halves of an interval, each pooled in the world. The
/// source does not move within an interval, so that a right model on the right clock gives small
/// angles. Intervals in which a half has no direction are not counted.
struct SelfAgreement {
  std::size_t intervals = 0;
  double median_deg = 0.0;
  double tenth_deg = 0.0;  ///< a tenth of the intervals has larger angles
};

/// @param features  made with the model's settings
SelfAgreement measure_self_agreement(const learn::Model& model, const FeaturesReaders& features,
                                     core::ThreadPool& pool);

}  // namespace commands
