#include "commands/knowledge.h"

#include <algorithm>
#include <memory>

#include "commands/model_doubt.h"
#include "core/errors.h"
#include "features/session_features.h"
#include "localize/estimator_registry.h"
#include "localize/response_scores.h"

namespace commands {
namespace {

/// Learned responses at the frequencies of the features; null if there are none.
std::shared_ptr<const calib::ResponseTable> response_table(
    const std::optional<calib::Calibration>& calibration,
    const session::FeatureSettings& settings) {
  if (!calibration) return nullptr;
  return std::make_shared<calib::ResponseTable>(*calibration, settings.bin_hz(),
                                                settings.max_frequency_index());
}

}  // namespace

void check_knowledge(const InferOptions& options) {
  options.known.check();
  core::require(!options.model.empty() || options.known.given(),
                "name a model with --model, or an array that is known with --array");
  core::require(options.model.empty() || !options.known.given(),
                "--model, --array: give one of them; the array of a calibrated model is named by "
                "--array MODEL.h5");
  localize::check_knowledge(options.estimator, options.known.given());
  if (!options.known.given()) return;
  core::require(options.confidence.empty(), "--confidence: needs --model");
  core::require(options.precision == "f32", "--precision: needs --model");
}

Knowledge load_knowledge(const InferOptions& options) {
  Knowledge knowledge;
  if (options.known.given()) {
    knowledge.array = load_named_array(options.known);
    knowledge.name = options.known.array;
  } else {
    knowledge.model = formats::read_model(options.model);
    knowledge.name = options.model.string();
    warn_of_doubt(*knowledge.model, options.model);
  }
  return knowledge;
}

session::FeatureSettings feature_settings(const Knowledge& knowledge,
                                          const KnownArrayOptions& options) {
  if (knowledge.model) return knowledge.model->settings;
  constexpr double kRate_hz = 16000.0;  // that of csl-import
  session::FeatureSettings settings = features::default_settings(kRate_hz);
  if (const auto band = parse_band(options.band)) {
    settings.min_frequency_hz = std::min(settings.min_frequency_hz, band->first);
  }
  return settings;
}

void set_knowledge(const InferOptions& options, const Knowledge& knowledge,
                   const std::vector<std::size_t>& kept, const session::FeatureSettings& settings,
                   localize::EstimatorSetup& setup) {
  if (knowledge.model) {
    set_model(*knowledge.model, setup);
    return;
  }
  const NamedArray array =
      kept.empty() ? *knowledge.array : with_microphones(*knowledge.array, kept);
  log_array(array, options.known);
  set_array(array, options.known, settings, setup);
}

void set_array(const NamedArray& array, const KnownArrayOptions& options,
               const session::FeatureSettings& settings, localize::EstimatorSetup& setup) {
  setup.array = known_array_setup(array, options, settings);
  setup.responses = response_table(array.calibration, settings);
  if (!setup.responses && array.open()) {
    setup.responses =
        localize::plane_wave_responses(array.known.position_m, options.sound_speed.speed_of_sound(),
                                       settings.bin_hz(), settings.max_frequency_index());
  }
}

void set_model(const formats::LoadedModel& model, localize::EstimatorSetup& setup) {
  setup.responses = response_table(model.calibration, model.settings);
}

}  // namespace commands
