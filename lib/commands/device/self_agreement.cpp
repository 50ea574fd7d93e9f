#include "commands/device/self_agreement.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "core/progress.h"
#include "core/quantile.h"
#include "core/units.h"
#include "features/network_bins.h"
#include "learn/model.h"
#include "localize/estimator_registry.h"
#include "session/estimate.h"
#include "session/features.h"
#include "so3/rotation.h"

namespace commands::device {
namespace {

constexpr std::size_t kMostIntervals = 60;

std::unique_ptr<localize::WindowEstimator> make_estimator(const formats::LoadedModel& model) {
  localize::EstimatorSetup setup;
  setup.windows = {doa::WindowLength::parse("0.5")};
  setup.hop_s = model.settings.hop_s();
  setup.stride = static_cast<std::size_t>(0.5 / setup.hop_s);
  setup.world = true;
  setup.responses = std::make_shared<calib::ResponseTable>(
      model.calibration.value(), model.settings.bin_hz(), model.settings.max_frequency_index());
  return localize::make_window_estimator("steered", setup);
}

std::vector<double> angles_of(const session::Features& heard, const formats::LoadedModel& model,
                              const localize::WindowEstimator& estimator) {
  const session::Features session = features::network_bins(heard, model.model.recipe.smoothing);
  learn::Predictor predictor(model.model);
  const learn::Directions r_sensor = predictor.predict(session.stft, session.frequency);
  const localize::SessionEstimates found = estimator.estimate({heard, session, r_sensor});
  std::vector<double> angles_deg;
  for (std::size_t i = 1; i < found.windows.size(); ++i) {
    const session::Estimate& before = found.windows[i - 1];
    const session::Estimate& after = found.windows[i];
    if (before.bins == 0 || after.bins == 0) continue;
    angles_deg.push_back(core::radians_to_degrees(
        so3::angle_between(before.direction_world, after.direction_world)));
  }
  return angles_deg;
}

}  // namespace

nlohmann::json SelfAgreement::to_json() const {
  return {{"pairs", pairs}, {"median_deg", median_deg}, {"tenth_deg", tenth_deg}};
}

SelfAgreement SelfAgreement::from_json(const nlohmann::json& json) {
  return {json.at("pairs"), json.at("median_deg"), json.at("tenth_deg")};
}

SelfAgreement measure_self_agreement(const formats::LoadedModel& model,
                                     const FeaturesReaders& features, core::ThreadPool& pool) {
  const auto estimator = make_estimator(model);
  const std::size_t count = std::min(features.size(), kMostIntervals);
  std::vector<double> angles_deg;
  core::Progress progress("comparing", count, "sessions");
  core::ordered_pipeline<std::vector<double>>(
      pool, count,
      [&](std::size_t i) {
        return angles_of(features.read(i * features.size() / count), model, *estimator);
      },
      [&](std::size_t, std::vector<double>&& angles) {
        angles_deg.insert(angles_deg.end(), angles.begin(), angles.end());
        progress.advance();
      });
  SelfAgreement result;
  result.pairs = angles_deg.size();
  if (angles_deg.empty()) return result;
  result.median_deg = core::quantile(angles_deg, 0.5);
  result.tenth_deg = core::quantile(angles_deg, 0.9);
  return result;
}

}  // namespace commands::device
