/// model.h5: the learned map, how its inputs are made, and how training went.
#pragma once

#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "calib/calibration.h"
#include "core/provenance.h"
#include "formats/features_file.h"
#include "learn/model.h"
#include "session/features.h"

namespace formats {

inline constexpr const char* kModelFormat = "model";
/// Version 2 adds /response; a model without responses is still written as version 1.
inline constexpr unsigned kModelVersion = 2;

/// One point of the loss curve. NaN: not measured at this step.
struct HistoryRow {
  static constexpr double kNotMeasured = std::numeric_limits<double>::quiet_NaN();
  double step = 0.0;
  double loss = 0.0;    ///< smoothed
  double saddle = 0.0;  ///< |mean output| / mean |output|: near 1 before the map is learned
  double learning_rate = 0.0;
  /// Loss over that of answering each interval's mean direction: near 1 before the map is learned.
  double contrast = kNotMeasured;
  double valid_loss = kNotMeasured;       ///< self-supervised, of a second recording
  double valid_error_deg = kNotMeasured;  ///< of the same, where its truth is known
};

/// Writes and reads a loss curve as columns of `group`, such as "/history".
void write_history(io::Hdf5Writer& writer, const std::string& group,
                   const std::vector<HistoryRow>& history);
/// Columns that older files lack are not measured. @throws core::InputError
std::vector<HistoryRow> read_history(const io::Hdf5Reader& file, const std::string& group);

/// @param calibration  the array's responses, if they were learned
/// @throws core::IoError
void write_model(const std::filesystem::path& out, const core::Provenance& provenance,
                 const learn::Model& model, const session::FeatureSettings& settings,
                 const std::vector<HistoryRow>& history,
                 const std::optional<calib::Calibration>& calibration = std::nullopt);

struct LoadedModel {
  learn::Model model;
  session::FeatureSettings settings;
  core::Provenance provenance;
  std::vector<HistoryRow> history;
  std::optional<calib::Calibration> calibration;
};

/// @throws core::InputError if the file is not a sound model file
LoadedModel read_model(const std::filesystem::path& path);

/// Refuses features that the model cannot read. @throws core::InputError saying expected and found
void require_model_fits(const LoadedModel& model, const FeaturesReader& features);

}  // namespace formats
