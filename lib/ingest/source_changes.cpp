#include "ingest/source_changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "align/change_points.h"
#include "align/linear_map.h"
#include "core/units.h"
#include "ingest/listen.h"
#include "session/features.h"

namespace ingest {
namespace {

constexpr double kPieceS = 30.0;         ///< of sound in memory at a time
constexpr int kRounds = 5;               ///< of the linear map and the stretches found with it
constexpr double kLeastAngleDeg = 15.0;  ///< of changes that a model tells
constexpr double kLeastAngleLinearDeg = 30.0;  ///< of changes that a linear map tells
constexpr double kBlockS = 0.05;
constexpr double kFirstPartS = 4.0;  ///< of the even parts that the first linear map is made from

/// One stretch between pauses, block by block, as far as there is orientation.
struct Stretch {
  Span span;
  std::vector<double> time_s;             ///< [blocks]
  std::vector<Eigen::Matrix3d> R;         ///< [blocks], world from sensor
  std::vector<Eigen::VectorXd> feature;   ///< [blocks], without a model: cross-spectra
  std::vector<Eigen::Vector3d> r_sensor;  ///< [blocks]
  std::vector<std::size_t> change;        ///< first blocks of all parts but the first

  std::vector<Eigen::Vector3d> r_world() const {
    std::vector<Eigen::Vector3d> r;
    for (std::size_t b = 0; b < R.size(); ++b) r.push_back(R[b] * r_sensor[b]);
    return r;
  }
};

/// Reads the recording once, in order. @param use  gets each piece's features and its stretch
void read_stretches(const Options& options, const AudioScan& scan,
                    const session::FeatureSettings& settings, std::vector<Stretch>& stretches,
                    const std::function<void(const session::Features&, Stretch&)>& use) {
  std::vector<Span> pieces;
  std::vector<Stretch*> owner;
  for (Stretch& stretch : stretches) {
    cut_evenly(stretch.span, kPieceS, pieces);
    owner.resize(pieces.size(), &stretch);
  }
  std::size_t next = 0;
  for_each_piece(options, scan, pieces, settings,
                 [&](const session::Features& features) { use(features, *owner[next++]); });
}

/// Directions of blocks of five frames by a model, unit vectors.
void add_by_model(const align::IntervalPredictions& heard, const align::OrientationAt& orientation,
                  Stretch& stretch) {
  for (std::size_t f = 0; f + align::kBlockFrames <= heard.time_s.size();
       f += align::kBlockFrames) {
    Eigen::Vector3d sum = Eigen::Vector3d::Zero();
    for (std::size_t k = 0; k < align::kBlockFrames; ++k) sum += heard.summed_sensor[f + k];
    const double time_s = heard.time_s[f + align::kBlockFrames / 2];
    Eigen::Matrix3d R;
    if (sum.isZero() || !orientation(time_s, R)) continue;
    stretch.time_s.push_back(time_s);
    stretch.R.push_back(R);
    stretch.r_sensor.push_back(sum.normalized());
  }
}

void add_cross_spectra(const align::TimedSpectra& heard, const align::OrientationAt& orientation,
                       Stretch& stretch) {
  for (std::size_t b = 0; b < heard.time_s.size(); ++b) {
    Eigen::Matrix3d R;
    if (!orientation(heard.time_s[b], R)) continue;
    stretch.time_s.push_back(heard.time_s[b]);
    stretch.R.push_back(R);
    stretch.feature.emplace_back(heard.spatial.feature.row(static_cast<Eigen::Index>(b)));
  }
}

void cut_stretch(double least_angle_deg, Stretch& stretch) {
  align::ChangeOptions options;
  options.least_angle_rad = core::degrees_to_radians(least_angle_deg);
  stretch.change = align::change_points(stretch.r_world(), options);
}

/// First blocks of a stretch's parts, and its number of blocks.
std::vector<std::size_t> borders(const Stretch& stretch) {
  std::vector<std::size_t> border{0};
  border.insert(border.end(), stretch.change.begin(), stretch.change.end());
  border.push_back(stretch.R.size());
  return border;
}

/// The linear map of all parts of all stretches, turned into directions of blocks.
/// @return  its agreement
double map_linearly(const std::vector<Eigen::MatrixXd>& white, std::vector<Stretch>& stretches) {
  align::LinearAgreement linear(static_cast<std::size_t>(white.front().cols()));
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    const std::vector<std::size_t> border = borders(stretches[i]);
    for (std::size_t part = 0; part + 1 < border.size(); ++part) {
      const std::size_t first = border[part];
      linear.add(white[i].middleRows(static_cast<Eigen::Index>(first),
                                     static_cast<Eigen::Index>(border[part + 1] - first)),
                 [&](std::size_t block, Eigen::Matrix3d& R) {
                   R = stretches[i].R[first + block];
                   return true;
                 });
    }
  }
  const Eigen::MatrixXd W = linear.best_map();
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    stretches[i].r_sensor.clear();
    for (Eigen::Index b = 0; b < white[i].rows(); ++b) {
      stretches[i].r_sensor.emplace_back(W * white[i].row(b).transpose());
    }
  }
  return linear.best();
}

