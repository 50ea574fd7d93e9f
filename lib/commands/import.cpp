#include "commands/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "array/known_array.h"
#include "commands/import_heading.h"
#include "commands/import_page.h"
#include "commands/output_plan.h"
#include "core/console.h"
#include "core/errors.h"
#include "core/files.h"
#include "core/json_text.h"
#include "core/progress.h"
#include "features/session_features.h"
#include "formats/session_export.h"
#include "formats/sessions_file.h"
#include "ingest/audio_cutter.h"
#include "ingest/audio_scan.h"
#include "ingest/channel_check.h"
#include "ingest/facts.h"
#include "ingest/folder.h"
#include "ingest/import_report.h"
#include "ingest/intervals.h"
#include "ingest/log_clock.h"
#include "ingest/log_cut.h"
#include "ingest/microphones.h"
#include "ingest/orientation_log.h"
#include "ingest/source_changes.h"
#include "session/session.h"

namespace commands {
namespace {

namespace fs = std::filesystem;

/// Sound that is held in memory at once, s.
constexpr double kBlockS = 60.0;

/// One recording with the files that belong to it.
struct Job {
  ingest::Options options;
  std::string id;  ///< Name of a recording of a folder; empty for a single recording.
  fs::path truth;  ///< Empty: there is no truth.
};

/// The recordings of a folder as csl-simulate --wav writes it, or the one recording.
std::vector<Job> list_jobs(const ingest::Options& options) {
  const fs::path& folder = options.audio.name();
  if (!fs::is_directory(folder)) return {{options, "", {}}};
  std::vector<Job> jobs;
  for (ingest::FolderRecording& recording : ingest::list_recordings(folder, options.log)) {
    Job job{options, recording.id, {}};
    const fs::path stem = folder / job.id;
    job.options.audio.files = std::move(recording.files);
    job.options.log.pose = recording.pose;
    job.options.log.imu = recording.imu;
    job.truth = ingest::existing_file(stem.string() + ".truth.csv");
    jobs.push_back(std::move(job));
  }
  return jobs;
}

/// A recording whose intervals are known.
struct Prepared {
  ingest::AudioScan scan;
  ingest::OrientationLog log;
  std::vector<ingest::Interval> intervals;
  ingest::RecordingFacts facts;

