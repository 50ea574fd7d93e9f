#include <catch2/catch.hpp>
#include <cmath>

#include "core/errors.h"
#include "doa/metrics.h"
#include "formats/estimates_file.h"
#include "localize/tracking.h"
#include "session/estimate.h"
#include "session/track.h"
#include "temporary_folder.h"

namespace {

const core::Provenance kMadeBy = core::make_provenance("csl-test", {{"x", 1}}, 3);

session::Estimate window_at(std::size_t i, const std::vector<Eigen::Vector3d>& directions) {
  session::Estimate estimate;
  estimate.frame = static_cast<std::uint32_t>(i);
  estimate.time_s = 0.1 * static_cast<double>(i);
  estimate.q_world_sensor = Eigen::AngleAxisd(estimate.time_s, Eigen::Vector3d::UnitZ());
  for (const Eigen::Vector3d& direction : directions) {
    session::Peak peak;
    peak.direction_world = direction.normalized();
    peak.direction_sensor = estimate.q_world_sensor.conjugate() * peak.direction_world;
    peak.density = peak.norm_share = 0.5;
    estimate.peaks.push_back(peak);
  }
  if (!directions.empty()) {
    estimate.direction_world = estimate.peaks[0].direction_world;
    estimate.direction_sensor = estimate.peaks[0].direction_sensor;
    estimate.bins = 100;
  }
  return estimate;
}

/// Two sources, the second from step 30 on.
std::vector<session::Estimate> two_sources() {
  std::vector<session::Estimate> windows;
  for (std::size_t i = 0; i < 60; ++i) {
    std::vector<Eigen::Vector3d> directions = {{1, 0.2, 0}};
    if (i >= 30) directions.insert(directions.begin(), Eigen::Vector3d(0, 1, 0.5));
    windows.push_back(window_at(i, directions));
  }
  return windows;
}

}  // namespace

TEST_CASE(
    "the tracks of a session keep their source's number, and their directions fit the "
    "orientation") {
  const auto windows = two_sources();
  const auto rows = localize::track_session(
      windows, localize::tracker_options({0.5}, false, doa::WindowPlace::kCentered));
  std::size_t second = 0;
  for (const session::TrackPoint& row : rows) {
    const Eigen::Vector3d truth =
        row.id == 1 ? Eigen::Vector3d(1, 0.2, 0) : Eigen::Vector3d(0, 1, 0.5);
    REQUIRE(row.id <= 2);
    second += row.id == 2 ? 1 : 0;
    CHECK(doa::angular_error_deg(row.direction_world, truth) < 0.5);
    const auto step = static_cast<std::size_t>(std::lround(row.time_s * 10.0));
    CHECK((windows[step].q_world_sensor * row.direction_sensor - row.direction_world).norm() <
          1e-12);
  }
  CHECK(second >= 15);
  CHECK_THROWS_AS(localize::tracker_options({}, false, doa::WindowPlace::kCentered),
                  core::UsageError);
}

TEST_CASE("tracks come back as they were written; damaged ones are refused") {
  const test::TemporaryFolder folder;
  const auto windows = two_sources();
  const auto rows = localize::track_session(
      windows, localize::tracker_options({0.5}, false, doa::WindowPlace::kCentered));
  formats::EstimatesHeader header;
  header.windows = {{0.5}};
  header.hop_s = 0.01;
  header.bin_hz = 40.0;
  const auto write = [&](const std::filesystem::path& out,
                         const std::vector<session::TrackPoint>& tracks) {
    formats::EstimatesWriter writer(out, kMadeBy, header);
    writer.declare_tracks();
    writer.append_session({}, windows);
    writer.append_tracks({});
    writer.append_session({}, windows);
    writer.append_tracks(tracks);
    writer.commit();
  };
  write(folder / "e.h5", rows);
  const formats::EstimatesReader reader(folder / "e.h5");
  REQUIRE(reader.has_tracks());
  REQUIRE(reader.tracks().size() == rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CHECK(reader.tracks()[i].session == 1);
    CHECK(reader.tracks()[i].id == rows[i].id);
    CHECK(reader.tracks()[i].direction_sensor == rows[i].direction_sensor);
    CHECK(reader.tracks()[i].measured == rows[i].measured);
  }
  auto bad = rows;
  std::swap(bad[3], bad[10]);
  write(folder / "order.h5", bad);
  CHECK_THROWS_AS(formats::EstimatesReader(folder / "order.h5"), core::InputError);
  bad = rows;
  bad[5].direction_world *= 2.0;
  write(folder / "unit.h5", bad);
  CHECK_THROWS_AS(formats::EstimatesReader(folder / "unit.h5"), core::InputError);
  bad = rows;
  bad[5].existence = 1.5;
  write(folder / "range.h5", bad);
  CHECK_THROWS_AS(formats::EstimatesReader(folder / "range.h5"), core::InputError);
}
