#include "commands/calibrate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include "calib/calibrate.h"
#include "calib/first_positions.h"
#include "core/errors.h"
#include "core/log.h"
#include "core/progress.h"
#include "core/random.h"
#include "core/stop_signal.h"
#include "core/units.h"
#include "doa/pooling.h"
#include "features/network_bins.h"
#include "learn/sampler.h"
#include "session/features.h"

namespace commands {
namespace {

/// Number of bins of all sessions together. More bins cost memory and hardly change the result.
constexpr std::size_t kTotalBins = 1500000;
/// Bounds of the number of bins of one session.
constexpr std::size_t kFewestBins = 200;
constexpr std::size_t kMostBins = 10000;
/// A bin whose direction is far from its session's direction weighs exp(kappa (cos angle - 1)).
constexpr double kAgreementKappa = 8.0;
/// Keeps this random stream apart from the trainer's streams, whose first number is a step.
constexpr std::uint32_t kStream = 0xffffffff;

/// Indices of `count` random bins of a session, rising; all bins if there are no more.
std::vector<std::size_t> choose_bins(std::size_t bins, std::size_t count, std::uint64_t seed,
                                     std::uint32_t session) {
  std::vector<std::size_t> chosen(bins);
  std::iota(chosen.begin(), chosen.end(), std::size_t{0});
  if (bins <= count) return chosen;
  core::RandomStream random(seed, core::Purpose::kBinChoice, kStream, session);
  for (std::size_t i = 0; i < count; ++i) {
    std::swap(chosen[i], chosen[i + random.index(bins - i)]);
  }
  chosen.resize(count);
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

/// One session's chosen bins with their weights, and the session's direction.
struct Labeled {
  std::vector<std::complex<float>> stft;        ///< [bins, microphones], as recorded
  std::vector<std::complex<float>> smoothed;    ///< [bins, microphones], the network's input bins
  std::vector<std::uint16_t> frequency;         ///< [bins], frequency index
  std::vector<std::uint32_t> frame;             ///< [bins], index into R_world_sensor
  std::vector<float> weight;                    ///< [bins], confidence times agreement
  std::vector<float> onset;                     ///< [bins], onset weight
  std::vector<Eigen::Matrix3d> R_world_sensor;  ///< [frames]
  doa::Pooled pooled;                           ///< over all chosen bins
};

Labeled select(const session::Features& session, std::span<const std::size_t> bins,
               const learn::FeatureRecipe& recipe) {
  const std::size_t microphones = recipe.microphones;
  Labeled result;
  result.smoothed = features::smoothed_bins(session, bins, recipe.smoothing.neighbors);
  for (const std::size_t b : bins) {
    const auto first = session.stft.begin() + static_cast<std::ptrdiff_t>(b * microphones);
    result.stft.insert(result.stft.end(), first, first + static_cast<std::ptrdiff_t>(microphones));
    result.frequency.push_back(session.frequency[b]);
    result.frame.push_back(session.frame[b]);
    result.onset.push_back(calib::onset_weight(session.rise[b]));
  }
  for (const Eigen::Quaterniond& q : session.frame_rotation) {
    result.R_world_sensor.push_back(q.toRotationMatrix());
  }
  return result;
}

/// Pools the predictions of the chosen bins in the world. The weight of each bin is its confidence
/// times its agreement with the pooled direction.
void label(learn::Predictor& predictor, Labeled& session) {
  learn::Directions r = predictor.predict(session.smoothed, session.frequency);
  for (std::size_t i = 0; i < session.frame.size(); ++i) {
    const auto row = static_cast<Eigen::Index>(i);
    const Eigen::Vector3f sensor = r.row(row).transpose();
    r.row(row) = session.R_world_sensor[session.frame[i]].cast<float>() * sensor;
  }
  const std::size_t frames = session.R_world_sensor.size();
  const doa::SessionBins columns({r.data(), static_cast<std::size_t>(r.size())}, session.frame,
                                 frames);
  session.pooled = doa::pool_robust(columns, {0, frames});
  for (std::size_t i = 0; i < session.frame.size(); ++i) {
    const Eigen::Vector3d world = r.row(static_cast<Eigen::Index>(i)).transpose().cast<double>();
    const double norm = world.norm();
    const double cosine = norm > 0.0 ? world.dot(session.pooled.direction_world) / norm : -1.0;
    session.weight.push_back(static_cast<float>(norm * std::exp(kAgreementKappa * (cosine - 1.0))));
  }
}

void append(const Labeled& session, calib::Observations& out) {
  if (session.pooled.empty()) return;
  const auto first_frame = static_cast<std::uint32_t>(out.R_world_sensor.size());
  calib::Interval recording;
  recording.direction_world = session.pooled.direction_world;
  recording.first_bin = out.bins();
  recording.end_bin = out.bins() + session.frequency.size();
  const auto extend = [](auto& to, const auto& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  extend(out.bin, session.stft);
  extend(out.frequency, session.frequency);
  extend(out.weight, session.weight);
  extend(out.onset, session.onset);
  for (const std::uint32_t frame : session.frame) out.frame.push_back(first_frame + frame);
  extend(out.R_world_sensor, session.R_world_sensor);
  out.recordings.push_back(recording);
}

void stop_if_requested() {
  if (!core::StopSignal::requested()) return;
  throw core::Error(core::ExitCode::kStopped,
                    "stopped while learning the array's responses; repeat the command with "
                    "--resume: training is complete and is not repeated");
}

calib::Observations observe(const learn::Model& model, const FeaturesReaders& readers,
                            std::uint64_t seed, core::ThreadPool& pool) {
  calib::Observations out;
  out.microphones = readers.files.front()->microphones();
  out.bin_hz = readers.files.front()->settings().bin_hz();
  const std::size_t share = kTotalBins / std::max<std::size_t>(1, readers.size());
  const std::size_t count = std::clamp(share, kFewestBins, kMostBins);
  core::Progress progress("predicting", readers.size(), "sessions");
  core::ordered_pipeline<Labeled>(
      pool, readers.size(),
      [&](std::size_t i) {
        const session::Features session = readers.read(i);
        Labeled labeled =
            select(session, choose_bins(session.bins(), count, seed, static_cast<std::uint32_t>(i)),
                   model.recipe);
        learn::Predictor predictor(model);
        label(predictor, labeled);
        return labeled;
      },
      [&](std::size_t, Labeled&& labeled) {
        stop_if_requested();
        append(labeled, out);
        progress.advance();
      });
  return out;
}

}  // namespace

void require_calibration_data(const FeaturesReaders& features) {
  std::size_t bins = 0;
  for (const auto& file : features.files) bins += file->bins();
  if (bins >= calib::kFewestCalibrationBins) return;
  throw core::InputError(
      fmt::format("{}: --calibrate: expected {} or more bins in all sessions, found {}; record "
                  "longer, or train without --calibrate",
                  features.files.front()->path().string(), calib::kFewestCalibrationBins, bins));
}

calib::Calibration calibrate(const learn::Model& model, const FeaturesReaders& features,
                             std::uint64_t seed, core::ThreadPool& pool, double speed_of_sound) {
  stop_if_requested();
  calib::Observations observations = observe(model, features, seed, pool);
  calib::CalibrateOptions options;
  options.between_steps = stop_if_requested;
  options.first.speed_of_sound = speed_of_sound;
  const calib::CalibrationResult result = calib::calibrate(observations, options, pool);
  core::log_detail(
      "calibration: {} sessions, {} bins, directions turned by {:.2f} degrees on average, "
      "coherence {:.3f}, last step {:.4f} mm",
      observations.recordings.size(), observations.bins(),
      core::radians_to_degrees(result.adjustment.mean_turn_rad), result.adjustment.mean_coherence,
      1e3 * result.adjustment.last_step_m);
  const calib::CorrectionFit& fit = result.correction;
  core::log_detail(
      "calibration: correction {}, ridge {}, log mismatch of held-out sessions {:.4f} +- {:.4f} "
      "lower, directions turned by {:.3f} degrees in the last of {} rounds",
      fit.correction.empty() ? "none" : fmt::format("of order {}", fit.correction.order), fit.ridge,
      fit.held_out_gain, fit.held_out_gain_error, core::radians_to_degrees(result.last_turn_rad),
      result.rounds);
  return result.calibration;
}

std::string describe(const calib::Calibration& calibration) {
  const calib::EffectiveArray& array = calibration.array;
  double deviation_m = 0.0;
  for (std::size_t m = 0; m < array.size(); ++m) {
    deviation_m = std::max(deviation_m, array.deviation_m(m));
  }
  std::string text = fmt::format("{} microphones, aperture {:.1f} mm, positions to {:.2f} mm",
                                 array.size(), 1e3 * array.aperture_m(), 1e3 * deviation_m);
  if (array.speed_of_sound != core::kSpeedOfSound)
    text += fmt::format(" at a speed of sound of {:.2f} m/s", array.speed_of_sound);
  if (!calibration.uncertainty.empty()) {
    text += fmt::format(", {:.0f} % of directions heard",
                        100.0 * calibration.uncertainty.heard_share());
  }
  return text;
}

}  // namespace commands
