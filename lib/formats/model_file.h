/// model.h5: the learned map, the settings of its inputs, and the loss curve.
#pragma once

#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
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
/// Version 2 adds /response. A model without responses is written as version 1.
inline constexpr unsigned kModelVersion = 2;

/// One point of the loss curve. A value that was not measured at this step is NaN.
struct HistoryRow {
  static constexpr double kNotMeasured = std::numeric_limits<double>::quiet_NaN();
  double step = 0.0;
  double loss = 0.0;    ///< smoothed training loss
  double saddle = 0.0;  ///< |mean output| / mean |output|: near 1 on the initial plateau
  double learning_rate = 0.0;
  /// Loss divided by the loss of answering each interval's mean direction: near 1 on the initial
  /// plateau.
  double contrast = kNotMeasured;
  double valid_loss = kNotMeasured;       ///< self-supervised loss of the validation sessions
  double valid_error_deg = kNotMeasured;  ///< error of the same sessions if their truth is known
};

/// Writes a loss curve as columns of `group`, such as "/history".
void write_history(io::Hdf5Writer& writer, const std::string& group,
                   const std::vector<HistoryRow>& history);
/// Reads a loss curve. Columns that older files do not have are NaN. @throws core::InputError
std::vector<HistoryRow> read_history(const io::Hdf5Reader& file, const std::string& group);

/// Settings of features as the attribute `stft` of a model file holds them.
nlohmann::json stft_json(const session::FeatureSettings& settings);

/// Writes a model file.
/// @param calibration  the array's responses if they were learned
/// @throws core::IoError
void write_model(const std::filesystem::path& out, const core::Provenance& provenance,
                 const learn::Model& model, const session::FeatureSettings& settings,
                 const std::vector<HistoryRow>& history,
                 const std::optional<calib::Calibration>& calibration = std::nullopt);

/// Content of a model file.
struct LoadedModel {
  learn::Model model;
  session::FeatureSettings settings;
  core::Provenance provenance;
  std::vector<HistoryRow> history;
  std::optional<calib::Calibration> calibration;
};

/// Reads a model file. @throws core::InputError if the file is not a valid model file
LoadedModel read_model(const std::filesystem::path& path);

/// Checks that the features were made with the settings of the model.
/// @throws core::InputError  that says what was expected and what was found
void require_model_fits(const LoadedModel& model, const FeaturesReader& features);

}  // namespace formats
