#include <catch2/catch.hpp>
#include <string>

#include "core/errors.h"
#include "ingest/log_columns.h"
#include "temporary_folder.h"

namespace {

ingest::LogTimes times_of(const std::string& text, const ingest::LogOptions& options = {}) {
  const test::TemporaryFolder folder;
  test::write_bytes(folder / "log.csv", text);
  return ingest::read_times(io::read_table(folder / "log.csv"), options);
}

const std::string kCalendar = "year,month,day,hour,minute,second\n";

}  // namespace

TEST_CASE(
    "the times of a log are read by the unit in the name, by a stated unit, or from a count of "
    "frames") {
  CHECK(times_of("time_ms,a\n500,0\n750,0\n").time_s == std::vector<double>{0.5, 0.75});
  CHECK(times_of("time_ms,a\n500,0\n750,0\n").meaning == "column 1 in ms");
  CHECK(times_of("a,t\n0,0.5\n0,0.75\n").meaning == "column 2 in s (assumed)");
  ingest::LogOptions options;
  options.time_unit = formats::TimeUnit::kMicroseconds;
  CHECK(times_of("time_ms,a\n500000,0\n750000,0\n", options).time_s.front() == Approx(0.5));
  options = {};
  options.frame_rate_hz = 4.0;
  CHECK(times_of("frame,a\n7,0\n8,0\n", options).time_s == std::vector<double>{0.0, 0.25});
}

TEST_CASE("calendar times count from midnight of the first day and must be dates in order") {
  CHECK(times_of(kCalendar + "2018,2,28,23,59,59\n2018,3,1,0,0,1\n").time_s ==
        std::vector<double>{86399.0, 86401.0});
  for (const char* row : {"2018,2,30,0,0,0\n", "nan,2,28,0,0,0\n", "2018,-1,28,0,0,0\n",
                          "2018,2,28,0,0,nan\n", "2018,2,28,0,0,2\n2018,2,28,0,0,1\n"}) {
    INFO(row);
    CHECK_THROWS_AS(times_of(kCalendar + row), core::InputError);
  }
}
