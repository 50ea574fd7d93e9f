#include "localize/estimator_registry.h"

#include <fmt/format.h>

#include "core/errors.h"
#include "core/name_list.h"
#include "localize/density_estimator.h"
#include "localize/mixture_estimator.h"
#include "localize/pooling_estimator.h"
#include "localize/steered_estimator.h"

namespace localize {

std::span<const EstimatorKind> estimator_kinds() {
  static const std::vector<EstimatorKind> kinds = {robust_estimator(), centroid_estimator(),
                                                   density_estimator(), steered_estimator(),
                                                   mixture_estimator()};
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
  std::string text = fmt::format("Estimators:\n  {:<10}{:<10}{:<20}{}\n", "name", "sources",
                                 "needs", "directions of a window");
  for (const EstimatorKind& kind : estimator_kinds()) {
    text +=
        fmt::format("  {:<10}{:<10}{:<20}{}\n", kind.name, kind.several_sources ? "several" : "one",
                    kind.needs_responses ? "model, calibrated" : "model", kind.help);
  }
  return text + "A calibrated model is made with csl-train --calibrate.";
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

std::unique_ptr<WindowEstimator> make_window_estimator(const std::string& name,
                                                       const EstimatorSetup& setup) {
  check_window_estimator(name, setup);
  const EstimatorKind& kind = estimator_kind(name);
  if (kind.needs_responses && !setup.responses) {
    throw core::InputError(
        fmt::format("--estimator {}: the model has no responses; add them with csl-train --model "
                    "MODEL --calibrate --in FEATURES --out NEW",
                    name));
  }
  return kind.make(setup);
}

}  // namespace localize
