#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "core/errors.h"
#include "ingest/clock_checks.h"
#include "recording.h"

namespace {

/// A log of 100 s whose clock jumps after 40 s. @param lost_s  rows that are lost there
ingest::OrientationLog log_with_jump(double jump_s, double lost_s = 0.0) {
  ingest::OrientationLog log;
  std::vector<double> time_s[2];
  for (int i = 0; i <= 1000; ++i) {
    const double t = 0.1 * i;
    if (t > 40.0 && t < 40.0 + lost_s) continue;
    time_s[t > 40.0 ? 1 : 0].push_back(t > 40.0 ? t + jump_s : t);
  }
  for (std::vector<double>& times : time_s) {
    log.tracks.emplace_back(
        times, std::vector<Eigen::Quaterniond>(times.size(), Eigen::Quaterniond::Identity()));
  }
  return log;
}

ingest::AudioScan recording_of(double seconds) {
  ingest::AudioScan scan;
  scan.rate_hz = 16000.0;
  scan.frames = static_cast<std::uint64_t>(seconds * scan.rate_hz);
  return scan;
}

}  // namespace

TEST_CASE("a jump of the log's clock is refused, a pause is only named") {
  const ingest::AudioScan scan = recording_of(100.0);
  ingest::LogOptions options;
  std::vector<std::string> warnings;
  for (const double jump_s : {30.0, 1000.0}) {
    const ingest::OrientationLog log = log_with_jump(jump_s);
    try {
      ingest::check_jumps(options, {}, log, scan, warnings);
      FAIL("not refused");
    } catch (const core::InputError& error) {
      INFO(error.what());
      CHECK(std::string(error.what()).find("after its time 40.000 s: its clock jumps") !=
            std::string::npos);
      CHECK(std::string(error.what()).find(fmt::format("{:.3f} s", jump_s + 0.1)) !=
            std::string::npos);
    }
    options.trust_log = true;
    ingest::check_jumps(options, {}, log, scan, warnings);
    options.trust_log = false;
    CHECK(warnings.size() == 1);
    warnings.clear();
  }
  // The logger paused for 30 s while the recorder went on.
  ingest::check_jumps(options, {}, log_with_jump(0.0, 30.0), scan, warnings);
  REQUIRE(warnings.size() == 1);
  CHECK(warnings.front().find("a pause, or a jump") != std::string::npos);
  warnings.clear();
  // A short jump cannot be told from a short pause.
  ingest::check_jumps(options, {}, log_with_jump(2.0), scan, warnings);
  CHECK(warnings.size() == 1);
  warnings.clear();
  ingest::check_jumps(options, {}, log_with_jump(0.5), scan, warnings);
  CHECK(warnings.empty());
}
