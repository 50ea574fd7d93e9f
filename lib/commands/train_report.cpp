#include "commands/train_report.h"

#include <fmt/format.h>

#include <string>

#include "core/errors.h"
#include "core/log.h"
#include "core/units.h"

namespace commands {
namespace {

/// Share of all directions below which a warning is given.
constexpr double kLittleHeard = 0.3;

/// Angle between the two sub-intervals above which a warning is given. Models that localize well
/// end below 10 degrees (with head motions, which are small, below 15 degrees). Models that hardly
/// localize end above 25 degrees.
constexpr double kPartsApartDeg = 20.0;

void report_agreement(const learn::Trainer& trainer) {
  const double apart_deg = core::radians_to_degrees(trainer.disagreement_rad());
  if (apart_deg > kPartsApartDeg) {
    core::log_warning(
        "the directions of an interval's two sub-intervals differ by {:.0f} degrees: this model "
        "localizes badly. Train longer (--steps) or with a lower --lr. Arrays wider than a few "
        "wavelengths learn slowly: for them add --calibrate and use csl-infer --estimator steered",
        apart_deg);
  }
  if (trainer.skipped_intervals() > 0) {
    core::log_warning("{} of {} sessions were too short or too quiet to learn from",
                      trainer.skipped_intervals(),
                      trainer.skipped_intervals() + trainer.usable_intervals());
  }
}

void report_motion(const so3::MotionSpread& spread, double heard_share) {
  const std::string advice = so3::advice(spread);
  if (!advice.empty()) core::log_warning("trust this model little: {}", advice);
  if (heard_share < kLittleHeard) {
    core::log_warning(
        "sound was heard from only {:.0f} % of all directions around the array; elsewhere the "
        "model guesses. Turn further, or play from more places",
        100.0 * heard_share);
  } else {
    core::log_detail("sound was heard from {:.0f} % of all directions", 100.0 * heard_share);
  }
}

}  // namespace

void report_reflection(const learn::Reflection& reflection) {
  const std::string doubt = reflection.doubt();
  if (doubt.empty()) {
    core::log_detail("reflection: {}", reflection.evidence);
  } else {
    core::log_warning("{}", doubt);
  }
}

void refuse_doubtful(const learn::Reflection& reflection, const std::filesystem::path& model) {
  if (!reflection.doubtful) return;
  throw core::InputError(fmt::format(
      "{}: the reflection is doubtful: {}. All directions may be reversed; the model is written "
      "and says so. Decide again with csl-train --model {} --reflect RULE, or accept the model "
      "with "
      "--accept-doubtful",
      model.string(), reflection.evidence, model.string()));
}

void check_motion(const so3::MotionSpread& spread, const formats::FeaturesReader& first_file) {
  const std::string advice = so3::advice(spread);
  if (so3::judge(spread) == so3::MotionVerdict::kUnidentified) {
    throw core::InputError(fmt::format("{}: {}", first_file.path().string(), advice));
  }
  if (!advice.empty()) core::log_warning("{}", advice);
  core::log_detail("rotation about three axes: {:.0f}, {:.0f}, {:.0f} degrees rms",
                   spread.rms_deg[0], spread.rms_deg[1], spread.rms_deg[2]);
}

void report_model(const learn::Trainer& trainer, const learn::Model& model,
                  const so3::MotionSpread& spread) {
  report_agreement(trainer);
  report_motion(spread, model.motion->heard_share);
}

}  // namespace commands
