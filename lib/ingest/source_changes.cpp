#include "ingest/source_changes.h"

#include <algorithm>
#include <functional>

#include "align/change_points.h"
#include "align/linear_map.h"
#include "core/units.h"
#include "ingest/span_features.h"
#include "session/features.h"

namespace ingest {
namespace {

constexpr double kReadS = 30.0;              ///< Longest sound that is held in memory, s.
constexpr int kRounds = 5;                   ///< Number of fits of the linear map.
constexpr double kMinAngleDeg = 15.0;        ///< Smallest change that is found with a model.
constexpr double kMinAngleLinearDeg = 30.0;  ///< Smallest change that is found with a linear map.
constexpr double kBlockS = 0.05;
/// Length of the even spans that the first map is fitted to, s.
constexpr double kFirstSpanS = 4.0;

/// The sound between two pauses, in blocks of five frames. Blocks without orientation are left out.
struct Sound {
  Span span;
  std::vector<double> time_s;             ///< [blocks]
  std::vector<Eigen::Matrix3d> R;         ///< [blocks], R_world_sensor
  std::vector<Eigen::VectorXd> feature;   ///< [blocks], cross-spectra; empty with a model
  std::vector<Eigen::Vector3d> r_sensor;  ///< [blocks]
  std::vector<std::size_t> change;        ///< First blocks of all intervals but the first.

