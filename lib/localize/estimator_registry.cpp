#include "localize/estimator_registry.h"

#include <fmt/format.h>

#include "core/errors.h"
#include "core/name_list.h"
#include "doa/baseline_registry.h"
#include "localize/baseline_estimator.h"
#include "localize/density_estimator.h"
#include "localize/mixture_estimator.h"
#include "localize/pooling_estimator.h"
#include "localize/steered_estimator.h"

namespace localize {
namespace {

std::vector<EstimatorKind> make_kinds() {
  std::vector<EstimatorKind> kinds = {robust_estimator(), centroid_estimator(), density_estimator(),
                                      steered_estimator(), mixture_estimator()};
  for (const doa::BaselineMethod& method : doa::baseline_methods()) {
    kinds.push_back(baseline_estimator(method));
  }
  return kinds;
}

std::string needs(const EstimatorKind& kind) {
  if (kind.needs_array) return "array";
  return kind.needs_responses ? "calibrated model or array" : "model";
}

}  // namespace

std::span<const EstimatorKind> estimator_kinds() {
  static const std::vector<EstimatorKind> kinds = make_kinds();
  return kinds;
}

const EstimatorKind& estimator_kind(const std::string& name) {
  std::vector<std::string> names;
  for (const EstimatorKind& kind : estimator_kinds()) {
    if (name == kind.name) return kind;
    names.emplace_back(kind.name);
  }
  throw core::UsageError(
      fmt::format("--estimator: expected {}, found \"{}\"", core::name_list(names), name));
}

std::vector<std::string> estimators_with(bool EstimatorKind::*property) {
  std::vector<std::string> names;
  for (const EstimatorKind& kind : estimator_kinds()) {
    if (kind.*property) names.emplace_back(kind.name);
  }
  return names;
}

std::string estimator_table() {
  constexpr const char* kRow = "  {:<16}{:<10}{:<27}{}\n";
  std::string text = "Estimators:\n";
  text += fmt::format(kRow, "name", "sources", "needs", "directions of a window");
  for (const EstimatorKind& kind : estimator_kinds()) {
    text += fmt::format(kRow, kind.name, kind.several_sources ? "several" : "one", needs(kind),
                        kind.help);
  }
  return text + "Calibrated: made with csl-train --calibrate. An array is named by --array.";
}

void check_window_estimator(const std::string& name, const EstimatorSetup& setup) {
  const EstimatorKind& kind = estimator_kind(name);
  if (!kind.several_sources && setup.sources.max_sources != 1) {
    throw core::UsageError(fmt::format(
        "--max-sources: {} finds one source in each window; several sources need --estimator {}",
        name, core::name_list(estimators_with(&EstimatorKind::several_sources))));
  }
  const EstimatorSetup unset;
  if (!kind.several_sources &&
      setup.sources.min_separation_deg != unset.sources.min_separation_deg) {
    throw core::UsageError(
        fmt::format("--min-separation: {} finds one source in each window", name));
  }
  const auto refuse = [&](const char* option, const char* only) {
    throw core::UsageError(fmt::format(
        "{}: only --estimator {} has this option, found --estimator {}", option, only, name));
  };
  if (name != "kde") {
    if (setup.sources.density_share != unset.sources.density_share) refuse("--source-share", "kde");
    if (setup.alpha_deg != unset.alpha_deg) refuse("--bandwidth", "kde");
  }
  if (name != "mixture" && setup.source_gain != unset.source_gain) {
    refuse("--source-gain", "mixture");
  }
}

void check_knowledge(const std::string& name, bool known_array) {
  const EstimatorKind& kind = estimator_kind(name);
  if (known_array && kind.needs_network) {
    throw core::UsageError(fmt::format("--estimator {}: needs a model, found --array", name));
  }
  if (!known_array && kind.needs_array) {
    throw core::UsageError(fmt::format(
        "--estimator {}: name the array with --array: its name, or a file of its positions", name));
  }
}

std::unique_ptr<WindowEstimator> make_window_estimator(const std::string& name,
                                                       const EstimatorSetup& setup) {
  check_window_estimator(name, setup);
  const EstimatorKind& kind = estimator_kind(name);
  if (kind.needs_array && !setup.array) {
    throw core::UsageError(fmt::format(
        "--estimator {}: name the array with --array, a file of its positions or its name", name));
  }
  if (kind.needs_responses && !setup.responses && setup.array) {
    throw core::UsageError(
        fmt::format("--estimator {}: needs an array's positions or a calibrated model, found "
                    "measured responses",
                    name));
  }
  if (kind.needs_responses && !setup.responses) {
    throw core::InputError(
        fmt::format("--estimator {}: the model has no responses; add them with csl-train --model "
                    "MODEL --calibrate --in FEATURES --out NEW",
                    name));
  }
  return kind.make(setup);
}

}  // namespace localize
