/// The activity of sources in the session columns.
#include <catch2/catch.hpp>
#include <cmath>

#include "core/errors.h"
#include "core/provenance.h"
#include "formats/session_table.h"
#include "temporary_folder.h"

namespace {

const core::Provenance kActivityProvenance = core::make_provenance("csl-test", {{"x", 1}}, 3);

session::SourceTruth source_with(std::vector<float> activity_db) {
  session::SourceTruth source;
  source.activity_db = std::move(activity_db);
  return source;
}

session::Info session_of(double duration_s, std::vector<session::SourceTruth> sources) {
  session::Info info;
  info.id = "s";
  info.duration_s = duration_s;
  info.sources = std::move(sources);
  return info;
}

/// Columns of one session with one source as they were written before the activity was kept.
void write_older_columns(io::Hdf5Writer& writer) {
  writer.append_string("/session/id", "s");
  for (const char* column : {"/session/duration_s", "/session/t60_s", "/session/snr_db",
                             "/source/start_s", "/source/end_s"}) {
    writer.append_value(column, 1.0);
  }
  const Eigen::Vector3d x = Eigen::Vector3d::UnitX();
  for (const char* column :
       {"/session/room_m", "/source/direction_world", "/source/angular_velocity_world"}) {
    writer.append_rows<double>(column, std::span<const double>(x.data(), 3), 3);
  }
  writer.append_value<std::uint64_t>("/session/first_source", 0);
  writer.append_value<std::uint64_t>("/session/sources", 1);
  writer.append_value<std::uint32_t>("/source/number", 0);
  writer.append_string("/source/speech_file", "speech.wav");
}

}  // namespace

TEST_CASE("activity comes back as it was written, also where it is unknown") {
  const test::TemporaryFolder folder;
  const std::vector<float> levels = {-20.0F, -200.0F, -31.5F};
  {
    io::Hdf5Writer writer(folder / "s.h5", "sessions", 1, kActivityProvenance);
    formats::SessionTableWriter table(writer);
    table.append(session_of(0.03, {source_with(levels), source_with({})}));
    table.append(session_of(1.0, {}));
    table.append(session_of(0.01, {source_with({-3.0F})}));
    writer.commit();
  }
  const auto sessions = formats::read_session_table(io::Hdf5Reader(folder / "s.h5"));
  REQUIRE(sessions.size() == 3);
  CHECK(sessions[0].sources[0].activity_db == levels);
  CHECK(sessions[0].sources[1].activity_db.empty());
  CHECK(sessions[2].sources[0].activity_db == std::vector<float>{-3.0F});
}

TEST_CASE("the activity of older files is not known") {
  const test::TemporaryFolder folder;
  {
    io::Hdf5Writer writer(folder / "s.h5", "sessions", 1, kActivityProvenance);
    write_older_columns(writer);
    writer.commit();
  }
  const auto sessions = formats::read_session_table(io::Hdf5Reader(folder / "s.h5"));
  REQUIRE(sessions.size() == 1);
  CHECK(sessions[0].sources[0].speech_file == "speech.wav");
  CHECK(sessions[0].sources[0].activity_db.empty());
}

TEST_CASE("activity that does not fit its session is refused") {
  const test::TemporaryFolder folder;
  const auto read = [&](const session::Info& info) {
    {
      io::Hdf5Writer writer(folder / "s.h5", "sessions", 1, kActivityProvenance);
      formats::SessionTableWriter(writer).append(info);
      writer.commit();
    }
    return formats::read_session_table(io::Hdf5Reader(folder / "s.h5"));
  };
  CHECK_THROWS_WITH(read(session_of(0.05, {source_with({-1.0F, -2.0F})})),
                    Catch::Matchers::Contains("expected 0 or 5 values"));
  CHECK_THROWS_WITH(read(session_of(0.01, {source_with({NAN})})),
                    Catch::Matchers::Contains("/source/activity_db"));

  io::Hdf5Writer writer(folder / "step.h5", "sessions", 1, kActivityProvenance);
  write_older_columns(writer);
  writer.append_value<std::uint64_t>("/source/first_activity", 0);
  writer.append_value<std::uint64_t>("/source/activities", 1);
  writer.append_value<float>("/source/activity_db", -20.0F);
  writer.attribute("/source/activity_db", "step_s", 1.0);
  writer.commit();
  CHECK_THROWS_WITH(formats::read_session_table(io::Hdf5Reader(folder / "step.h5")),
                    Catch::Matchers::Contains("expected steps of 0.01 s"));
}
