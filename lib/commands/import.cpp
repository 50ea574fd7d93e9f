#include "commands/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "array/known_array.h"
#include "commands/output_plan.h"
#include "core/errors.h"
#include "core/files.h"
#include "core/progress.h"
#include "formats/sessions_file.h"
#include "ingest/audio_scan.h"
#include "ingest/import_report.h"
#include "ingest/intervals.h"
#include "ingest/log_clock.h"
#include "ingest/orientation_log.h"
#include "ingest/source_changes.h"
#include "session/session.h"

namespace commands {
namespace {

namespace fs = std::filesystem;

bool one_of(const std::string& value, std::initializer_list<const char*> choices) {
  return std::find(choices.begin(), choices.end(), value) != choices.end();
}

void check_numbers(const ImportOptions& o) {
  core::require(o.segment_s > 0.0 && o.segment_s <= 3600.0,
                "--segment: expected above 0 to 3600 s");
  core::require(o.min_interval_s > 0.0 && o.min_interval_s <= o.segment_s,
                "--min-interval: expected above 0 and at most --segment");
  core::require(o.silence_s >= 0.02 && o.silence_s <= 60.0, "--silence: expected 0.02 to 60 s");
  core::require(o.max_gap_s >= 0.0 && o.max_gap_s <= 10.0, "--max-gap: expected 0 to 10 s");
  core::require(o.max_offset_s > 0.0 && o.max_offset_s <= 600.0,
                "--max-offset: expected above 0 to 600 s");
  core::require(std::abs(o.time_drift_ppm) <= 1e4, "--time-drift: expected -10000 to 10000 ppm");
  core::require(o.rate_hz >= 8000.0 && o.rate_hz <= 192000.0, "--rate: expected 8000 to 192000 Hz");
  const double norm = o.mounting.size() == 4 ? Eigen::Vector4d(o.mounting.data()).norm() : 0.0;
  core::require(std::abs(norm - 1.0) < 0.01, "--mounting: expected a unit quaternion w,x,y,z");
}

void check_options(const ImportOptions& o) {
  core::require(!o.audio.empty(), "--audio: name the recording");
  core::require(!o.out.empty(), "--out: name the file to write");
  core::require(fs::is_directory(o.audio) || !o.pose.empty() || !o.imu.empty(),
                "give --pose (orientations) or --imu (inertial samples)");
  core::require(o.quat_order.empty() || one_of(o.quat_order, {"wxyz", "xyzw"}),
                "--quat-order: expected wxyz or xyzw, found \"" + o.quat_order + "\"");
  std::string axes = o.euler_order;
  std::sort(axes.begin(), axes.end());
  core::require(
      axes.empty() || axes == "xyz",
      "--euler-order: expected x, y and z in some order, found \"" + o.euler_order + "\"");
  core::require(o.angle_unit.empty() || one_of(o.angle_unit, {"deg", "rad"}),
                "--angle-unit: expected deg or rad, found \"" + o.angle_unit + "\"");
  core::require(o.time_unit.empty() || one_of(o.time_unit, {"s", "ms", "us", "ns"}),
                "--time-unit: expected s, ms, us or ns, found \"" + o.time_unit + "\"");
  core::require(one_of(o.gyro_unit, {"rad/s", "deg/s"}),
                "--gyro-unit: expected rad/s or deg/s, found \"" + o.gyro_unit + "\"");
  core::require(one_of(o.acc_unit, {"m/s2", "g"}),
                "--acc-unit: expected m/s2 or g, found \"" + o.acc_unit + "\"");
  core::require(one_of(o.filter, {"vqf", "vqf-live"}),
                "--filter: expected vqf or vqf-live, found \"" + o.filter + "\"");
  core::require(one_of(o.on_nan, {"error", "mask"}),
                "--on-nan: expected error or mask, found \"" + o.on_nan + "\"");
  ingest::stated_offset(o.time_offset);  // throws unless it is a number or one of the words
  core::require(o.model.empty() || o.time_offset == "auto" || o.intervals == "changes",
                "--model: only --time-offset auto and --intervals changes listen with a model");
  check_numbers(o);
}

/// One recording with the files that belong to it.
struct Job {
  ImportOptions options;
  std::string id;  ///< put before interval numbers; in a folder the recording's name
  fs::path truth;  ///< empty: none
};

fs::path existing(const fs::path& path) { return fs::is_regular_file(path) ? path : fs::path(); }

/// Recordings of a folder as csl-simulate --wav writes it, or the one that was named.
std::vector<Job> list_jobs(const ImportOptions& options) {
  if (!fs::is_directory(options.audio)) return {{options, "", {}}};
  std::vector<Job> jobs;
  for (const auto& entry : fs::directory_iterator(options.audio)) {
    if (entry.path().extension() != ".wav") continue;
    Job job{options, entry.path().stem().string(), {}};
    const fs::path stem = options.audio / job.id;
    job.options.audio = entry.path();
    job.options.pose = existing(stem.string() + ".pose.csv");
    job.options.imu = existing(stem.string() + ".imu.csv");
    job.truth = existing(stem.string() + ".truth.csv");
    if (job.options.pose.empty() && job.options.imu.empty()) {
      throw core::InputError(fmt::format("{}: expected {}.pose.csv or {}.imu.csv beside it",
                                         entry.path().string(), job.id, job.id));
    }
    jobs.push_back(std::move(job));
  }
  if (jobs.empty()) throw core::InputError(options.audio.string() + ": holds no .wav files");
  std::sort(jobs.begin(), jobs.end(), [](const Job& a, const Job& b) { return a.id < b.id; });
  return jobs;
}

/// Indices of the samples that a stretch of log time needs: from the last at or before its start to
/// the first at or behind its end.
std::pair<std::size_t, std::size_t> needed(std::span<const double> time_s, double start_s,
                                           double end_s) {
  auto first = std::upper_bound(time_s.begin(), time_s.end(), start_s);
  if (first != time_s.begin()) --first;
  auto last = std::lower_bound(first, time_s.end(), end_s);
  if (last != time_s.end()) ++last;
  return {static_cast<std::size_t>(first - time_s.begin()),
          static_cast<std::size_t>(last - time_s.begin())};
}

so3::Track cut_track(const ingest::OrientationLog& log, const imu::ClockMap& clock,
                     const ingest::Span& span) {
  const double middle_s = clock.to_log(0.5 * (span.start_s + span.end_s));
  const so3::Track& stretch = *log.stretch_at(middle_s);
  const auto [first, last] =
      needed(stretch.time_s(), clock.to_log(span.start_s), clock.to_log(span.end_s));
  std::vector<double> time_s;
  for (std::size_t i = first; i < last; ++i) {
    time_s.push_back(clock.to_recording(stretch.time_s()[i]) - span.start_s);
  }
  const auto q = stretch.quaternion().subspan(first, last - first);
  return {std::move(time_s), {q.begin(), q.end()}};
}

imu::Samples cut_imu(const ingest::OrientationLog& log, const imu::ClockMap& clock,
                     const ingest::Span& span) {
  imu::Samples part;
  const auto [first, last] =
      needed(log.imu.time_s, clock.to_log(span.start_s), clock.to_log(span.end_s));
  for (std::size_t i = first; i < last; ++i) {
    part.time_s.push_back(clock.to_recording(log.imu.time_s[i]) - span.start_s);
    part.gyroscope_rad_s.push_back(log.imu.gyroscope_rad_s[i]);
    part.accelerometer_m_s2.push_back(log.imu.accelerometer_m_s2[i]);
    part.magnetometer_uT.push_back(log.imu.magnetometer_uT[i]);
  }
  return part;
}

/// A recording that is understood and ready to be cut.
struct Prepared {
  ingest::AudioScan scan;
  ingest::OrientationLog log;
  imu::ClockMap clock;
  std::vector<ingest::Interval> intervals;
  nlohmann::json facts = nlohmann::json::object();
};

Prepared prepare(const Job& job, ingest::ImportReport& report) {
  Prepared p;
  std::vector<std::string> warnings;
  p.scan = ingest::scan_audio(job.options.audio, job.options.on_nan == "mask");
  ingest::judge_audio(p.scan, p.facts["audio"], warnings);
  p.log = ingest::read_orientation_log(job.options);
  warnings.insert(warnings.end(), p.log.warnings.begin(), p.log.warnings.end());
  const std::string prefix =
      job.id.empty() || job.options.intervals == "whole" ? job.id : job.id + "-";
  std::vector<ingest::Interval> intervals = ingest::find_intervals(job.options, p.scan, prefix);
  if (!job.truth.empty() && job.options.intervals == "whole") {
    intervals.front().sources = ingest::read_truth_file(job.truth);
  }
  const ingest::ClockResult clock =
      ingest::find_clock(job.options, p.log, p.scan, intervals, warnings);
  p.clock = clock.clock;
  if (job.options.intervals == "changes") {
    intervals = ingest::find_changes(job.options, p.scan, p.log, p.clock, prefix,
                                     p.facts["changes"], warnings);
  }
  ingest::CoverageLoss loss;
  p.intervals = ingest::covered_parts(intervals, p.log, p.clock, p.scan.bad,
                                      job.options.min_interval_s, loss);
  p.facts["orientation"] = p.log.facts;
  p.facts["clock"] = clock.facts;
  p.facts["without_orientation_s"] = loss.without_orientation_s;
  p.facts["masked_s"] = loss.masked_s;
  p.facts["too_short"] = loss.too_short;
  p.facts["intervals"] = p.intervals.size();
  report.add_recording(p.facts, warnings);
  if (!clock.picture.empty()) {
    report.add_picture(job.id.empty() ? "alignment.svg" : "alignment-" + job.id + ".svg",
                       clock.picture);
  }
  return p;
}

void write_sessions(const Job& job, const Prepared& p, formats::SessionsWriter& writer,
                    ingest::ImportReport& report) {
  const double rate_hz = job.options.rate_hz;
  ingest::AudioCutter cutter(job.options.audio, rate_hz);
  for (const ingest::Interval& interval : p.intervals) {
    const auto first = static_cast<std::uint64_t>(std::llround(interval.span.start_s * rate_hz));
    const auto end = static_cast<std::uint64_t>(std::llround(interval.span.end_s * rate_hz));
    // Times count from the first sample, which lies up to half a sample off the interval's start.
    const ingest::Span span{static_cast<double>(first) / rate_hz,
                            static_cast<double>(end) / rate_hz};
    session::Info info;
    info.id = interval.id;
    info.duration_s = static_cast<double>(end - first) / rate_hz;
    info.sources = interval.sources;
    imu::Samples imu;
    if (!p.log.imu.time_s.empty()) imu = cut_imu(p.log, p.clock, span);
    const session::Session session{std::move(info), cutter.cut(first, end - first),
                                   cut_track(p.log, p.clock, span), std::move(imu)};
    writer.append(session);
    report.add_session(session, p.scan.channel.size(), rate_hz);
  }
}

array::KnownArray read_array(const ImportOptions& options, std::size_t microphones) {
  if (options.array.empty()) return {};
  array::KnownArray known = formats::load_array(options.array.string());
  if (known.microphones() != microphones) {
    throw core::InputError(fmt::format("{}: expected {} microphones as in the recording, found {}",
                                       options.array.string(), microphones, known.microphones()));
  }
  return known;
}

/// True for the files that ingest::ImportReport::write() writes.
bool is_report_file(const std::string& name) {
  return name == "report.json" || name == "coverage.svg" ||
         (name.starts_with("alignment") && name.ends_with(".svg"));
}

OutputPlan plan_outputs(const ImportOptions& options, const std::vector<Job>& jobs) {
  OutputPlan plan(options.common);
  for (const Job& job : jobs) {
    plan.input("--audio", job.options.audio)
        .input("--pose", job.options.pose)
        .input("--imu", job.options.imu)
        .input("--audio", job.truth);
  }
  plan.input("--array", options.array)
      .input("--model", options.model)
      .input("--intervals", options.intervals)
      .output("--out", options.out)
      .folder("--report", options.report, is_report_file);
  return plan;
}

/// All recordings are understood before the first session is written, so that provenance can say
/// how.
std::vector<Prepared> prepare_all(const std::vector<Job>& jobs, ingest::ImportReport& report) {
  core::Progress progress("reading", jobs.size(), "recordings");
  std::vector<Prepared> prepared;
  for (const Job& job : jobs) {
    prepared.push_back(prepare(job, report));
    const std::size_t expected = prepared.front().scan.channel.size();
    const std::size_t found = prepared.back().scan.channel.size();
    if (found != expected) {
      throw core::InputError(fmt::format("{}: expected {} channels as in {}, found {}",
                                         job.options.audio.string(), expected,
                                         jobs.front().options.audio.string(), found));
    }
    progress.advance();
  }
  if (std::all_of(prepared.begin(), prepared.end(),
                  [](const Prepared& p) { return p.intervals.empty(); })) {
    throw core::InputError(fmt::format(
        "{}: no interval of at least {} s with sound and orientation was found; see --intervals, "
        "--min-interval, --time-offset",
        jobs.front().options.audio.string(), jobs.front().options.min_interval_s));
  }
  return prepared;
}

}  // namespace

void import_recordings(const ImportOptions& options) {
  check_options(options);
  const std::vector<Job> jobs = list_jobs(options);
  plan_outputs(options, jobs).check();
  ingest::ImportReport report;
  const std::vector<Prepared> prepared = prepare_all(jobs, report);
  const std::size_t microphones = prepared.front().scan.channel.size();
  nlohmann::json resolved = options.to_json();
  for (const Prepared& p : prepared) resolved["found"].push_back(p.facts);
  formats::SessionsWriter writer(options.out,
                                 core::make_provenance("csl-import", resolved, options.common.seed),
                                 microphones, options.rate_hz, read_array(options, microphones));
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
  report.conclude();
  if (!options.report.empty()) report.write(options.report);
  for (const std::string& warning : report.warnings()) core::log_warning("{}", warning);
  core::write_stdout(report.text());
  report_output(options.out, fmt::format("{} sessions, {} microphones", sessions, microphones));
}

}  // namespace commands