  const imu::ClockMap& clock() const { return facts.clock.clock; }
};

/// Intervals of the recording before the clock is known.
std::vector<ingest::Interval> first_intervals(const Job& job, const ingest::AudioScan& scan,
                                              const std::string& prefix) {
  auto intervals = ingest::find_intervals(job.options.intervals, scan, prefix);
  if (!job.truth.empty() && job.options.intervals.rule == ingest::IntervalRule::kWhole) {
    intervals.front().sources = ingest::read_truth_file(job.truth);
  }
  return intervals;
}

Prepared prepare(const Job& job, ingest::AudioScan scan,
                 const std::vector<ingest::ChannelFault>& left_out, HeadingCheck* heading,
                 ingest::ImportReport& report) {
  const ingest::Options& options = job.options;
  Prepared p;
  std::vector<std::string> warnings;
  p.scan = std::move(scan);
  p.facts.audio = ingest::judge_audio(p.scan, warnings);
  for (const ingest::ChannelFault& fault : left_out) {
    p.facts.audio.left_out.push_back({fault.channel + 1, fault.reason});
  }
  p.log = ingest::read_orientation_log(options.log);
  p.facts.orientation = p.log.facts;
  warnings.insert(warnings.end(), p.log.warnings.begin(), p.log.warnings.end());
  const bool whole = options.intervals.rule == ingest::IntervalRule::kWhole;
  const std::string prefix = job.id.empty() || whole ? job.id : job.id + "-";
  std::vector<ingest::Interval> intervals = first_intervals(job, p.scan, prefix);
  ingest::ClockResult clock = ingest::find_clock(options, p.log, p.scan, intervals, warnings);
  p.facts.clock = std::move(clock.facts);
  if (options.intervals.rule == ingest::IntervalRule::kChanges) {
    p.facts.changes.emplace();
    intervals =
        ingest::find_changes(options, p.scan, p.log, p.clock(), prefix, *p.facts.changes, warnings);
  }
  // A session needs at least one sample.
  const double min_length_s = std::max(options.intervals.min_length_s, 1.0 / options.rate_hz);
  p.intervals = ingest::covered_intervals(intervals, p.log, p.clock(), p.scan.bad, min_length_s,
                                          p.facts.loss);
  p.facts.intervals = p.intervals.size();
  if (heading != nullptr && !p.intervals.empty()) {
    const imu::ClockMap map = p.clock();
    p.facts.heading = heading->run(options, p.scan, p.intervals, map, p.log);
  }
  if (!job.id.empty()) {
    for (std::string& warning : warnings) warning = job.id + ": " + warning;
  }
  report.add_recording(p.facts, warnings, clock.picture);
  return p;
}

/// Name of a recording in sessions and in files.
std::string name_of(const Job& job) {
  return job.id.empty() ? job.options.audio.name().stem().string() : job.id;
}

void write_sessions(const Job& job, const Prepared& p, formats::SessionsWriter& writer,
                    ingest::ImportReport& report) {
  const double rate_hz = job.options.rate_hz;
  ingest::AudioCutter cutter(p.scan.source, rate_hz);
  for (const ingest::Interval& interval : p.intervals) {
    const auto first = static_cast<std::uint64_t>(std::llround(interval.span.start_s * rate_hz));
    const auto end = static_cast<std::uint64_t>(std::llround(interval.span.end_s * rate_hz));
    // Times count from the first sample, which is up to half a sample from the interval's start.
    const ingest::Span span{static_cast<double>(first) / rate_hz,
                            static_cast<double>(end) / rate_hz};
    session::Info info;
    info.id = interval.id;
    info.duration_s = static_cast<double>(end - first) / rate_hz;
    info.sources = interval.sources;
    info.recording = name_of(job);
    info.recording_start_s = span.start_s;
    imu::Samples imu;
    if (!p.log.imu.time_s.empty()) imu = ingest::cut_imu(p.log.imu, p.clock(), span);
    const std::uint64_t block = static_cast<std::uint64_t>(kBlockS * rate_hz);
    const session::Session session{std::move(info), cutter.cut(first, std::min(end, first + block)),
                                   ingest::cut_track(p.log.tracks[interval.track], p.clock(), span),
                                   std::move(imu)};
    writer.begin(session.info);
    writer.append_samples(session.time_data);
    for (std::uint64_t at = first + block; at < end; at += block) {
      writer.append_samples(cutter.cut(at, std::min(end, at + block)));
    }
    writer.end(session.orientation, session.imu);
    report.add_session(session, p.scan.channel.size(), rate_hz);
  }
}

array::KnownArray read_array(const fs::path& path, std::size_t microphones, double speed_of_sound) {
  if (path.empty()) return {};
  array::KnownArray known = formats::load_array(
      path.string(), {.largest_gap_deg = formats::kAnyGap_deg, .speed_of_sound = speed_of_sound});
  if (known.microphones() != microphones) {
    throw core::InputError(fmt::format("{}: expected {} microphones as in the recording, found {}",
                                       path.string(), microphones, known.microphones()));
  }
  return known;
}

bool is_report_file(const std::string& name) {
  return name == "report.json" || name == "report.html";
}

void write_report(const ingest::ImportReport& report, const ImportOptions& options) {
  core::make_folder(options.report);
  core::write_text_file(options.report / "report.json", core::json_text(report.json(), 2) + "\n");
  core::write_text_file(options.report / "report.html",
                        report::page_html(import_page(report, options.to_json())));
}

bool is_pose_file(const std::string& name) { return name.ends_with(".pose.csv"); }

/// The array's orientation on the recording's clock, as csl-infer --stream --pose reads it.
void write_orientation(const fs::path& folder, const Job& job, const Prepared& p) {
  core::write_text_file(folder / (name_of(job) + ".pose.csv"),
                        formats::pose_csv(ingest::on_recording_clock(p.log, p.clock())));
}

OutputPlan plan_outputs(const ImportOptions& options, const std::vector<Job>& jobs) {
  OutputPlan plan(options.common);
  for (const Job& job : jobs) {
    plan.inputs("--audio", job.options.audio.files)
        .input("--pose", job.options.log.pose)
        .input("--imu", job.options.log.imu)
        .input("--audio", job.truth);
    for (const fs::path& path : job.options.log.imu_beside) plan.input("--imu", path);
  }
  plan.input("--array", options.array)
      .input("--model", options.model)
      .input("--intervals", options.intervals)
      .required_output("--out", options.out)
      .folder("--report", options.report, is_report_file)
      .folder("--pose-out", options.pose_out, is_pose_file);
  return plan;
}

std::vector<ingest::AudioScan> scan_all(const std::vector<Job>& jobs) {
  core::Progress progress("listening", jobs.size(), "recordings");
  std::vector<ingest::AudioScan> scans;
  for (const Job& job : jobs) {
    scans.push_back(ingest::scan_audio(job.options.audio, job.options.mask_not_finite));
    const std::size_t expected = scans.front().channel.size();
    const std::size_t found = scans.back().channel.size();
    if (found != expected) {
      throw core::InputError(fmt::format("{}: expected {} channels as in {}, found {}",
                                         job.options.audio.name().string(), expected,
                                         jobs.front().options.audio.name().string(), found));
    }
    progress.advance();
  }
  return scans;
}

/// Leaves out the channels that are no microphones; with --channels it only warns of them.
/// @return  the channels that were left out
std::vector<ingest::ChannelFault> leave_out_channels(const std::vector<Job>& jobs,
                                                     std::vector<ingest::AudioScan>& scans) {
  const bool stated = !jobs.front().options.audio.channels.empty();
  try {
    const ingest::Microphones found = ingest::find_microphones(scans);
    if (found.left_out.empty()) return {};
    if (!stated) {
      core::log_warning("left out: {}; --channels overrules", ingest::list_faults(found.left_out));
      for (ingest::AudioScan& scan : scans) {
        ingest::AudioSource source = scan.source;
        source.channels = found.channels;
        scan = ingest::scan_audio(source, jobs.front().options.mask_not_finite);
      }
      return found.left_out;
    }
    core::log_warning("used because --channels names them: {}",
                      ingest::list_faults(found.left_out));
  } catch (const core::InputError& error) {
    if (!stated) throw;
    core::log_warning("{}; used because --channels names them", error.what());
  }
  return {};
}

/// Prepares all recordings before the first session is written, since the provenance, which the
/// file begins with, states what was found in them.
std::vector<Prepared> prepare_all(const std::vector<Job>& jobs, HeadingCheck* heading,
                                  ingest::ImportReport& report) {
  std::vector<ingest::AudioScan> scans = scan_all(jobs);
  const std::vector<ingest::ChannelFault> left_out = leave_out_channels(jobs, scans);
  core::Progress progress("reading", jobs.size(), "recordings");
  std::vector<Prepared> prepared;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    prepared.push_back(prepare(jobs[i], std::move(scans[i]), left_out, heading, report));
    progress.advance();
  }
  if (std::all_of(prepared.begin(), prepared.end(),
                  [](const Prepared& p) { return p.intervals.empty(); })) {
    throw core::InputError(fmt::format(
        "{}: no interval of at least {} s with sound and orientation was found; see --intervals, "
        "--min-interval, --time-offset",
        jobs.front().options.audio.name().string(), jobs.front().options.intervals.min_length_s));
  }
  return prepared;
}

}  // namespace

