/// Options of csl-infer that say what is known of the array.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "array/known_array.h"
#include "array/shape.h"
#include "calib/calibration.h"
#include "commands/sound_speed.h"
#include "core/provenance.h"
#include "localize/known_array.h"
#include "session/estimate.h"
#include "session/features.h"

namespace commands {

struct KnownArrayOptions {
  std::string array;  ///< name of a built-in array, JSON, SOFA or calibrated model; empty: none
  std::string band;   ///< frequencies that are used, "LOW:HIGH" Hz; empty: the method's own
  std::string half_space;  ///< side of the source, such as "+z"; empty: not known
  SoundSpeedOptions sound_speed;

  bool given() const { return !array.empty(); }
  /// Checks options alone. @throws core::UsageError
  void check() const;
  void add_to(nlohmann::json& options) const;
};

/// What the value of --array looks like, such as "cube8|ring6|FILE".
std::string array_form();

/// The array that --array names.
struct NamedArray {
  std::string name;
  array::KnownArray known;                        ///< positions or responses; none: `calibration`
  std::optional<calib::Calibration> calibration;  ///< of a model
  array::Shape shape;                             ///< of an array with positions
  std::optional<core::Provenance> provenance;     ///< of a model

  std::size_t microphones() const;
  bool open() const { return !known.position_m.empty(); }
};

/// Reads the array. Warns as formats::load_array().
/// @throws core::UsageError, core::InputError (also for a model without responses)
NamedArray load_named_array(const KnownArrayOptions& options);

/// The array without microphones that are no use.
/// @param kept  indices of the microphones that remain
NamedArray with_microphones(const NamedArray& array, const std::vector<std::size_t>& kept);

/// What the estimators get. @param settings  of the features
/// @throws core::UsageError  if the band is outside the features' frequencies
std::shared_ptr<const localize::KnownArraySetup> known_array_setup(
    const NamedArray& array, const KnownArrayOptions& options,
    const session::FeatureSettings& settings);

/// Frequencies that the band asks for; none: the method's own. @throws core::UsageError
std::optional<std::pair<double, double>> parse_band(const std::string& band);

/// Warns of directions that stand for others which the array cannot tell from them, and says what to
/// do. Nothing for Ambiguity::kNone.
void warn_of_ambiguity(session::Ambiguity ambiguity);

/// Logs the array as it was understood: picture, aperture, aliasing, what it cannot tell apart.
void log_array(const NamedArray& array, const KnownArrayOptions& options);

}  // namespace commands
