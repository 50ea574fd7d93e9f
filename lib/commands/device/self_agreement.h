/// How well a model agrees with itself on recordings, without knowing any true direction.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>

#include "commands/train_data.h"
#include "core/parallel.h"
#include "formats/model_file.h"

namespace commands::device {

/// Angles between the world directions of successive windows of half a second of one interval. The
/// source does not move within an interval, so that a right model on the right clock gives small
/// angles.
struct SelfAgreement {
  std::size_t pairs = 0;  ///< number of angles
  double median_deg = 0.0;
  double tenth_deg = 0.0;  ///< a tenth of the angles is larger

  nlohmann::json to_json() const;
  static SelfAgreement from_json(const nlohmann::json& json);
};

/// Directions are by the array's responses. These have few parameters: unlike the network, they
/// cannot remember the intervals that they were learned from. At most 60 intervals are asked.
/// @param model     with responses
/// @param features  made with the model's settings
SelfAgreement measure_self_agreement(const formats::LoadedModel& model,
                                     const FeaturesReaders& features, core::ThreadPool& pool);

}  // namespace commands::device
