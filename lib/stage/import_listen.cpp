#include "stage/import_listen.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.h"
#include "csl/train_options.h"
#include "stage/network_bins.h"

namespace stage {
namespace {

/// Bins a frame that a fine search looks at: those of which the model is surest.
constexpr std::size_t kBinsPerFrame = 12;

/// The surest bins of a frame. @param r  all of them, reordered
void keep_surest(std::vector<Eigen::Vector3d>& r, std::uint32_t frame,
                 csl::AlignmentInterval& interval) {
  const std::size_t kept = std::min(kBinsPerFrame, r.size());
  std::ranges::partial_sort(r, r.begin() + static_cast<std::ptrdiff_t>(kept),
                            [](const Eigen::Vector3d& a, const Eigen::Vector3d& b) {
                              return a.squaredNorm() > b.squaredNorm();
                            });
  for (std::size_t i = 0; i < kept; ++i) {
    interval.r_sensor.push_back(r[i]);
    interval.frame.push_back(frame);
  }
}

/// Features of a piece of the recording that starts at start_s.
SessionFeatures features_of(std::vector<float> audio, std::size_t microphones,
                            const FeatureSettings& settings, double start_s) {
  // Orientation does not enter a bin: any will do.
  so3::Track still({0.0}, {Eigen::Quaterniond::Identity()});
  SessionInfo info;
  const Session session{std::move(info), std::move(audio), std::move(still), imu::Samples()};
  SessionFeatures features = make_features(session, microphones, settings);
  for (double& t : features.frame_time_s) t += start_s;
  return features;
}

}  // namespace

csl::OrientationAt orientation_of(const OrientationLog& log) {
  return [&log](double log_s, Eigen::Matrix3d& R) {
    const so3::Track* stretch = log.stretch_at(log_s);
    if (stretch == nullptr) return false;
    R = stretch->at(log_s).toRotationMatrix();
    return true;
  };
}

LoadedModel read_model_for(const ImportOptions& options, const AudioScan& scan) {
  LoadedModel loaded = read_model(options.model);
  const std::size_t microphones = scan.channel.size();
  if (loaded.model.recipe.microphones != microphones ||
      loaded.settings.sample_rate_hz != options.rate_hz) {
    throw core::InputError(
        fmt::format("{}: this model was trained for {} microphones at {} Hz, the recording has {} "
                    "and is read at {} Hz",
                    options.model.string(), loaded.model.recipe.microphones,
                    loaded.settings.sample_rate_hz, microphones, options.rate_hz));
  }
  return loaded;
}

FeatureSettings settings_without_model(const ImportOptions& options) {
  FeatureSettings settings = make_settings({}, options.rate_hz);
  settings.noise_margin_db = kUsualNoiseMarginDb;
  return settings;
}

void for_each_piece(const ImportOptions& options, const AudioScan& scan,
                    const std::vector<Span>& pieces, const FeatureSettings& settings,
                    const std::function<void(const SessionFeatures&)>& use) {
  AudioCutter cutter(scan.path, options.rate_hz);
  for (const Span& piece : pieces) {
    const auto first = static_cast<std::uint64_t>(std::llround(piece.start_s * options.rate_hz));
    const auto end = static_cast<std::uint64_t>(std::llround(piece.end_s * options.rate_hz));
    use(features_of(cutter.cut(first, end - first), scan.channel.size(), settings,
                    static_cast<double>(first) / options.rate_hz));
  }
}

csl::AlignmentInterval listen(csl::Predictor& predictor, const SessionFeatures& heard) {
  const SessionFeatures features = network_bins(heard, predictor.recipe().smoothing);
  const csl::Directions r_sensor = predictor.predict(features.stft, features.frequency);
  csl::AlignmentInterval interval;
  interval.time_s = features.frame_time_s;
  interval.summed_sensor.assign(features.frames(), Eigen::Vector3d::Zero());
  std::vector<Eigen::Vector3d> of_frame;
  for (std::size_t b = 0; b < features.bins(); ++b) {
    const std::uint32_t f = features.frame[b];
    of_frame.emplace_back(r_sensor.row(static_cast<Eigen::Index>(b)).transpose().cast<double>());
    interval.summed_sensor[f] += of_frame.back();
    interval.summed_norm += of_frame.back().norm();
    if (b + 1 < features.bins() && features.frame[b + 1] == f) continue;
    keep_surest(of_frame, f, interval);
    of_frame.clear();
  }
  return interval;
}

csl::TimedInterval listen_linearly(const SessionFeatures& heard, const FeatureSettings& settings,
                                   std::size_t microphones) {
  // The bins that training finds its own linear map with.
  const SessionFeatures features = network_bins(heard, csl::fast_preset().smoothing);
  csl::TimedInterval timed{csl::spatial_interval(features.stft, features.frame, features.frequency,
                                                 settings.bin_hz(), features.frames(), microphones),
                           {}};
  for (const std::uint32_t first : timed.spatial.frame) {
    timed.time_s.push_back(features.frame_time_s[first + csl::kBlockFrames / 2]);
  }
  return timed;
}

}  // namespace stage
