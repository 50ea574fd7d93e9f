#include "evaluate/confidence_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/errors.h"
#include "core/files.h"
#include "core/json_text.h"
#include "evaluate/error_collector.h"
#include "evaluate/truth.h"
#include "session/estimate.h"
#include "session/session.h"

namespace evaluate {
namespace {

constexpr const char* kFormat = "confidence";
constexpr int kVersion = 1;
constexpr std::size_t kLeastEstimates = 20;

/// The quantity that the curves are over: the sum of the norms near the direction. It ranks errors
/// better than the share, the mean or the concentration of the norms
/// (docs/evidence/experiments.md).
double calibrated_quantity(const session::Estimate& estimate) { return estimate.confidence; }

/// Confidences and errors of one window length.
struct Pairs {
  std::vector<double> quantity, error_deg;
};

void add_pairs(const formats::EstimatesReader& file, std::map<std::string, Pairs>& pairs) {
  for (const session::Estimate& row : file.rows()) {
    const session::Info& info = file.sessions()[row.session];
    if (row.bins == 0 || source_count(info) != 1) continue;
    const doa::WindowLength& window = file.header().windows[row.window];
    const std::vector<Eigen::Vector3d> truth = true_directions(info, row, window);
    if (truth.empty()) continue;
    Pairs& of_window = pairs[window.label()];
    of_window.quantity.push_back(calibrated_quantity(row));
    of_window.error_deg.push_back(estimate_error_deg(row, 1, truth));
  }
}

void require_same(const std::filesystem::path& path, const char* what, const nlohmann::json& first,
                  const nlohmann::json& found) {
  if (first == found) return;
  throw core::InputError(fmt::format(
      "{}: expected the {} of the first estimates file, {}, found {}: calibrate each {} by itself",
      path.string(), what, core::json_text(first), core::json_text(found), what));
}

}  // namespace

double ConfidenceFile::expected_error_deg(const session::Estimate& estimate,
                                          const doa::WindowLength& window) const {
  if (estimate.bins == 0) return std::numeric_limits<double>::quiet_NaN();
  const auto curve = curves.find(window.label());
  if (curve == curves.end()) {
    throw core::InputError(
        fmt::format("--confidence: expected a curve for windows of {}, found none: write it with "
                    "csl-eval --write-confidence from estimates of that length",
                    window.label()));
  }
  return curve->second.expected_error_deg(calibrated_quantity(estimate));
}

ConfidenceFile learn_confidence(const std::vector<std::filesystem::path>& estimates) {
  ConfidenceFile learned;
  std::map<std::string, Pairs> pairs;
  bool first = true;
  for (const std::filesystem::path& path : estimates) {
    const formats::EstimatesReader file(path);
    if (file.header().method != "csl") continue;
    const nlohmann::json training = training_step(file.provenance());
    if (first) {
      learned.estimator = file.header().estimator;
      learned.pooling = file.header().pooling;
      learned.training = training;
    }
    first = false;
    require_same(path, "estimator", learned.estimator, file.header().estimator);
    require_same(path, "pooling", learned.pooling, file.header().pooling);
    require_same(path, "model", learned.training, training);
    add_pairs(file, pairs);
  }
  for (const auto& [label, of_window] : pairs) {
    const std::size_t n = of_window.error_deg.size();
    if (n < kLeastEstimates) {
      throw core::InputError(
          fmt::format("--write-confidence: expected at least {} windows of {} with a known "
                      "direction, found {}",
                      kLeastEstimates, label, n));
    }
    // At least 20 estimates a point, at most 50 points.
    const std::size_t groups = std::min<std::size_t>(50, n / kLeastEstimates);
    learned.curves.emplace(
        label, doa::ConfidenceCalibration(of_window.quantity, of_window.error_deg, groups));
  }
  if (learned.curves.empty()) {
    throw core::InputError("--write-confidence: no csl estimate has one known true direction");
  }
  return learned;
}

void write_confidence(const ConfidenceFile& file, const std::filesystem::path& out) {
  nlohmann::json curves = nlohmann::json::array();
  for (const auto& [label, curve] : file.curves) {
    curves.push_back({{"window", label},
                      {"log_confidence", curve.log_confidence()},
                      {"error_deg", curve.error_deg()}});
  }
  const nlohmann::json json = {{"format", kFormat},           {"format_version", kVersion},
                               {"estimator", file.estimator}, {"pooling", file.pooling},
                               {"training", file.training},   {"curves", curves}};
  core::write_text_file(out, core::json_text(json, 1) + "\n");
}

ConfidenceFile read_confidence(const std::filesystem::path& path) {
  const std::string text = core::read_text_file(path);
  ConfidenceFile file;
  try {
    const nlohmann::json json = core::parse_json(text);
    if (json.at("format") != kFormat || json.at("format_version") != kVersion) {
      throw core::InputError(fmt::format("expected the format {} {}, found {} {}", kFormat,
                                         kVersion, core::json_text(json.at("format")),
                                         core::json_text(json.at("format_version"))));
    }
    file.estimator = json.at("estimator").get<std::string>();
    file.pooling = json.at("pooling").get<std::string>();
    file.training = json.at("training");
    for (const nlohmann::json& curve : json.at("curves")) {
      file.curves.emplace(curve.at("window").get<std::string>(),
                          doa::ConfidenceCalibration::from_points(
                              curve.at("log_confidence").get<std::vector<double>>(),
                              curve.at("error_deg").get<std::vector<double>>()));
    }
  } catch (const nlohmann::json::exception& error) {
    throw core::InputError(fmt::format("{}: expected a file of csl-eval --write-confidence: {}",
                                       path.string(), error.what()));
  } catch (const core::InputError& error) {
    throw core::InputError(fmt::format("{}: {}", path.string(), error.what()));
  }
  return file;
}

}  // namespace evaluate
