#include "formats/track_table.h"

#include <fmt/format.h>

#include <cmath>

#include "formats/columns.h"
#include "session/track.h"

namespace formats {
namespace {

constexpr const char* kSession = "/track/session";
constexpr const char* kId = "/track/id";
constexpr const char* kTime = "/track/time_s";
constexpr const char* kWorld = "/track/direction_world";
constexpr const char* kSensor = "/track/direction_sensor";
constexpr const char* kSigma = "/track/sigma_deg";
constexpr const char* kExistence = "/track/existence";
constexpr const char* kMeasured = "/track/measured";

void check(const io::Hdf5Reader& file, const std::vector<session::TrackPoint>& rows, std::size_t i,
           std::size_t sessions) {
  const session::TrackPoint& row = rows[i];
  const auto unit = [](const Eigen::Vector3d& v) { return std::abs(v.norm() - 1.0) < 1e-6; };
  if (!unit(row.direction_world) || !unit(row.direction_sensor)) {
    file.fail(kWorld, fmt::format("row {} is not a unit vector", i));
  }
  const bool valid = row.session < sessions && row.id > 0 && std::isfinite(row.time_s) &&
                     row.sigma_deg >= 0.0 && row.existence >= 0.0 && row.existence <= 1.0;
  if (!valid) file.fail("/track", fmt::format("row {}: a value is out of its range", i));
  if (i == 0) return;
  const session::TrackPoint& last = rows[i - 1];
  const bool later =
      row.session > last.session ||
      (row.session == last.session &&
       (row.time_s > last.time_s || (row.time_s == last.time_s && row.id > last.id)));
  if (!later)
    file.fail("/track", fmt::format("row {}: rows must rise by session, time, number", i));
}

}  // namespace

void declare_tracks(io::Hdf5Writer& writer) {
  writer.append<std::uint32_t>(kSession, {});
  writer.append<std::uint32_t>(kId, {});
  writer.append<double>(kTime, {});
  writer.append_rows<double>(kWorld, {}, 3);
  writer.append_rows<double>(kSensor, {}, 3);
  writer.append<double>(kSigma, {});
  writer.append<double>(kExistence, {});
  writer.append<std::uint8_t>(kMeasured, {});
}

void append_tracks(io::Hdf5Writer& writer, std::uint32_t session,
                   const std::vector<session::TrackPoint>& rows) {
  for (const session::TrackPoint& row : rows) {
    writer.append_value(kSession, session);
    writer.append_value(kId, row.id);
    writer.append_value(kTime, row.time_s);
    append_vector(writer, kWorld, row.direction_world);
    append_vector(writer, kSensor, row.direction_sensor);
    writer.append_value(kSigma, row.sigma_deg);
    writer.append_value(kExistence, row.existence);
    writer.append_value<std::uint8_t>(kMeasured, row.measured ? 1 : 0);
  }
}

bool has_tracks(const io::Hdf5Reader& file) { return file.has(kId); }

std::vector<session::TrackPoint> read_tracks(const io::Hdf5Reader& file, std::size_t sessions) {
  const std::size_t count = file.rows(kId);
  const auto session = read_column<std::uint32_t>(file, kSession, count);
  const auto id = read_column<std::uint32_t>(file, kId, count);
  const auto time = read_column<double>(file, kTime, count);
  const auto world = read_column<double>(file, kWorld, count, 3);
  const auto sensor = read_column<double>(file, kSensor, count, 3);
  const auto sigma = read_column<double>(file, kSigma, count);
  const auto existence = read_column<double>(file, kExistence, count);
  const auto measured = read_column<std::uint8_t>(file, kMeasured, count);
  std::vector<session::TrackPoint> rows(count);
  for (std::size_t i = 0; i < count; ++i) {
    rows[i] = {session[i],           id[i],    time[i],      vector_at(world, i),
               vector_at(sensor, i), sigma[i], existence[i], measured[i] != 0};
    check(file, rows, i, sessions);
  }
  return rows;
}

}  // namespace formats
