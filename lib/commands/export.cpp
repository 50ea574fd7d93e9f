#include "commands/export.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "array/geometry.h"
#include "commands/calibrate.h"
#include "commands/inputs.h"
#include "commands/model_doubt.h"
#include "commands/output_plan.h"
#include "core/errors.h"
#include "core/files.h"
#include "core/json_text.h"
#include "core/log.h"
#include "core/units.h"
#include "evaluate/array_comparison.h"
#include "formats/array_file.h"
#include "formats/calibration_sofa.h"
#include "formats/model_file.h"
#include "formats/network_json.h"
#include "formats/sofa_writer.h"
#include "formats/uncertainty_table.h"
#include "report/array_picture.h"

namespace commands {
namespace {

Eigen::Vector3d direction_option(const std::string& option, const std::vector<double>& given,
                                 const Eigen::Vector3d& otherwise) {
  if (given.empty()) return otherwise;
  core::require(given.size() == 3,
                fmt::format("{}: expected x,y,z in the sensor frame, found {} numbers", option,
                            given.size()));
  const Eigen::Vector3d direction(given[0], given[1], given[2]);
  core::require(direction.allFinite() && direction.norm() > 0.0,
                option + ": expected a direction, found none");
  return direction;
}

void check_text(const std::string& option, const std::string& text) {
  core::require(text.size() <= formats::kMaxSofaText,
                fmt::format("{}: expected at most {} characters, found {}", option,
                            formats::kMaxSofaText, text.size()));
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7f;
  });
  core::require(plain, option + ": expected printable ASCII, as AES69 demands");
}

void check_sofa(const ExportOptions& options) {
  formats::sofa_convention(options.convention);
  core::require(
      options.sofa_rate_hz == 0.0 ||
          (options.sofa_rate_hz >= 4000.0 && options.sofa_rate_hz <= 192000.0),
      fmt::format("--sofa-rate: expected 4000 to 192000 Hz, found {}", options.sofa_rate_hz));
  direction_option("--view", options.view, Eigen::Vector3d::UnitX());
  direction_option("--up", options.up, Eigen::Vector3d::UnitZ());
  check_text("--title", options.title);
  check_text("--author", options.author);
  check_text("--license", options.license);
  check_text("--organization", options.organization);
}

/// Whether the array's responses are wanted, which only a calibrated model has.
bool wants_responses(const ExportOptions& options) {
  return !options.sofa.empty() || !options.json.empty() || !options.svg.empty() ||
         !options.uncertainty.empty() || !options.compare.empty();
}

void check(const ExportOptions& options) {
  core::require(!options.model.empty(), "--model: name the model file");
  core::require(wants_responses(options) || !options.network.empty(),
                "name what to write: --sofa, --json, --svg, --uncertainty, --compare or --network");
  core::require(options.directions >= 12 && options.directions <= 100000,
                fmt::format("--directions: expected 12 to 100000, found {}", options.directions));
  core::require(
      options.samples >= 32 && options.samples <= 8192 && std::has_single_bit(options.samples),
      fmt::format("--samples: expected a power of two from 32 to 8192, found {}", options.samples));
  core::require(options.figure_hz > 0.0 && options.figure_hz < 1e6,
                fmt::format("--frequency: expected more than 0 Hz, found {}", options.figure_hz));
  check_sofa(options);
  options.sound_speed.speed_of_sound();
  OutputPlan(options.common)
      .input("--model", options.model)
      .input("--compare", options.compare)
      .output("--sofa", options.sofa)
      .text_output("--json", options.json)
      .text_output("--svg", options.svg)
      .text_output("--uncertainty", options.uncertainty)
      .text_output("--compare", options.compare.empty() ? "" : core::kStandardOutput)
      .text_output("--network", options.network)
      .check();
}

void print_comparison(const std::vector<evaluate::SignatureAgreement>& bands) {
  std::string csv = "low_hz,high_hz,mean,tenth,mean_so_far\n";
  for (const evaluate::SignatureAgreement& band : bands) {
    csv += fmt::format("{:.0f},{:.0f},{:.4f},{:.4f},{:.4f}\n", band.low_hz, band.high_hz, band.mean,
                       band.tenth, band.mean_so_far);
  }
  core::write_stdout(csv);
}

/// How the responses were made, for the file's Comment.
std::string sofa_comment(const formats::LoadedModel& loaded, const ExportOptions& options) {
  const double learned_hz = loaded.settings.sample_rate_hz;
  std::string comment = fmt::format(
      "Free field, {}; a common factor of all receivers is not known: mean power 1, delays count "
      "from the mean position plus {} samples at {} Hz; learned from {} to {} Hz",
      describe(*loaded.calibration), options.samples / 2, learned_hz,
      loaded.settings.min_frequency_hz, loaded.settings.max_frequency_hz);
  if (options.sofa_rate_hz != 0.0 && options.sofa_rate_hz != learned_hz) {
    comment += fmt::format("; resampled from {} Hz", learned_hz);
  }
  const std::string note = loaded.model.reflection.doubt();
  if (!note.empty()) comment += "; " + note;
  return comment;
}