ingest::ImportReport import_recordings(const ImportOptions& options) {
  const ingest::Options ingest_options = to_ingest_options(options);
  const std::vector<Job> jobs = list_jobs(ingest_options);
  plan_outputs(options, jobs).check();
  ingest::ImportReport report;
  std::optional<HeadingCheck> heading =
      open_heading_check(options, features::default_settings(options.rate_hz));
  const std::vector<Prepared> prepared = prepare_all(jobs, heading ? &*heading : nullptr, report);
  const std::size_t microphones = prepared.front().scan.channel.size();
  nlohmann::json resolved = options.to_json();
  for (const Prepared& p : prepared) resolved["found"].push_back(to_json(p.facts));
  formats::SessionsWriter writer(
      options.out, core::make_provenance("csl-import", resolved, options.common.seed), microphones,
      options.rate_hz,
      read_array(options.array, microphones, options.sound_speed.speed_of_sound()));
  std::size_t sessions = 0;
  {
    core::Progress progress("importing", jobs.size(), "recordings");
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      write_sessions(jobs[i], prepared[i], writer, report);
      sessions += prepared[i].intervals.size();
      progress.advance();
    }
  }
  writer.commit();
  report.conclude(options.noise_margin_db);
  if (!options.pose_out.empty()) {
    core::make_folder(options.pose_out);
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      write_orientation(options.pose_out, jobs[i], prepared[i]);
    }
  }
  if (!options.report.empty()) write_report(report, options);
  for (const std::string& warning : report.warnings()) core::log_warning("{}", warning);
  report_output(options.out, fmt::format("{} sessions, {} microphones", sessions, microphones));
  return report;
}

void import_and_print(const ImportOptions& options) {
  core::write_stdout(core::printable(import_recordings(options).text(), /*keep_lines=*/true));
}

}  // namespace commands
