#include "commands/self_agreement.h"

#include <Eigen/Geometry>
#include <optional>
#include <utility>
#include <vector>

#include "core/progress.h"
#include "core/quantile.h"
#include "core/units.h"
#include "doa/pooling.h"
#include "features/network_bins.h"
#include "session/features.h"
#include "so3/rotation.h"

namespace commands {
namespace {

std::optional<double> angle_of_halves(const session::Features& heard, const learn::Model& model) {
  const session::Features session = features::network_bins(heard, model.recipe.smoothing);
  learn::Predictor predictor(model);
  learn::Directions r = predictor.predict(session.stft, session.frequency);
  for (Eigen::Index i = 0; i < r.rows(); ++i) {
    const Eigen::Vector3f sensor = r.row(i).transpose();
    const std::uint32_t frame = session.frame[static_cast<std::size_t>(i)];
    r.row(i) = session.frame_rotation[frame].cast<float>() * sensor;
  }
  const std::size_t frames = session.frames();
  const doa::SessionBins bins({r.data(), static_cast<std::size_t>(r.size())}, session.frame,
                              frames);
  const doa::Pooled first = doa::pool_robust(bins, {0, frames / 2});
  const doa::Pooled second = doa::pool_robust(bins, {frames / 2, frames});
  if (first.empty() || second.empty()) return std::nullopt;
  return core::radians_to_degrees(
      so3::angle_between(first.direction_world, second.direction_world));
}

}  // namespace

SelfAgreement measure_self_agreement(const learn::Model& model, const FeaturesReaders& features,
                                     core::ThreadPool& pool) {
  std::vector<double> angles_deg;
  core::Progress progress("comparing", features.size(), "sessions");
  core::ordered_pipeline<std::optional<double>>(
      pool, features.size(),
      [&](std::size_t i) { return angle_of_halves(features.read(i), model); },
      [&](std::size_t, std::optional<double>&& angle_deg) {
        if (angle_deg) angles_deg.push_back(*angle_deg);
        progress.advance();
      });
  SelfAgreement result;
  result.intervals = angles_deg.size();
  if (angles_deg.empty()) return result;
  result.median_deg = core::quantile(angles_deg, 0.5);
  result.tenth_deg = core::quantile(angles_deg, 0.9);
  return result;
}

}  // namespace commands
