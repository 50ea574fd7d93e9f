#include "commands/export_estimates.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "commands/inputs.h"
#include "commands/output_plan.h"
#include "core/errors.h"
#include "core/files.h"
#include "core/json_text.h"
#include "formats/estimates_csv.h"
#include "formats/estimates_file.h"
#include "formats/label_track.h"
#include "formats/stream_lines.h"
#include "session/estimate.h"
#include "session/pose.h"
#include "session/session.h"
#include "session/track.h"

namespace commands {
namespace {

/// A window with its estimate, and the tracks at its time.
struct Moment {
  const session::Info* session = nullptr;
  const doa::WindowLength* window = nullptr;
  const session::Estimate* estimate = nullptr;
  std::vector<const session::TrackPoint*> tracks;
  double step_s = 0.0;  ///< time to the next window of the same length and session, s
};

void append_jsonl(std::string& text, const Moment& moment, bool tracked, bool oriented) {
  const session::Estimate& e = *moment.estimate;
  localize::StreamEstimate line;
  line.length = *moment.window;
  line.time_s = e.time_s;
  if (oriented) {
    line.q_world_sensor = e.q_world_sensor;
    line.pose = session::PoseState::kInterpolated;
  }
  line.bins = e.bins;
  line.ambiguity = e.ambiguity;
  const auto add = [&](const Eigen::Vector3d& sensor, const Eigen::Vector3d& world,
                       double confidence, double share) {
    localize::StreamDirection direction{sensor, world, confidence, share};
    if (!oriented) direction.world.reset();
    line.directions.push_back(direction);
  };
  for (const session::Peak& peak : e.peaks) {
    add(peak.direction_sensor, peak.direction_world, peak.confidence, peak.norm_share);
  }
  if (e.peaks.empty() && !e.direction_sensor.isZero(0.0)) {
    add(e.direction_sensor, e.direction_world, e.confidence, e.support);
  }
  std::vector<doa::TrackState> tracks;
  for (const session::TrackPoint* row : moment.tracks) {
    tracks.push_back({row->id, row->direction_world, Eigen::Vector3d::Zero(), row->sigma_deg,
                      row->existence, row->measured});
  }
  text += fmt::format("{{\"session\":{},", core::json_text(nlohmann::json(moment.session->id)));
  text += formats::stream_line(line, oriented, tracked ? &tracks : nullptr).substr(1) + "\n";
}

std::vector<formats::LabelPoint> label_points(const Moment& moment, bool tracked) {
  std::vector<formats::LabelPoint> points;
  for (const session::TrackPoint* track : moment.tracks)
    points.push_back({track->direction_world, track->id});
  if (tracked) return points;
  const session::Estimate& e = *moment.estimate;
  for (const session::Peak& peak : e.peaks) points.push_back({peak.direction_world, 0});
  if (e.peaks.empty() && !e.direction_world.isZero(0.0)) points.push_back({e.direction_world, 0});
  return points;
}

/// The chosen windows in the order of the file, each with its tracks.
std::vector<Moment> moments_of(const formats::EstimatesReader& file,
                               const ExportEstimatesOptions& options) {
  std::vector<Moment> moments;
  const std::vector<session::TrackPoint>& tracks = file.tracks();
  for (std::size_t i = 0; i < file.rows().size(); ++i) {
    const session::Estimate& row = file.rows()[i];
    Moment moment{&file.sessions()[row.session], &file.header().windows[row.window], &row, {}, 0.0};
    if (!options.session.empty() && moment.session->id != options.session) continue;
    if (!options.window.empty() && moment.window->label() != options.window) continue;
    const auto before = [](const session::TrackPoint& track, const session::Estimate& e) {
      return track.session < e.session || (track.session == e.session && track.time_s < e.time_s);
    };
    auto track = std::lower_bound(tracks.begin(), tracks.end(), row, before);
    for (; track != tracks.end() && track->session == row.session && track->time_s == row.time_s;
         ++track) {
      moment.tracks.push_back(&*track);
    }
    const bool follows = !moments.empty() && moments.back().session == moment.session &&
                         moments.back().window == moment.window;
    if (follows) {
      moment.step_s = row.time_s - moments.back().estimate->time_s;
      if (moments.back().step_s == 0.0) moments.back().step_s = moment.step_s;
    }
    moments.push_back(std::move(moment));
  }
  return moments;
}

std::string labels_of(const std::vector<Moment>& moments, bool tracked,
                      const ExportEstimatesOptions& options) {
  formats::LabelTrack labels(options.time_offset_s, options.label_step_deg);
  for (const Moment& moment : moments) {
    const bool same =
        moment.session == moments.front().session && moment.window == moments.front().window;
    if (!same) {
      throw core::UsageError(
          "--labels: a label track belongs to one recording; name one --session and one --window");
    }
    const double half_s =
        moment.window->full() ? 0.5 * moment.session->duration_s : 0.5 * moment.step_s;
    const double time_s = moment.estimate->time_s;
    labels.add(time_s - half_s, time_s + half_s, label_points(moment, tracked));
  }
  return labels.text();
}

void write(const std::string& name, const std::string& text) {
  if (name.empty()) return;
  core::write_text_output(name, text);
  if (name == core::kStandardOutput) return;
  core::log_info("{}: {}", name, format_bytes(static_cast<double>(text.size())));
}

void check_options(const ExportEstimatesOptions& options,
                   const std::vector<std::filesystem::path>& inputs) {
  bool any = false;
  OutputPlan plan(options.common);
  plan.inputs("--estimates", inputs);
  for (const auto& [option, name] : {std::pair{"--csv", &options.csv},
                                     {"--jsonl", &options.jsonl},
                                     {"--labels", &options.labels}}) {
    any = any || !name->empty();
    plan.text_output(option, *name);
  }
  if (!any) throw core::UsageError("name what to write: --csv, --jsonl or --labels");
  if (!std::isfinite(options.time_offset_s)) {
    throw core::UsageError("--time-offset: expected a number of seconds");
  }
  if (!(options.label_step_deg > 0.0 && options.label_step_deg <= 180.0)) {
    throw core::UsageError(fmt::format("--label-step: expected above 0 to 180 degrees, found {}",
                                       options.label_step_deg));
  }
  if (!options.window.empty()) doa::WindowLength::parse(options.window);
  plan.check();
}

}  // namespace

void export_estimates(const ExportEstimatesOptions& options) {
  const std::vector<std::filesystem::path> paths =
      named_files("--estimates", options.estimates, {"estimates"});
  check_options(options, paths);
  require_kinds(paths, {"estimates"});
  if (!options.labels.empty() && paths.size() > 1) {
    throw core::UsageError("--labels: a label track belongs to one recording; name one file");
  }
  std::string csv = formats::estimates_csv_header();
  std::string jsonl, labels;
  std::size_t windows = 0;
  for (const std::filesystem::path& path : paths) {
    const formats::EstimatesReader file(path);
    const std::vector<Moment> moments = moments_of(file, options);
    windows += moments.size();
    for (const Moment& moment : moments) {
      const bool oriented = file.header().oriented;
      if (!options.csv.empty()) {
        formats::append_window_csv(csv, *moment.session, *moment.window, oriented, *moment.estimate,
                                   moment.tracks);
      }
      if (!options.jsonl.empty()) append_jsonl(jsonl, moment, file.has_tracks(), oriented);
    }
    if (!options.labels.empty()) labels = labels_of(moments, file.has_tracks(), options);
  }
  const bool chosen = !options.session.empty() || !options.window.empty();
  if (windows == 0 && chosen) {
    throw core::UsageError("no window of that --session and --window is in the estimates");
  }
  write(options.csv, csv);
  write(options.jsonl, jsonl);
  write(options.labels, labels);
}

}  // namespace commands
