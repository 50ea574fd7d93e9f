#include "commands/import_snapshots.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "commands/import_heading.h"
#include "commands/output_plan.h"
#include "core/console.h"
#include "core/errors.h"
#include "core/files.h"
#include "core/log.h"
#include "core/parse.h"
#include "formats/features_file.h"
#include "formats/session_export.h"
#include "ingest/import_lines.h"
#include "ingest/orientation_log.h"
#include "ingest/snapshot_table.h"

namespace commands {
namespace {

/// Consecutive snapshots of one session.
struct Stretch {
  std::size_t first = 0;
  std::size_t end = 0;
};

void check_options(const ImportOptions& options) {
  core::require(options.audio.empty(), "--audio, --snapshots: give one of them");
  core::require(options.channels.empty() && !options.salvage,
                "--channels, --salvage: need --audio: a table has its microphones in columns");
  core::require(
      options.intervals == "whole" || options.intervals == "segments",
      fmt::format("--intervals: with --snapshots expected whole or segments (of --segment "
                  "seconds), found \"{}\"",
                  options.intervals));
  core::require(core::parse_number(options.time_offset).has_value(),
                fmt::format("--time-offset: with --snapshots expected seconds, found \"{}\"",
                            options.time_offset));
  core::require(options.report.empty(), "--report: needs --audio");
  heading_rule(options);
}

/// Stretches whose snapshots all have an orientation of the same part of the log.
std::vector<Stretch> covered(const session::Features& all, const ingest::OrientationLog& log,
                             const imu::ClockMap& clock, double longest_s) {
  std::vector<Stretch> stretches;
  const so3::Track* last = nullptr;
  for (std::size_t f = 0; f < all.frames(); ++f) {
    const double time_s = all.frame_time_s[f];
    const so3::Track* track = log.track_at(clock.to_log(time_s));
    const bool same = track != nullptr && track == last;
    if (same && time_s - all.frame_time_s[stretches.back().first] < longest_s) {
      stretches.back().end = f + 1;
    } else if (track != nullptr) {
      stretches.push_back({f, f + 1});
    }
    last = track;
  }
  std::erase_if(stretches, [](const Stretch& s) { return s.end - s.first < 2; });
  return stretches;
}

session::Features cut(const session::Features& all, const Stretch& stretch,
                      const ingest::OrientationLog& log, const imu::ClockMap& clock) {
  std::vector<Eigen::Quaterniond> q;
  for (std::size_t f = stretch.first; f < stretch.end; ++f) {
    const double log_s = clock.to_log(all.frame_time_s[f]);
    q.push_back(log.track_at(log_s)->at(log_s));
  }
  return ingest::cut_snapshots(all, stretch.first, stretch.end, q);
}

void write_orientation(const ImportOptions& options, const ingest::OrientationLog& log,
                       const imu::ClockMap& clock) {
  core::make_folder(options.pose_out);
  core::write_text_file(options.pose_out / (options.snapshots.stem().string() + ".pose.csv"),
                        formats::pose_csv(ingest::on_recording_clock(log, clock)));
}

}  // namespace

void import_snapshots(const ImportOptions& given) {
  ImportOptions options = given;
  if (options.intervals == ImportOptions().intervals) options.intervals = "whole";
  check_options(options);
  const ingest::LogOptions log_options = to_checked_log_options(options);
  OutputPlan plan(options.common);
  plan.input("--snapshots", options.snapshots)
      .input("--pose", options.pose)
      .input("--imu", options.imu)
      .inputs("--imu", options.imu_beside)
      .input("--array", options.array)
      .input("--model", options.model)
      .required_output("--out", options.out)
      .folder("--pose-out", options.pose_out,
              [](const std::string& name) { return name.ends_with(".pose.csv"); });
  plan.check();
  const ingest::Snapshots snapshots = ingest::read_snapshots(options.snapshots, options.rate_hz);
  ingest::OrientationLog log = ingest::read_orientation_log(log_options);
  ingest::RecordingFacts facts;
  facts.orientation = log.facts;
  facts.clock.method = "as the files say";
  facts.clock.clock = {*core::parse_number(options.time_offset), options.time_drift_ppm * 1e-6};
  const imu::ClockMap clock = facts.clock.clock;
  const double longest_s =
      options.intervals == "segments" ? options.segment_s : std::numeric_limits<double>::infinity();
  const std::vector<Stretch> stretches = covered(snapshots.features, log, clock, longest_s);
  if (stretches.empty()) {
    throw core::InputError(fmt::format(
        "{}: no two snapshots have an orientation: they last from {:.3f} to {:.3f} s, the log from "
        "{:.3f} to {:.3f} s; see --time-offset",
        options.snapshots.string(), snapshots.features.frame_time_s.front(),
        snapshots.features.frame_time_s.back(), clock.to_recording(log.first_s()),
        clock.to_recording(log.last_s())));
  }
  std::optional<HeadingCheck> heading = open_heading_check(options, snapshots.settings);
  if (heading) {
    heading->require_fits(options.snapshots.string(), snapshots.microphones, options.rate_hz);
    for (const Stretch& stretch : stretches) {
      heading->add(cut(snapshots.features, stretch, log, clock),
                   snapshots.features.frame_time_s[stretch.first], std::nullopt);
    }
    facts.heading = heading->finish(options.snapshots.string(), clock, log);
  }
  facts.intervals = stretches.size();
  nlohmann::json resolved = options.to_json();
  resolved["found"].push_back(ingest::to_json(facts));
  formats::FeaturesWriter writer(options.out,
                                 core::make_provenance("csl-import", resolved, options.common.seed),
                                 snapshots.microphones, snapshots.settings);
  std::size_t number = 0;
  for (const Stretch& stretch : stretches) {
    session::Features part = cut(snapshots.features, stretch, log, clock);
    part.info.id = fmt::format("{:06}", number++);
    part.info.recording = options.snapshots.stem().string();
    part.info.recording_start_s = snapshots.features.frame_time_s[stretch.first];
    part.info.duration_s = part.frame_time_s.back() + snapshots.settings.hop_s();
    writer.append(part);
  }
  writer.commit();
  if (!options.pose_out.empty()) write_orientation(options, log, clock);
  for (const std::string& warning : log.warnings) core::log_warning("{}", warning);
  std::string text;
  for (const ingest::ReportLine& line : ingest::log_lines(facts)) {
    text += fmt::format("{:<18}{}\n", line.name, line.text);
  }
  core::write_stdout(core::printable(text, /*keep_lines=*/true));
  report_output(options.out, fmt::format("{} sessions, {} bins, {} microphones", stretches.size(),
                                         writer.bins(), snapshots.microphones));
}

}  // namespace commands
