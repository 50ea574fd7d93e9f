#include "ingest/span_features.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.h"
#include "features/network_bins.h"
#include "features/session_features.h"
#include "ingest/audio_cutter.h"
#include "learn/train_options.h"
#include "session/features.h"
#include "session/session.h"

namespace ingest {
namespace {

/// Number of bins of each frame that the fine search uses: those of highest confidence.
constexpr std::size_t kBinsPerFrame = 12;

/// Appends the bins of highest confidence of a frame. @param r  all its bins; their order changes
void keep_most_confident(std::vector<Eigen::Vector3d>& r, std::uint32_t frame,
                         align::IntervalPredictions& interval) {
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

/// Features of a span of the recording. @param start_s  where the span starts, recording time
session::Features features_of(std::vector<float> audio, std::size_t microphones,
                              const session::FeatureSettings& settings, double start_s) {
  // The orientation does not change a bin, so any orientation will do.
  so3::Track still({0.0}, {Eigen::Quaterniond::Identity()});
  session::Info info;
  const session::Session session{std::move(info), std::move(audio), std::move(still),
                                 imu::Samples()};
  session::Features features = features::make_features(session, microphones, settings);
  for (double& t : features.frame_time_s) t += start_s;
  return features;
}

}  // namespace

align::OrientationAt orientation_of(const OrientationLog& log) {
  return [&log](double log_s, Eigen::Matrix3d& R) {
    const so3::Track* track = log.track_at(log_s);
    if (track == nullptr) return false;
    R = track->at(log_s).toRotationMatrix();
    return true;
  };
}

formats::LoadedModel read_model_for(const Options& options, const AudioScan& scan) {
  formats::LoadedModel loaded = formats::read_model(options.model);
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

session::FeatureSettings settings_without_model(const Options& options) {
  session::FeatureSettings settings = features::default_settings(options.rate_hz);
  settings.noise_margin_db = features::kUsualNoiseMarginDb;
  return settings;
}

void for_each_span(const Options& options, const AudioScan& scan, const std::vector<Span>& spans,
                   const session::FeatureSettings& settings,
                   const std::function<void(const session::Features&)>& use) {
  AudioCutter cutter(scan.source, options.rate_hz);
  for (const Span& span : spans) {
    const auto first = static_cast<std::uint64_t>(std::llround(span.start_s * options.rate_hz));
    const auto end = static_cast<std::uint64_t>(std::llround(span.end_s * options.rate_hz));
    use(features_of(cutter.cut(first, end), scan.channel.size(), settings,
                    static_cast<double>(first) / options.rate_hz));
  }
}

align::IntervalPredictions predict_span(learn::Predictor& predictor,
                                        const session::Features& unsmoothed) {
  const session::Features features =
      features::network_bins(unsmoothed, predictor.recipe().smoothing);
  const learn::Directions r_sensor = predictor.predict(features.stft, features.frequency);
  align::IntervalPredictions interval;
  interval.time_s = features.frame_time_s;
  interval.summed_sensor.assign(features.frames(), Eigen::Vector3d::Zero());
  std::vector<Eigen::Vector3d> of_frame;
  for (std::size_t b = 0; b < features.bins(); ++b) {
    const std::uint32_t f = features.frame[b];
    of_frame.emplace_back(r_sensor.row(static_cast<Eigen::Index>(b)).transpose().cast<double>());
    interval.summed_sensor[f] += of_frame.back();
    interval.summed_norm += of_frame.back().norm();
    if (b + 1 < features.bins() && features.frame[b + 1] == f) continue;
    keep_most_confident(of_frame, f, interval);
    of_frame.clear();
  }
  return interval;
}

align::TimedSpectra block_spectra(const session::Features& unsmoothed,
                                  const session::FeatureSettings& settings,
                                  std::size_t microphones) {
  // Training fits its first linear map to the same bins.
  const session::Features features =
      features::network_bins(unsmoothed, learn::fast_preset().smoothing);
  align::TimedSpectra timed{
      align::interval_spectra(features.stft, features.frame, features.frequency, settings.bin_hz(),
                              features.frames(), microphones),
      {}};
  for (const std::uint32_t first : timed.spatial.frame) {
    timed.time_s.push_back(features.frame_time_s[first + align::kBlockFrames / 2]);
  }
  return timed;
}

}  // namespace ingest
