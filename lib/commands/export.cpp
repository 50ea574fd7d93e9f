#include "commands/export.h"

#include <fmt/format.h>

#include <bit>

#include "array/geometry.h"
#include "commands/calibrate.h"
#include "commands/model_doubt.h"
#include "commands/output_plan.h"
#include "core/errors.h"
#include "core/files.h"
#include "evaluate/array_comparison.h"
#include "formats/calibration_sofa.h"
#include "formats/model_file.h"
#include "formats/uncertainty_table.h"
#include "report/array_picture.h"

namespace commands {
namespace {

void check(const ExportOptions& options) {
  core::require(!options.model.empty(), "--model: name the model file");
  core::require(!options.sofa.empty() || !options.json.empty() || !options.svg.empty() ||
                    !options.uncertainty.empty() || !options.compare.empty(),
                "name what to write: --sofa, --json, --svg, --uncertainty or --compare");
  core::require(options.directions >= 12 && options.directions <= 100000,
                fmt::format("--directions: expected 12 to 100000, found {}", options.directions));
  core::require(
      options.samples >= 32 && options.samples <= 8192 && std::has_single_bit(options.samples),
      fmt::format("--samples: expected a power of two from 32 to 8192, found {}", options.samples));
  core::require(options.figure_hz > 0.0 && options.figure_hz < 1e6,
                fmt::format("--frequency: expected more than 0 Hz, found {}", options.figure_hz));
  OutputPlan(options.common)
      .input("--model", options.model)
      .input("--compare", options.compare)
      .output("--sofa", options.sofa)
      .output("--json", options.json)
      .output("--svg", options.svg)
      .output("--uncertainty", options.uncertainty)
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

void write_uncertainty(const ExportOptions& options, const calib::Uncertainty& uncertainty) {
  if (uncertainty.empty()) {
    throw core::InputError(
        fmt::format("{}: /response/uncertainty: expected, found none: made by an older version; "
                    "calibrate again with csl-train --model {} --calibrate",
                    options.model.string(), options.model.string()));
  }
  core::write_text_file(options.uncertainty, formats::uncertainty_csv(uncertainty));
  report_output(options.uncertainty,
                fmt::format("{} directions, {:.0f} % heard", uncertainty.direction.size(),
                            100.0 * uncertainty.heard_share()));
}

}  // namespace

void export_model(const ExportOptions& options) {
  check(options);
  const formats::LoadedModel loaded = formats::read_model(options.model);
  warn_of_doubt(loaded, options.model);
  if (!loaded.calibration) {
    throw core::InputError(
        fmt::format("{}: /response: expected an array's responses, found none; add them with "
                    "csl-train --model {} --calibrate",
                    options.model.string(), options.model.string()));
  }
  const calib::Calibration& calibration = *loaded.calibration;
  if (!options.compare.empty()) {
    print_comparison(evaluate::compare_signatures(calibration, formats::load_array(options.compare),
                                                  loaded.settings));
  }
  if (!options.sofa.empty()) {
    formats::CalibrationSofaOptions sofa;
    sofa.sample_rate_hz = loaded.settings.sample_rate_hz;
    sofa.directions = options.directions;
    sofa.samples = options.samples;
    sofa.comment = fmt::format(
        "Free field, {}; a common factor of all receivers is not known: mean power 1, delays count "
        "from the mean position plus {} samples; learned from {} to {} Hz",
        describe(calibration), options.samples / 2, loaded.settings.min_frequency_hz,
        loaded.settings.max_frequency_hz);
    formats::write_calibration_sofa(options.sofa, calibration, sofa);
    report_output(options.sofa, fmt::format("{} directions", options.directions));
  }
  if (!options.json.empty()) {
    const array::Geometry geometry{"calibrated", calibration.array.position_m};
    core::write_text_file(options.json, array::geometry_to_json(geometry).dump(2) + "\n");
    report_output(options.json, describe(calibration));
  }
  if (!options.uncertainty.empty()) write_uncertainty(options, calibration.uncertainty);
  if (!options.svg.empty()) {
    core::write_text_file(options.svg, report::calibration_svg(calibration, options.figure_hz));
    report_output(options.svg, fmt::format("responses at {:.0f} Hz", options.figure_hz));
  }
}

}  // namespace commands
