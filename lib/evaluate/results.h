/// What a report is made from: plain values, so that any tool can fill them.
#pragma once

#include <Eigen/Core>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "doa/evaluation.h"
#include "doa/metrics.h"
#include "doa/track_metrics.h"
#include "doa/window.h"

namespace evaluate {

/// Mean error of the models of one training seed.
struct SeedMean {
  std::uint64_t seed = 0;
  double mean_deg = 0.0;
};

/// One cell of Table 1: a method at one window length and reverberation time.
struct ReportRow {
  std::string method;     ///< "csl", "srp-phat", "lsdd", "music"
  std::string estimator;  ///< how bins become a direction: "robust", "centroid", "grid", "refined"
  std::string pooling;    ///< frame the window was pooled in: "world" or "sensor"
  doa::WindowLength window;
  std::optional<double> t60_s;  ///< empty: not known (a recording)
  doa::ErrorStats stats;
  doa::ErrorHistogram histogram;     ///< may stay empty: no distribution is drawn then
  std::vector<SeedMean> seeds = {};  ///< one a training seed, where models were trained
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
};

/// How well tracks follow sources: LOCATA's measures.
struct TracksRow {
  std::string method, estimator, pooling;
  doa::WindowLength window;
  std::optional<double> t60_s;
  std::size_t sessions = 0;
  doa::TrackScores scores;
};

/// Errors with an orientation that drifts by so much from the first to the last frame of a session.
struct DriftRow {
  double drift_deg = 0.0;
  doa::WindowLength window;
  doa::ErrorStats stats;
};

/// Figure 2(a): a session's spectrogram with its most confident bins marked.
struct SpectrogramFigure {
  std::string caption;  ///< which session, and what is marked
  std::size_t frames = 0, bins = 0;
  double hop_s = 0.01, bin_hz = 40.0;
  std::vector<float> level_db;        ///< [frames, bins]
  std::vector<unsigned char> marked;  ///< [frames, bins], 1: marked
};

/// Figure 3: kernel density of one window over the sphere.
struct DensityFigure {
  std::string caption;
  std::vector<Eigen::Vector3d> points;  ///< [points], unit directions in the world
  std::vector<float> density;           ///< [points]
  std::vector<Eigen::Vector3d> predicted, truth;
};

/// Everything a report may show. Rows or sources are needed; the rest appears where it is given.
struct Report {
  std::string title = "Sound localization results";
  std::vector<ReportRow> rows;  ///< in the order they shall be listed
  std::vector<SourcesRow> sources;
  std::vector<TracksRow> tracks;
  std::vector<doa::ConfidenceGroup> confidence_curve;  ///< of bins, lowest confidence first
  std::vector<doa::ReliabilityPoint> reliability;      ///< of windows
  std::optional<doa::DirectionErrorMap>
      direction_errors;  ///< by true direction in the sensor frame
  std::vector<DriftRow> drift;
  std::optional<SpectrogramFigure> spectrogram;
  std::optional<DensityFigure> density;
  nlohmann::json options = nlohmann::json::object();    ///< resolved options of this run
  nlohmann::json provenance = nlohmann::json::array();  ///< one entry an input: how it was made
};

}  // namespace evaluate
