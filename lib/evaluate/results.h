/// The results of an evaluation: plain values that a report is made from.
#pragma once

#include <Eigen/Core>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "doa/evaluation.h"
#include "doa/metrics.h"
#include "doa/track_metrics.h"
#include "doa/window.h"

namespace evaluate {

/// Errors of the models of one training seed.
struct SeedMean {
  std::uint64_t seed = 0;
  double mean_deg = 0.0;
  double median_deg = 0.0;
};

/// One cell of Table 1: a method at one window length and reverberation time.
struct ReportRow {
  std::string method;     ///< "csl", "srp-phat", "lsdd", "music"
  std::string estimator;  ///< "robust", "centroid", "steered", ...; of baselines "grid", "refined"
  std::string pooling;    ///< frame in which the window was pooled: "world" or "sensor"
  doa::WindowLength window;
  std::optional<double> t60_s;  ///< empty: not known (a recording)
  doa::ErrorStats stats;
  doa::ErrorHistogram histogram;     ///< empty: no distribution is drawn
  std::vector<SeedMean> seeds = {};  ///< one entry a training seed; empty for baselines
  /// The windows in which the source sounds (evaluate/sounding.h). Empty: the activity of at least
  /// one session is unknown.
  std::optional<doa::ErrorStats> sounding = {};
};

/// One cell of Table 2: several sources at once. The statistics are of the weighted Chamfer
/// distance.
struct SourcesRow {
  std::string method, estimator, pooling;
  std::size_t sources = 2;
  doa::WindowLength window;
  std::optional<double> t60_s;
  doa::ErrorStats stats;
  std::vector<SeedMean> seeds = {};
  /// The windows in which a source sounds, with the sounding sources as the truth. Empty: the
  /// activity of at least one session is unknown.
  std::optional<doa::ErrorStats> sounding = {};
};

/// Measures of the LOCATA challenge: how well tracks follow sources.
struct TracksRow {
  std::string method, estimator, pooling;
  doa::WindowLength window;
  std::optional<double> t60_s;
  std::size_t sessions = 0;
  doa::TrackScores scores;
};

/// Errors of estimates that were made with an orientation that drifts away from the truth.
struct DriftRow {
  double drift_deg = 0.0;  ///< angle that the drift has reached at a session's last frame
  doa::WindowLength window;
  doa::ErrorStats stats;
};

/// A session's spectrogram, with its most confident bins marked (C-SL paper, figure 2(a)).
struct SpectrogramFigure {
  std::string caption;  ///< names the session and says which bins are marked
  std::size_t frames = 0, bins = 0;
  double hop_s = 0.01;                ///< time between frames, s
  double bin_hz = 40.0;               ///< width of a bin, Hz
  std::vector<float> level_db;        ///< [frames, bins]
  std::vector<unsigned char> marked;  ///< [frames, bins], 1: marked
};

/// Kernel density of one window over the sphere (C-SL paper, figure 3). Directions are unit vectors in the
/// world.
struct DensityFigure {
  std::string caption;
  std::vector<Eigen::Vector3d> points;            ///< [points]
  std::vector<float> density;                     ///< [points]
  std::vector<Eigen::Vector3d> predicted, truth;  ///< marked in the picture
};

/// Directions of one session over time, as one method estimated them.
struct DirectionsFigure {
  std::string method, estimator, pooling;
  doa::WindowLength window;
  bool world = true;           ///< directions are in the world; false: in the sensor frame
  std::vector<double> time_s;  ///< of each direction, s; a window may have several
  std::vector<Eigen::Vector3d> direction;
  std::vector<double> confidence;
  std::size_t windows = 0;    ///< also those without a direction
  std::size_t ambiguous = 0;  ///< windows whose directions stand for others that are as likely
};

/// True direction of one source over time.
struct TruthFigure {
  std::vector<double> time_s;
  std::vector<Eigen::Vector3d> direction;  ///< in the world; zero: the source is not there
  std::vector<unsigned char> sounds;       ///< 1: it sounds, or this is not known
};

/// One session over time: all estimates of it, and what is known of it.
struct SessionFigure {
  std::string session;  ///< id
  std::string caption;  ///< session_caption()
  double duration_s = 0.0;
  std::vector<TruthFigure> truth;  ///< one entry a source; empty: the true directions are not known
  std::vector<DirectionsFigure> methods;
  std::optional<SpectrogramFigure> sound;  ///< without marks; empty: the samples were not given
};

/// The window length that stands for all of them where a report shows only one: the one nearest to
/// 0.2 s. @param windows  at least one @return  its index
std::size_t reference_window(std::span<const doa::WindowLength> windows);

/// Everything that a report can show. `rows`, `sources` or `sessions` must be given. Everything else is
/// optional: the report has a section for each field that is given.
struct Report {
  std::string title = "Sound localization results";
  std::vector<std::string> warnings;  ///< what a reader must know before any figure
  bool paper =
      false;  ///< the C-SL paper's own figures are shown at first; a reader can switch them on
  std::vector<ReportRow> rows;      ///< Table 1, in the order of the tables
  std::vector<SourcesRow> sources;  ///< Table 2, in the order of the table
  std::vector<TracksRow> tracks;
  std::vector<SessionFigure> sessions;                 ///< those that are shown over time
  std::vector<doa::ConfidenceGroup> confidence_curve;  ///< of bins, lowest confidence first
  std::vector<doa::ReliabilityPoint> reliability;      ///< of windows, lowest prediction first
  std::optional<doa::DirectionErrorMap>
      direction_errors;  ///< by true direction in the sensor frame
  std::vector<DriftRow> drift;
  std::optional<SpectrogramFigure> spectrogram;
  std::optional<DensityFigure> density;
  nlohmann::json options = nlohmann::json::object();    ///< resolved options of this run
  nlohmann::json provenance = nlohmann::json::array();  ///< one entry an input: its steps
  nlohmann::json defaults = nlohmann::json::object();   ///< default options of each tool
};

}  // namespace evaluate
