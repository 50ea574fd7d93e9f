#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <string>

#include "core/errors.h"
#include "ingest/log_columns.h"
#include "temporary_folder.h"

namespace {

ingest::LogTimes times_of(const std::string& text, const ingest::LogOptions& options = {}) {
  const test::TemporaryFolder folder;
  test::write_bytes(folder / "log.csv", text);
  const io::Table table = io::read_table(folder / "log.csv");
  const formats::MotionColumns columns(table.path, table.header, options.columns);
  return ingest::read_times(table, columns, options);
}

const std::string kCalendar = "year,month,day,hour,minute,second\n";

}  // namespace

TEST_CASE(
    "the times of a log are read by the unit in the name, by a stated unit, or from a count of "
    "frames") {
  CHECK(times_of("time_ms,a\n500,0\n750,0\n").time_s == std::vector<double>{0.5, 0.75});
  CHECK(times_of("time_ms,a\n500,0\n750,0\n").meaning == "column 1 in ms");
  CHECK(times_of("a,t\n0,0.5\n0,0.625\n").meaning == "column 2 in s (assumed)");
  ingest::LogOptions options;
  options.time_unit = formats::TimeUnit::kMicroseconds;
  CHECK(times_of("time,a\n500000,0\n750000,0\n", options).time_s.front() == Approx(0.5));
  // A unit in the name that the stated one contradicts, and what overrules it.
  CHECK_THROWS_WITH(times_of("time_ms,a\n500000,0\n750000,0\n", options),
                    Catch::Contains("--time-unit says us"));
  options.columns = {{"time", "time_ms"}};
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

namespace {

/// A table whose times have a constant step, written with digits after the point.
std::string rows_of(const std::string& name, double first, double step, int digits) {
  std::string text = name + ",a\n";
  for (int i = 0; i < 20; ++i) text += fmt::format("{:.{}f},0\n", first + i * step, digits);
  return text;
}

double step_of(const std::string& text, const ingest::LogOptions& options = {}) {
  const ingest::LogTimes times = times_of(text, options);
  return times.time_s[1] - times.time_s[0];
}

}  // namespace

TEST_CASE("times without a unit: dates are recognized, whole numbers and long steps are refused") {
  CHECK(step_of(rows_of("time", 1717236000, 0.01, 3)) == Approx(0.01).epsilon(1e-4));
  CHECK(step_of(rows_of("time", 1717236000123, 10, 0)) == Approx(0.01).epsilon(1e-4));
  CHECK(step_of(rows_of("time", 1717236000123456, 10000, 0)) == Approx(0.01).epsilon(1e-4));
  CHECK(step_of(rows_of("time", 1.7172360001234568e18, 10000000, 0)) == Approx(0.01).epsilon(1e-4));
  CHECK(step_of(rows_of("time", 0, 0.01, 3)) == Approx(0.01));
  // Milliseconds at 1 kHz and more must not pass as seconds; nanoseconds since the phone was
  // switched on are as large as a date in ms.
  struct Case {
    double first, step;
    int digits;
    const char* says;
  };
  for (const Case& c : {Case{0, 1, 0, "ms (1000 rows a second)"}, Case{0, 10, 0, "ms (100 rows"},
                        Case{0, 0.5, 1, "ms (2000 rows"}, Case{0, 0.25, 2, "ms (4000 rows"},
                        Case{0, 1.001, 3, "ms (999 rows"}, Case{1.7e12, 5e6, 0, "ns (200 rows"},
                        Case{1.7e9, 5000, 0, "us (200 rows"}}) {
    INFO(c.step);
    CHECK_THROWS_WITH(step_of(rows_of("time", c.first, c.step, c.digits)),
                      Catch::Contains("--time-unit") && Catch::Contains(c.says));
  }
  ingest::LogOptions options;
  options.time_unit = formats::TimeUnit::kMilliseconds;
  CHECK(step_of(rows_of("time", 0, 1, 0), options) == Approx(0.001));
  options.time_unit = formats::TimeUnit::kSeconds;  // a log of one row a second, stated
  CHECK(step_of(rows_of("time", 0, 1, 0), options) == 1.0);
}

TEST_CASE("seconds and nanoseconds in two columns are joined; the same time twice is not") {
  std::string joined = "sec,nanosec,a\n";
  std::string twice = "time_s,time_ms,a\n";
  for (int i = 0; i < 300; ++i) {
    joined += fmt::format("{},{},0\n", 100 + i / 100, i % 100 * 10000000);
    twice += fmt::format("{},{},0\n", 100 + i / 100, 100000 + i * 10);
  }
  for (const std::string& text : {joined, twice}) {
    const std::vector<double> time_s = times_of(text).time_s;
    for (std::size_t i = 0; i < 300; ++i) {
      CHECK(time_s[i] == Approx(100.0 + 0.01 * static_cast<double>(i)).epsilon(1e-12));
    }
  }
}

TEST_CASE("dates in text, packets that begin again at 0, and rows that are counted") {
  CHECK(
      times_of("timestamp,a,b\n2024-05-01T23:59:59.5Z,0,0\n2024-05-02T00:00:00.25Z,0,0\n").time_s ==
      std::vector<double>{86399.5, 86400.25});
  const std::string packets = "// Update Rate: 50.0Hz\nPacketCounter,a\n65535,0\n0,0\n1,0\n";
  CHECK(times_of(packets).time_s == std::vector<double>{0.0, 0.02, 0.04});
  ingest::LogOptions options;
  options.frame_rate_hz = 4.0;
  CHECK(times_of("a,b\n7,0\n8,0\n", options).time_s == std::vector<double>{0.0, 0.25});
  CHECK_THROWS_AS(times_of("a,b\n7,0\n8,0\n"), core::InputError);
}
