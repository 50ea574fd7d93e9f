#include "commands/revise.h"

#include <fmt/format.h>

#include "commands/calibrate.h"
#include "commands/inputs.h"
#include "commands/model_doubt.h"
#include "commands/output_plan.h"
#include "commands/train_data.h"
#include "commands/train_report.h"
#include "commands/train_setup.h"
#include "core/errors.h"
#include "core/files.h"
#include "core/log.h"
#include "core/parallel.h"
#include "formats/model_file.h"
#include "learn/reflection.h"

namespace commands {
namespace {

FeaturesReaders open_features_for(const std::vector<std::filesystem::path>& paths,
                                  const formats::LoadedModel& loaded) {
  FeaturesReaders readers = open_features(paths);
  for (const auto& reader : readers.files) formats::require_model_fits(loaded, *reader);
  return readers;
}

core::Provenance provenance_of(const ReviseOptions& options, const formats::LoadedModel& loaded,
                               const FeaturesReaders& readers) {
  nlohmann::json text = {{"model", options.model.filename().string()},
                         {"calibrate", options.calibrate}};
  if (options.reflect) text["reflect"] = *options.reflect;
  options.sound_speed.add_to(text);
  core::Provenance provenance = core::make_provenance("csl-train", text, options.common.seed);
  core::append_history(provenance, loaded.provenance);
  for (const auto& reader : readers.files) core::append_history(provenance, reader->provenance());
  return provenance;
}

/// Decides the reflection again. Responses that were learned with the other sign are mirrored.
void decide_again(const ReviseOptions& options, const learn::ReflectionOptions& rule,
                  const FeaturesReaders& readers, formats::LoadedModel& loaded,
                  core::ThreadPool& pool) {
  const learn::Dataset data = read_dataset(readers, loaded.model.recipe.smoothing,
                                           {options.memory, options.spool, options.out}, pool);
  learn::require_reflection(data, rule);
  const int before = loaded.model.reflection.sign;
  loaded.model.reflection = learn::decide_reflection(loaded.model, data, rule, pool);
  if (rule.rule == learn::ReflectionRule::kNone) loaded.model.reflection.sign = before;
  const bool turned = loaded.model.reflection.sign != before;
  if (turned && loaded.calibration) loaded.calibration = loaded.calibration->mirrored();
  core::log_info("reflection: {}; the sign {}", loaded.model.reflection.evidence,
                 turned ? "is turned" : "stays");
}

void state_speed_of_sound(double speed_of_sound, const std::filesystem::path& model,
                          formats::LoadedModel& loaded) {
  if (!loaded.calibration) {
    throw core::InputError(fmt::format(
        "{}: /response: expected an array's responses, found none; only positions depend on the "
        "speed of sound: add --calibrate",
        model.string()));
  }
  loaded.calibration->array.set_speed_of_sound(speed_of_sound);
}

}  // namespace

void revise_model(const ReviseOptions& options) {
  core::require(!options.in.empty(), "--in: name at least one features file");
  core::require(options.calibrate || options.reflect.has_value() || options.sound_speed.given(),
                "--model: expected --reflect, --calibrate, --speed-of-sound or --temperature with "
                "it; a trained model is not trained further");
  const double speed_of_sound = options.sound_speed.speed_of_sound();
  const learn::ReflectionOptions rule = resolve_reflection(options.reflect.value_or("none"));
  const std::vector<std::filesystem::path> paths = input_files("--in", options.in, {"features"});
  OutputPlan(options.common)
      .inputs("--in", paths)
      .input("--model", options.model)
      .input("--reflect", learn::parse_reflection(options.reflect.value_or("none")).recordings_file)
      .required_output("--out", options.out)
      .check();
  require_input("--model", options.model, {"model"});
  formats::LoadedModel loaded = formats::read_model(options.model);
  const FeaturesReaders readers = open_features_for(paths, loaded);
  if (options.calibrate) require_calibration_data(readers);
  const core::Provenance provenance = provenance_of(options, loaded, readers);
  core::ThreadPool pool(options.common.threads);
  if (options.reflect) decide_again(options, rule, readers, loaded, pool);
  if (options.calibrate) {
    loaded.calibration =
        calibrate(loaded.model, readers, options.common.seed, pool, speed_of_sound);
  } else if (options.sound_speed.given()) {
    state_speed_of_sound(speed_of_sound, options.model, loaded);
  }
  formats::write_model(options.out, provenance, loaded.model, loaded.settings, loaded.history,
                       loaded.calibration);
  report_output(options.out, loaded.calibration ? describe(*loaded.calibration)
                                                : loaded.model.reflection.evidence);
  if (options.reflect && !options.accept_doubtful) {
    refuse_doubtful(loaded.model.reflection, options.out);
  } else if (options.warn) {
    warn_of_doubt(loaded, options.out);
  }
}

}  // namespace commands
