#include "formats/session_table.h"

#include <fmt/format.h>

#include <cmath>

#include "core/index_range.h"
#include "formats/columns.h"
#include "session/session.h"
#include "so3/rotation.h"

namespace formats {
namespace {

constexpr const char* kActivity = "/source/activity_db";

/// Angular velocities of the sources. Files of versions without moving sources have none.
std::vector<double> read_angular_velocity(const io::Hdf5Reader& file, std::size_t rows) {
  const char* dataset = "/source/angular_velocity_world";
  if (!file.has(dataset)) return std::vector<double>(3 * rows, 0.0);
  std::vector<double> velocity = read_column<double>(file, dataset, rows, 3);
  for (const double value : velocity) {
    if (!std::isfinite(value)) file.fail(dataset, "expected finite numbers");
  }
  return velocity;
}

/// Activities of the sources; files from before the activity was kept have none.
std::vector<std::vector<float>> read_activities(const io::Hdf5Reader& file, std::size_t sources) {
  std::vector<std::vector<float>> activities(sources);
  if (!file.has(kActivity)) return activities;
  if (file.shape(kActivity).size() != 1) file.fail(kActivity, "expected one value a step");
  const double step_s = file.number_attribute(kActivity, "step_s");
  if (!(std::abs(step_s - session::kActivityStepS) < 1e-9)) {
    file.fail(kActivity,
              fmt::format("expected steps of {} s, found {} s", session::kActivityStepS, step_s));
  }
  const std::vector<core::IndexRange> ranges = read_ranges(
      file, "/source/first_activity", "/source/activities", sources, file.rows(kActivity));
  const auto values = file.read<float>(kActivity);
  for (const float value : values) {
    if (!std::isfinite(value)) file.fail(kActivity, "expected finite numbers");
  }
  for (std::size_t i = 0; i < sources; ++i) {
    const auto first = values.begin() + static_cast<std::ptrdiff_t>(ranges[i].first);
    activities[i].assign(first, values.begin() + static_cast<std::ptrdiff_t>(ranges[i].end));
  }
  return activities;
}

/// A known activity covers the whole session. @throws core::InputError otherwise
void check_activities(const io::Hdf5Reader& file, const session::Info& info) {
  const std::size_t expected = session::activity_steps(info.duration_s);
  for (const session::SourceTruth& source : info.sources) {
    const std::size_t found = source.activity_db.size();
    if (found == 0 || found == expected) continue;
    file.fail("/source/activities",
              fmt::format("session {}: expected 0 or {} values for {} s, found {}", info.id,
                          expected, info.duration_s, found));
  }
}

std::vector<session::SourceTruth> read_sources(const io::Hdf5Reader& file) {
  const std::size_t rows = file.rows("/source/start_s");
  const auto number = read_column<std::uint32_t>(file, "/source/number", rows);
  const auto direction = read_column<double>(file, "/source/direction_world", rows, 3);
  const auto start = read_column<double>(file, "/source/start_s", rows);
  const auto end = read_column<double>(file, "/source/end_s", rows);
  const std::vector<double> velocity = read_angular_velocity(file, rows);
  const std::vector<std::string> speech = file.read_strings("/source/speech_file");
  if (speech.size() != rows) file.fail("/source/speech_file", "expected one name a source");
  std::vector<std::vector<float>> activities = read_activities(file, rows);
  std::vector<session::SourceTruth> sources(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    sources[i] = {number[i],
                  vector_at(direction, i),
                  start[i],
                  end[i],
                  speech[i],
                  vector_at(velocity, i),
                  std::move(activities[i])};
    if (!(std::abs(sources[i].direction_world.norm() - 1.0) < 1e-6)) {
      file.fail("/source/direction_world", fmt::format("row {} is not a unit vector", i));
    }
  }
  return sources;
}

/// The recordings that the sessions were cut from. Files from before they were kept have none.
struct Recordings {
  std::vector<std::string> name;  ///< [sessions]
  std::vector<double> start_s;    ///< [sessions]
};

Recordings read_recordings(const io::Hdf5Reader& file, std::size_t sessions) {
  const char* dataset = "/session/recording";
  if (!file.has(dataset)) {
    return {std::vector<std::string>(sessions), std::vector<double>(sessions, session::kUnknown)};
  }
  Recordings recordings{file.read_strings(dataset),
                        read_column<double>(file, "/session/recording_start_s", sessions)};
  if (recordings.name.size() != sessions) file.fail(dataset, "expected one name a session");
  return recordings;
}

}  // namespace

SessionTableWriter::SessionTableWriter(io::Hdf5Writer& writer) : writer_(writer) {
  // Every column exists, also in a file without sessions or sources, so that readers need no
  // special case.
  writer_.declare_strings("/session/id");
  writer_.append<double>("/session/duration_s", {});
  writer_.append<double>("/session/t60_s", {});
  writer_.append_rows<double>("/session/room_m", {}, 3);
  writer_.append<double>("/session/snr_db", {});
  writer_.declare_strings("/session/recording");
  writer_.append<double>("/session/recording_start_s", {});
  writer_.append<std::uint64_t>("/session/first_source", {});
  writer_.append<std::uint64_t>("/session/sources", {});
  writer_.append<std::uint32_t>("/source/number", {});
  writer_.append_rows<double>("/source/direction_world", {}, 3);
  writer_.append_rows<double>("/source/angular_velocity_world", {}, 3);
  writer_.append<double>("/source/start_s", {});
  writer_.append<double>("/source/end_s", {});
  writer_.declare_strings("/source/speech_file");
  writer_.append<std::uint64_t>("/source/first_activity", {});
  writer_.append<std::uint64_t>("/source/activities", {});
  writer_.append<float>(kActivity, {});
  writer_.attribute(kActivity, "step_s", session::kActivityStepS);
  writer_.attribute("/source/direction_world", "frame", "world: ENU (x east, y north, z up)");
}

void SessionTableWriter::append(const session::Info& info) {
  writer_.append_string("/session/id", info.id);
  writer_.append_value("/session/duration_s", info.duration_s);
  writer_.append_value("/session/t60_s", info.t60_s);
  append_vector(writer_, "/session/room_m", info.room_m);
  writer_.append_value("/session/snr_db", info.snr_db);
  writer_.append_string("/session/recording", info.recording);
  writer_.append_value("/session/recording_start_s", info.recording_start_s);
  writer_.append_value<std::uint64_t>("/session/first_source", sources_);
  writer_.append_value<std::uint64_t>("/session/sources", info.sources.size());
  for (const session::SourceTruth& source : info.sources) {
    writer_.append_value("/source/number", static_cast<std::uint32_t>(source.source));
    append_vector(writer_, "/source/direction_world", source.direction_world);
    append_vector(writer_, "/source/angular_velocity_world", source.angular_velocity_world);
    writer_.append_value("/source/start_s", source.start_s);
    writer_.append_value("/source/end_s", source.end_s);
    writer_.append_string("/source/speech_file", source.speech_file);
    writer_.append_value<std::uint64_t>("/source/first_activity", activities_);
    writer_.append_value<std::uint64_t>("/source/activities", source.activity_db.size());
    writer_.append<float>(kActivity, source.activity_db);
    activities_ += source.activity_db.size();
  }
  sources_ += info.sources.size();
}

std::vector<core::IndexRange> read_ranges(const io::Hdf5Reader& file, const std::string& first,
                                          const std::string& count, std::size_t sessions,
                                          std::size_t rows) {
  const auto firsts = read_column<std::uint64_t>(file, first, sessions);
  const auto counts = read_column<std::uint64_t>(file, count, sessions);
  std::vector<core::IndexRange> ranges(sessions);
  std::size_t next = 0;
  for (std::size_t i = 0; i < sessions; ++i) {
    if (firsts[i] != next || counts[i] > rows - next) {
      file.fail(first, fmt::format("row {}: expected {} with at most {} rows, found {} with {}", i,
                                   next, rows - next, firsts[i], counts[i]));
    }
    next += counts[i];
    ranges[i] = {firsts[i], next};
  }
  if (next != rows) {
    file.fail(count, fmt::format("expected rows that add up to {}, found {}", rows, next));
  }
  return ranges;
}

std::vector<session::Info> read_session_table(const io::Hdf5Reader& file) {
  const std::vector<std::string> ids = file.read_strings("/session/id");
  const std::size_t rows = ids.size();
  const auto duration = read_column<double>(file, "/session/duration_s", rows);
  const auto t60 = read_column<double>(file, "/session/t60_s", rows);
  const auto room = read_column<double>(file, "/session/room_m", rows, 3);
  const auto snr = read_column<double>(file, "/session/snr_db", rows);
  const Recordings recordings = read_recordings(file, rows);
  const std::vector<session::SourceTruth> sources = read_sources(file);
  const std::vector<core::IndexRange> ranges =
      read_ranges(file, "/session/first_source", "/session/sources", rows, sources.size());
  std::vector<session::Info> sessions(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    const auto first = sources.begin() + static_cast<std::ptrdiff_t>(ranges[i].first);
    const auto end = sources.begin() + static_cast<std::ptrdiff_t>(ranges[i].end);
    sessions[i] = {ids[i],
                   duration[i],
                   t60[i],
                   vector_at(room, i),
                   snr[i],
                   {first, end},
                   recordings.name[i],
                   recordings.start_s[i]};
    check_activities(file, sessions[i]);
  }
  return sessions;
}

}  // namespace formats
