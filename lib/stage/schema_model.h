/// model.h5: the learned map, how its inputs are made, and how training went.
#pragma once

#include <filesystem>
#include <vector>

#include "core/provenance.h"
#include "csl/model.h"
#include "stage/schema_features.h"

namespace stage {

inline constexpr const char* kModelFormat = "model";
inline constexpr int kModelVersion = 1;

/// One point of the loss curve.
struct HistoryRow {
  double step = 0.0;
  double loss = 0.0;    ///< smoothed
  double saddle = 0.0;  ///< |mean output| / mean |output|: near 1 before the map is learned
  double learning_rate = 0.0;
};

/// @throws core::IoError
void write_model(const std::filesystem::path& out, const core::Provenance& provenance,
                 const csl::Model& model, const FeatureSettings& settings,
                 const std::vector<HistoryRow>& history);

struct LoadedModel {
  csl::Model model;
  FeatureSettings settings;
  core::Provenance provenance;
  std::vector<HistoryRow> history;
};

/// @throws core::InputError if the file is not a sound model file
LoadedModel read_model(const std::filesystem::path& path);

/// Refuses features that the model cannot read. @throws core::InputError saying expected and found
void require_model_fits(const LoadedModel& model, const FeaturesReader& features);

}  // namespace stage
