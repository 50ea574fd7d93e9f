#include "evaluate/figure_collector.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/random.h"
#include "doa/density.h"
#include "doa/pooling.h"
#include "evaluate/error_collector.h"
#include "evaluate/truth.h"
#include "session/estimate.h"
#include "session/session.h"

namespace evaluate {
namespace {

/// Number of bins of one session that the confidence curve takes, evenly spaced. It bounds the
/// memory and the weight of a long session.
constexpr std::size_t kBinsPerSession = 4000;
constexpr double kDriftsDeg[] = {0.0, 0.5, 1.0, 1.5, 2.0, 3.0};
/// Largest number of sessions in the drift sweep.
constexpr std::size_t kDriftSessions = 200;
/// Number of frames between two windows of the drift sweep: errors of neighbors are nearly equal.
constexpr std::size_t kDriftStride = 5;

/// The network's outputs in the world frame, [bins, 3].
std::vector<float> to_world(const session::BinOutputs& bins) {
  const std::vector<Eigen::Quaterniond> still(bins.frame_rotation.size(),
                                              Eigen::Quaterniond::Identity());
  return doa::turn_bins(bins.sensor, bins.frame, still, bins.frame_rotation);
}

/// A window that figure 3 can show, and its error in degrees.
using Candidate = std::pair<double, const session::Estimate*>;

/// The windows near 0.2 s in which all of several sources sound, smallest error first. The figure
/// shows the one in the middle: a typical window, not the best one.
std::vector<Candidate> density_candidates(const formats::EstimatesReader& file) {
  const std::size_t reference = reference_window(file.header().windows);
  std::vector<Candidate> candidates;
  for (const session::Estimate& row : file.rows()) {
    const session::Info& info = file.sessions()[row.session];
    const std::size_t sources = source_count(info);
    if (row.window != reference || sources < 2 || row.bins == 0) continue;
    const std::vector<Eigen::Vector3d> truth =
        true_directions(info, row, file.header().windows[row.window]);
    if (truth.size() < sources) continue;
    candidates.emplace_back(estimate_error_deg(row, sources, truth), &row);
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  return candidates;
}

}  // namespace

void FigureCollector::add(const formats::EstimatesReader& file) {
  if (file.header().method != "csl") return;
  add_windows(file);
  if (!file.has_bins()) return;
  for (std::size_t i = 0; i < file.sessions().size(); ++i) {
    if (source_count(file.sessions()[i]) == 1) add_bins(file, i);
  }
  if (!density_) choose_density_window(file);
}

void FigureCollector::add_windows(const formats::EstimatesReader& file) {
  const std::size_t reference = reference_window(file.header().windows);
  for (const session::Estimate& row : file.rows()) {
    const session::Info& info = file.sessions()[row.session];
    if (row.bins == 0 || source_count(info) != 1) continue;
    const std::vector<Eigen::Vector3d> truth =
        true_directions(info, row, file.header().windows[row.window]);
    if (truth.empty()) continue;
    const double error_deg = estimate_error_deg(row, 1, truth);
    if (std::isfinite(row.predicted_error_deg)) {
      predicted_deg_.push_back(row.predicted_error_deg);
      predicted_error_deg_.push_back(error_deg);
    }
    if (row.window == reference) {
      direction_errors_.add(row.q_world_sensor.conjugate() * truth.front(), error_deg);
    }
  }
}

void FigureCollector::add_bins(const formats::EstimatesReader& file, std::size_t session) {
  const session::Info& info = file.sessions()[session];
  const session::BinOutputs bins = file.read_bins(session);
  const std::size_t count = bins.frequency.size();
  if (count == 0) return;
  const std::size_t step = std::max<std::size_t>(1, count / kBinsPerSession);
  for (std::size_t b = 0; b < count; b += step) {
    const Eigen::Vector3d r = Eigen::Map<const Eigen::Vector3f>(&bins.sensor[3 * b]).cast<double>();
    const double time_s = bins.frame_time_s[bins.frame[b]];
    const std::vector<Eigen::Vector3d> truth = true_directions(info, time_s, time_s, time_s);
    if (truth.empty() || r.isZero(0.0)) continue;
    bin_confidence_.push_back(r.norm());
    bin_error_deg_.push_back(
        doa::angular_error_deg(r, bins.frame_rotation[bins.frame[b]].conjugate() * truth.front()));
  }
  if (file.header().pooling == "world" && drift_sessions_ < kDriftSessions) {
    add_drift(file, info, bins);
    ++drift_sessions_;
  }
  choose_spectrogram(file, session, bins);
}

void FigureCollector::add_drift(const formats::EstimatesReader& file, const session::Info& info,
                                const session::BinOutputs& bins) {
  const std::vector<float> r_world = to_world(bins);
  const doa::Pooling pooling =
      file.header().estimator == "centroid" ? doa::Pooling::kCentroid : doa::Pooling::kRobust;
  for (const double drift_deg : kDriftsDeg) {
    // Every drift of a session has the same axis: only the angle changes along the curve.
    core::RandomStream random(seed_, core::Purpose::kOrientationDrift,
                              static_cast<std::uint32_t>(drift_sessions_));
    const std::vector<Eigen::Quaterniond> drifting =
        doa::drifting_orientation(bins.frame_rotation, drift_deg, random);
    const doa::SessionBins pooled(
        doa::turn_bins(r_world, bins.frame, bins.frame_rotation, drifting), bins.frame,
        drifting.size());
    for (const doa::WindowLength& length : file.header().windows) {
      if (!length.full() && *length.seconds < 0.2) continue;  // too short to show any drift
      doa::SessionErrors errors;
      const doa::MovingWindows windows(length, drifting.size(), file.header().hop_s, kDriftStride);
      for (const doa::WindowEstimate& window :
           doa::estimate_windows(pooled, drifting, windows, pooling)) {
        const double time_s = bins.frame_time_s[window.center_frame];
        const std::vector<Eigen::Vector3d> truth = true_directions(info, time_s, time_s, time_s);
        if (truth.empty()) continue;
        if (window.pooled.empty()) {
          ++errors.empty;
          continue;
        }
        errors.error_deg.push_back(doa::angular_error_deg(
            window.direction_sensor,
            bins.frame_rotation[window.center_frame].conjugate() * truth.front()));
      }
      drift_[{drift_deg, length.label()}].push_back(std::move(errors));
    }
  }
}

void FigureCollector::choose_density_window(const formats::EstimatesReader& file) {
  const std::vector<Candidate> candidates = density_candidates(file);
  if (candidates.empty()) return;
  const auto& [error_deg, row] = candidates[candidates.size() / 2];
  const session::Info& info = file.sessions()[row->session];
  const doa::WindowLength& length = file.header().windows[row->window];
  const session::BinOutputs bins = file.read_bins(row->session);
  const std::size_t frames = bins.frame_time_s.size();
  const doa::SessionBins pooled(to_world(bins), bins.frame, frames);
  const doa::DirectionDensity density;
  const doa::MovingWindows windows(length, frames, file.header().hop_s);
  DensityFigure figure;
  figure.points = density.points();
  figure.density = density.evaluate(
      pooled, windows.range(length.full() ? 0 : row->frame - windows.center_frame(0)));
  for (const session::Peak& peak : row->peaks) figure.predicted.push_back(peak.direction_world);
  if (figure.predicted.empty()) figure.predicted = {row->direction_world};
  figure.truth = true_directions(info, *row, length);
  const std::string window =
      length.full() ? "the whole session"
                    : fmt::format("the window of {} s at {:.2f} s", length.label(), row->time_s);
  figure.caption = fmt::format(
      "{}: {}. Its weighted Chamfer distance, {:.2f} degrees, is the median of all {} windows in "
      "which every source sounds.",
      session_caption(info), window, error_deg, candidates.size());
  density_ = std::move(figure);
}

void FigureCollector::choose_spectrogram(const formats::EstimatesReader& file, std::size_t session,
                                         const session::BinOutputs& bins) {
  // The first session with the longest reverberation time: the paper shows one of 0.75 s.
  const session::Info& info = file.sessions()[session];
  const auto t60 = [](const session::Info& i) { return std::isnan(i.t60_s) ? -1.0 : i.t60_s; };
  if (chosen_ && t60(info) <= t60(chosen_->info)) return;
  chosen_ = {session_key(info), info, bins, file.header().hop_s, file.header().bin_hz};
}

void FigureCollector::finish(Report& report) {
  report.confidence_curve = doa::confidence_curve(bin_confidence_, bin_error_deg_);
  report.reliability = doa::reliability(predicted_deg_, predicted_error_deg_);
  report.direction_errors = direction_errors_;
  for (const auto& [key, errors] : drift_) {
    report.drift.push_back(
        {key.first, doa::WindowLength::parse(key.second), doa::summarize(errors, seed_)});
  }
  report.density = density_;
  report.spectrogram = spectrogram_;
}

}  // namespace evaluate
