#include "ingest/log_cut.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace ingest {
namespace {

/// A range of a log's samples.
struct SampleRange {
  std::size_t first = 0;
  std::size_t end = 0;  ///< exclusive
};

/// The samples that a span of log time needs: from the last sample at or before its start to the
/// first sample at or after its end.
SampleRange samples_around(std::span<const double> time_s, double start_s, double end_s) {
  auto first = std::upper_bound(time_s.begin(), time_s.end(), start_s);
  if (first != time_s.begin()) --first;
  auto end = std::lower_bound(first, time_s.end(), end_s);
  if (end != time_s.end()) ++end;
  return {static_cast<std::size_t>(first - time_s.begin()),
          static_cast<std::size_t>(end - time_s.begin())};
}

}  // namespace

so3::Track cut_track(const so3::Track& track, const imu::ClockMap& clock, const Span& span) {
  const SampleRange range =
      samples_around(track.time_s(), clock.to_log(span.start_s), clock.to_log(span.end_s));
  std::vector<double> time_s;
  for (std::size_t i = range.first; i < range.end; ++i) {
    time_s.push_back(clock.to_recording(track.time_s()[i]) - span.start_s);
  }
  const auto q = track.quaternion().subspan(range.first, range.end - range.first);
  return {std::move(time_s), {q.begin(), q.end()}};
}

imu::Samples cut_imu(const imu::Samples& samples, const imu::ClockMap& clock, const Span& span) {
  imu::Samples cut;
  const SampleRange range =
      samples_around(samples.time_s, clock.to_log(span.start_s), clock.to_log(span.end_s));
  for (std::size_t i = range.first; i < range.end; ++i) {
    cut.time_s.push_back(clock.to_recording(samples.time_s[i]) - span.start_s);
    cut.gyroscope_rad_s.push_back(samples.gyroscope_rad_s[i]);
    cut.accelerometer_m_s2.push_back(samples.accelerometer_m_s2[i]);
    cut.magnetometer_uT.push_back(samples.magnetometer_uT[i]);
  }
  return cut;
}

}  // namespace ingest