void write_sofa(const ExportOptions& options, const formats::LoadedModel& loaded) {
  formats::CalibrationSofaOptions sofa;
  sofa.learned_rate_hz = loaded.settings.sample_rate_hz;
  sofa.sample_rate_hz = options.sofa_rate_hz == 0.0 ? sofa.learned_rate_hz : options.sofa_rate_hz;
  sofa.directions = options.directions;
  sofa.samples = options.samples;
  sofa.convention = formats::sofa_convention(options.convention);
  sofa.view_sensor = direction_option("--view", options.view, Eigen::Vector3d::UnitX());
  sofa.up_sensor = direction_option("--up", options.up, Eigen::Vector3d::UnitZ());
  sofa.texts = {options.title, options.author, options.license, options.organization,
                sofa_comment(loaded, options)};
  const formats::CalibrationSofaResult written =
      formats::write_calibration_sofa(options.sofa, *loaded.calibration, sofa);
  if (!written.note.empty()) {
    core::log_warning("{}: {}", options.sofa.string(), written.note);
  }
  report_output(options.sofa,
                fmt::format("{}, {} directions, {} samples at {} Hz", written.convention,
                            options.directions, written.samples, sofa.sample_rate_hz));
}

nlohmann::json positions_json(const formats::LoadedModel& loaded) {
  const calib::EffectiveArray& array = loaded.calibration->array;
  nlohmann::json json = array::geometry_to_json({"calibrated", array.position_m});
  std::string comment;
  if (array.speed_of_sound != core::kSpeedOfSound)
    comment =
        fmt::format("positions hold for a speed of sound of {:.2f} m/s", array.speed_of_sound);
  const std::string doubt = loaded.model.reflection.doubt();
  if (!doubt.empty()) comment += (comment.empty() ? "" : "; ") + doubt;
  if (!comment.empty()) json["comment"] = comment;
  return json;
}

void write_uncertainty(const ExportOptions& options, const calib::Uncertainty& uncertainty) {
  if (uncertainty.empty()) {
    throw core::InputError(
        fmt::format("{}: /response/uncertainty: expected, found none: made by an older version; "
                    "calibrate again with csl-train --model {} --calibrate",
                    options.model.string(), options.model.string()));
  }
  core::write_text_output(options.uncertainty, formats::uncertainty_csv(uncertainty));
  report_output(options.uncertainty,
                fmt::format("{} directions, {:.0f} % heard", uncertainty.direction.size(),
                            100.0 * uncertainty.heard_share()));
}

void write_network(const ExportOptions& options, const formats::LoadedModel& loaded) {
  core::write_text_output(options.network,
                          formats::network_to_json(loaded.model, loaded.settings).dump() + "\n");
  report_output(options.network,
                fmt::format("{} microphones, {} weights and biases",
                            loaded.model.recipe.microphones, loaded.model.parameters.size()));
}

void export_responses(const ExportOptions& options, formats::LoadedModel& loaded) {
  if (!loaded.calibration) {
    throw core::InputError(
        fmt::format("{}: /response: expected an array's responses, found none; add them with "
                    "csl-train --model {} --calibrate",
                    options.model.string(), options.model.string()));
  }
  if (options.sound_speed.given())
    loaded.calibration->array.set_speed_of_sound(options.sound_speed.speed_of_sound());
  const calib::Calibration& calibration = *loaded.calibration;
  if (!options.compare.empty()) {
    const array::KnownArray known =
        formats::load_array(options.compare, {.largest_gap_deg = formats::kAnyGap_deg,
                                              .speed_of_sound = calibration.array.speed_of_sound});
    print_comparison(evaluate::compare_signatures(calibration, known, loaded.settings));
  }
  if (!options.sofa.empty()) write_sofa(options, loaded);
  if (!options.json.empty()) {
    core::write_text_output(options.json, core::json_text(positions_json(loaded), 2) + "\n");
    report_output(options.json, describe(calibration));
  }
  if (!options.uncertainty.empty()) write_uncertainty(options, calibration.uncertainty);
  if (!options.svg.empty()) {
    core::write_text_output(options.svg, report::calibration_svg(calibration, options.figure_hz));
    report_output(options.svg, fmt::format("responses at {:.0f} Hz", options.figure_hz));
  }
}

}  // namespace

void export_model(const ExportOptions& options) {
  check(options);
  require_input("--model", options.model, {"model"});
  formats::LoadedModel loaded = formats::read_model(options.model);
  const double highest_hz = loaded.settings.max_frequency_hz;
  core::require(
      options.svg.empty() || options.figure_hz <= highest_hz,
      fmt::format("--frequency: expected at most {} Hz, which the model has learned, found "
                  "{}",
                  highest_hz, options.figure_hz));
  warn_of_doubt(loaded, options.model);
  if (wants_responses(options)) export_responses(options, loaded);
  if (!options.network.empty()) write_network(options, loaded);
}

}  // namespace commands