  std::vector<Eigen::Vector3d> r_world() const {
    std::vector<Eigen::Vector3d> r;
    for (std::size_t b = 0; b < R.size(); ++b) r.push_back(R[b] * r_sensor[b]);
    return r;
  }
};

/// Reads the recording once. @param use  receives features, and the sound that they belong to
void read_sounds(const Options& options, const AudioScan& scan,
                 const session::FeatureSettings& settings, std::vector<Sound>& sounds,
                 const std::function<void(const session::Features&, Sound&)>& use) {
  std::vector<Span> spans;
  std::vector<Sound*> owner;
  for (Sound& sound : sounds) {
    cut_evenly(sound.span, kReadS, spans);
    owner.resize(spans.size(), &sound);
  }
  std::size_t next = 0;
  for_each_span(options, scan, spans, settings,
                [&](const session::Features& features) { use(features, *owner[next++]); });
}

/// Appends the directions that a model predicts for blocks of five frames, unit vectors.
void add_by_model(const align::IntervalPredictions& predictions,
                  const align::OrientationAt& orientation, Sound& sound) {
  for (std::size_t f = 0; f + align::kBlockFrames <= predictions.time_s.size();
       f += align::kBlockFrames) {
    Eigen::Vector3d sum = Eigen::Vector3d::Zero();
    for (std::size_t k = 0; k < align::kBlockFrames; ++k) sum += predictions.summed_sensor[f + k];
    const double time_s = predictions.time_s[f + align::kBlockFrames / 2];
    Eigen::Matrix3d R;
    if (sum.isZero() || !orientation(time_s, R)) continue;
    sound.time_s.push_back(time_s);
    sound.R.push_back(R);
    sound.r_sensor.push_back(sum.normalized());
  }
}

void add_cross_spectra(const align::TimedSpectra& spectra, const align::OrientationAt& orientation,
                       Sound& sound) {
  for (std::size_t b = 0; b < spectra.time_s.size(); ++b) {
    Eigen::Matrix3d R;
    if (!orientation(spectra.time_s[b], R)) continue;
    sound.time_s.push_back(spectra.time_s[b]);
    sound.R.push_back(R);
    sound.feature.emplace_back(spectra.spatial.feature.row(static_cast<Eigen::Index>(b)));
  }
}

void find_changes_of(double min_angle_deg, Sound& sound) {
  align::ChangeOptions options;
  options.least_angle_rad = core::degrees_to_radians(min_angle_deg);
  sound.change = align::change_points(sound.r_world(), options);
}

/// First blocks of the intervals of a sound, followed by its number of blocks.
std::vector<std::size_t> borders(const Sound& sound) {
  std::vector<std::size_t> border{0};
  border.insert(border.end(), sound.change.begin(), sound.change.end());
  border.push_back(sound.R.size());
  return border;
}

/// Fits the linear map to all intervals of all sounds and sets the directions of their blocks.
/// @return  agreement of the map
double map_linearly(const std::vector<Eigen::MatrixXd>& white, std::vector<Sound>& sounds) {
  align::LinearAgreement linear(static_cast<std::size_t>(white.front().cols()));
  for (std::size_t i = 0; i < sounds.size(); ++i) {
    const std::vector<std::size_t> border = borders(sounds[i]);
    for (std::size_t k = 0; k + 1 < border.size(); ++k) {
      const std::size_t first = border[k];
      linear.add(white[i].middleRows(static_cast<Eigen::Index>(first),
                                     static_cast<Eigen::Index>(border[k + 1] - first)),
                 [&](std::size_t block, Eigen::Matrix3d& R) {
                   R = sounds[i].R[first + block];
                   return true;
                 });
    }
  }
  const Eigen::MatrixXd W = linear.best_map();
  for (std::size_t i = 0; i < sounds.size(); ++i) {
    sounds[i].r_sensor.clear();
    for (Eigen::Index b = 0; b < white[i].rows(); ++b) {
      sounds[i].r_sensor.emplace_back(W * white[i].row(b).transpose());
    }
  }
  return linear.best();
}

void cut_by_model(const Options& options, const AudioScan& scan,
                  const align::OrientationAt& orientation, std::vector<Sound>& sounds) {
  const formats::LoadedModel loaded = read_model_for(options, scan);
  learn::Predictor predictor(loaded.model);
  read_sounds(options, scan, loaded.settings, sounds,
              [&](const session::Features& features, Sound& sound) {
                add_by_model(predict_span(predictor, features), orientation, sound);
              });
  for (Sound& sound : sounds) find_changes_of(kMinAngleDeg, sound);
}

Eigen::MatrixXd rows_of(const std::vector<Eigen::VectorXd>& feature, Eigen::Index columns) {
  Eigen::MatrixXd rows(static_cast<Eigen::Index>(feature.size()), columns);
  for (std::size_t b = 0; b < feature.size(); ++b) {
    rows.row(static_cast<Eigen::Index>(b)) = feature[b].transpose();
  }
  return rows;
}

/// Divides a sound evenly: the first guess of its intervals.
void cut_evenly_at_first(Sound& sound) {
  constexpr auto blocks = static_cast<std::size_t>(kFirstSpanS / kBlockS);
  for (std::size_t b = blocks; b < sound.R.size(); b += blocks) sound.change.push_back(b);
}

/// @return  false: no linear map fits
bool cut_by_linear_map(const Options& options, const AudioScan& scan,
                       const align::OrientationAt& orientation, std::vector<Sound>& sounds) {
  const session::FeatureSettings settings = settings_without_model(options);
  read_sounds(options, scan, settings, sounds,
              [&](const session::Features& features, Sound& sound) {
                add_cross_spectra(block_spectra(features, settings, scan.channel.size()),
                                  orientation, sound);
              });
  Eigen::Index columns = 0;
  for (const Sound& sound : sounds) {
    if (!sound.feature.empty()) columns = sound.feature.front().size();
  }
  std::vector<align::IntervalSpectra> spatial;
  for (Sound& sound : sounds) {
    cut_evenly_at_first(sound);
    spatial.push_back(
        {std::vector<std::uint32_t>(sound.feature.size()), rows_of(sound.feature, columns)});
    sound.feature.clear();
  }
  if (!align::enough_blocks(spatial)) return false;
  const align::Whitening whitening = align::fit_whitening(spatial);
  std::vector<Eigen::MatrixXd> white;
  for (const align::IntervalSpectra& one : spatial) white.push_back(whitening.apply(one.feature));
  for (int round = 0; round < kRounds; ++round) {
    if (map_linearly(white, sounds) < align::kUsefulAgreement) return false;
    for (Sound& sound : sounds) find_changes_of(kMinAngleLinearDeg, sound);
  }
  return true;
}

std::vector<Span> spans_of(const Sound& sound) {
  std::vector<Span> spans;
  double start_s = sound.span.start_s;
  for (const std::size_t at : sound.change) {
    const double change_s = 0.5 * (sound.time_s[at - 1] + sound.time_s[at]);
    spans.push_back({start_s, change_s});
    start_s = change_s;
  }
  spans.push_back({start_s, sound.span.end_s});
  return spans;
}

}  // namespace

std::vector<Interval> find_changes(const Options& options, const AudioScan& scan,
                                   const OrientationLog& log, const imu::ClockMap& clock,
                                   const std::string& prefix, ChangesFacts& facts,
                                   std::vector<std::string>& warnings) {
  const align::OrientationAt at_log = orientation_of(log);
  const align::OrientationAt orientation = [&](double time_s, Eigen::Matrix3d& R) {
    return at_log(clock.to_log(time_s), R);
  };
  std::vector<Sound> sounds;
  for (const Span& span : sounding_spans(scan, options.intervals.silence_s)) {
    sounds.emplace_back().span = span;
  }
  facts.method = options.model.empty() ? "directions of a linear map of this recording"
                                       : "directions of " + options.model.filename().string();
  if (!options.model.empty()) {
    cut_by_model(options, scan, orientation, sounds);
  } else if (!cut_by_linear_map(options, scan, orientation, sounds)) {
    warnings.emplace_back(
        "--intervals changes: too little sound or turning to tell directions: only pauses separate "
        "intervals; record more, or give the --model of an earlier recording");
    for (Sound& sound : sounds) sound.change.clear();
  }
  std::vector<Span> spans;
  for (const Sound& sound : sounds) {
    facts.changes += sound.change.size();
    for (const Span& span : spans_of(sound)) {
      cut_evenly(span, options.intervals.max_length_s, spans);
    }
  }
  return name_intervals(spans, prefix);
}

}  // namespace ingest