void cut_by_model(const Options& options, const AudioScan& scan,
                  const align::OrientationAt& orientation, std::vector<Stretch>& stretches) {
  const formats::LoadedModel loaded = read_model_for(options, scan);
  learn::Predictor predictor(loaded.model);
  read_stretches(options, scan, loaded.settings, stretches,
                 [&](const session::Features& features, Stretch& stretch) {
                   add_by_model(listen(predictor, features), orientation, stretch);
                 });
  for (Stretch& stretch : stretches) cut_stretch(kLeastAngleDeg, stretch);
}

Eigen::MatrixXd rows_of(const std::vector<Eigen::VectorXd>& feature, Eigen::Index columns) {
  Eigen::MatrixXd rows(static_cast<Eigen::Index>(feature.size()), columns);
  for (std::size_t b = 0; b < feature.size(); ++b) {
    rows.row(static_cast<Eigen::Index>(b)) = feature[b].transpose();
  }
  return rows;
}

/// Even parts to begin with.
void cut_evenly_at_first(Stretch& stretch) {
  constexpr auto blocks = static_cast<std::size_t>(kFirstPartS / kBlockS);
  for (std::size_t b = blocks; b < stretch.R.size(); b += blocks) stretch.change.push_back(b);
}

/// @return  false: no linear map holds
bool cut_by_linear_map(const Options& options, const AudioScan& scan,
                       const align::OrientationAt& orientation, std::vector<Stretch>& stretches) {
  const session::FeatureSettings settings = settings_without_model(options);
  read_stretches(options, scan, settings, stretches,
                 [&](const session::Features& features, Stretch& stretch) {
                   add_cross_spectra(listen_linearly(features, settings, scan.channel.size()),
                                     orientation, stretch);
                 });
  Eigen::Index columns = 0;
  for (const Stretch& stretch : stretches) {
    if (!stretch.feature.empty()) columns = stretch.feature.front().size();
  }
  std::vector<align::IntervalSpectra> spatial;
  for (Stretch& stretch : stretches) {
    cut_evenly_at_first(stretch);
    spatial.push_back(
        {std::vector<std::uint32_t>(stretch.feature.size()), rows_of(stretch.feature, columns)});
    stretch.feature.clear();
  }
  if (!align::enough_blocks(spatial)) return false;
  const align::Whitening whitening = align::fit_whitening(spatial);
  std::vector<Eigen::MatrixXd> white;
  for (const align::IntervalSpectra& one : spatial) white.push_back(whitening.apply(one.feature));
  for (int round = 0; round < kRounds; ++round) {
    if (map_linearly(white, stretches) < align::kUsefulAgreement) return false;
    for (Stretch& stretch : stretches) cut_stretch(kLeastAngleLinearDeg, stretch);
  }
  return true;
}

std::vector<Span> parts_of(const Stretch& stretch) {
  std::vector<Span> parts;
  double start_s = stretch.span.start_s;
  for (const std::size_t at : stretch.change) {
    const double change_s = 0.5 * (stretch.time_s[at - 1] + stretch.time_s[at]);
    parts.push_back({start_s, change_s});
    start_s = change_s;
  }
  parts.push_back({start_s, stretch.span.end_s});
  return parts;
}

}  // namespace

std::vector<Interval> find_changes(const Options& options, const AudioScan& scan,
                                   const OrientationLog& log, const imu::ClockMap& clock,
                                   const std::string& id, nlohmann::json& facts,
                                   std::vector<std::string>& warnings) {
  const align::OrientationAt at_log = orientation_of(log);
  const align::OrientationAt orientation = [&](double time_s, Eigen::Matrix3d& R) {
    return at_log(clock.to_log(time_s), R);
  };
  std::vector<Stretch> stretches;
  for (const Span& span : sounding_spans(scan, options.silence_s)) {
    stretches.emplace_back().span = span;
  }
  facts["method"] = options.model.empty() ? "directions of a linear map of this recording"
                                          : "directions of " + options.model.filename().string();
  if (!options.model.empty()) {
    cut_by_model(options, scan, orientation, stretches);
  } else if (!cut_by_linear_map(options, scan, orientation, stretches)) {
    warnings.emplace_back(
        "--intervals changes: too little sound or turning to tell directions: only pauses separate "
        "intervals; record more, or give the --model of an earlier recording");
    for (Stretch& stretch : stretches) stretch.change.clear();
  }
  std::vector<Span> parts;
  std::size_t changes = 0;
  for (const Stretch& stretch : stretches) {
    changes += stretch.change.size();
    for (const Span& part : parts_of(stretch)) cut_evenly(part, options.segment_s, parts);
  }
  facts["changes"] = changes;
  return name_intervals(parts, id);
}

}  // namespace ingest
