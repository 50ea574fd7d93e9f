#include "ingest/import_lines.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <numeric>

#include "ingest/recording_stream.h"

namespace ingest {
namespace {

/// How the log was read.
std::vector<ReportLine> orientation_lines(const OrientationFacts& facts) {
  std::vector<ReportLine> lines;
  if (facts.pose) {
    lines.push_back({"orientations", fmt::format("{}: {}; times: {}", facts.pose->file,
                                                 facts.pose->read_as, facts.pose->time)});
  }
  if (facts.imu) {
    lines.push_back(
        {"inertial samples", fmt::format("{}; times: {}", facts.imu->read_as, facts.imu->time)});
  }
  if (facts.filter) {
    const auto& agreement = facts.filter->gyroscope_agreement;
    lines.push_back(
        {"gyroscope",
         agreement
             ? fmt::format("agreement with the accelerometer {:.3f} (1 is perfect)", *agreement)
             : "not compared with the accelerometer: too little turning"});
  }
  return lines;
}

/// The heading against the sound.
ReportLine heading_line(const HeadingFacts& facts) {
  std::string text = fmt::format(
      "{} by {:.1f} degrees against the sound (+- {:.1f}), {} resets; {:.0f} % of {} directions "
      "agree: {}",
      facts.corrected ? "corrected" : "drifts", facts.drift_deg, facts.correction_sd_deg,
      facts.reset.size(), 100.0 * facts.agreement, facts.directions, facts.method);
  return {"heading", text};
}

}  // namespace

ReportLine recording_line(const AudioFacts& audio) {
  return {"recording",
          fmt::format("{}: {} channels at {:.0f} Hz, {:.1f} s, loud {:.0f} dB above the floor",
                      audio.file, audio.channel.size(), audio.rate_hz, audio.duration_s,
                      audio.loud_over_floor_db)};
}

std::vector<ReportLine> channel_lines(const AudioFacts& audio) {
  std::vector<ReportLine> lines;
  for (const LeftOutChannel& channel : audio.left_out) {
    lines.push_back({"left out", fmt::format("channel {}: {}", channel.number, channel.reason)});
  }
  std::vector<std::size_t> in_order(audio.numbers.size());
  std::iota(in_order.begin(), in_order.end(), std::size_t{0});
  if (audio.files.size() > 1) {
    lines.push_back({"microphones", fmt::format("1 to {} are {}", audio.numbers.size(),
                                                fmt::join(audio.files, ", "))});
  }
  if (!audio.left_out.empty() || audio.numbers != in_order) {
    lines.push_back({"microphones", fmt::format("1 to {} are channels {}", audio.numbers.size(),
                                                channel_list(audio.numbers))});
  }
  return lines;
}

std::vector<ReportLine> log_lines(const RecordingFacts& facts) {
  std::vector<ReportLine> lines = orientation_lines(facts.orientation);
  const ClockFacts& clock = facts.clock;
  lines.push_back(
      {"clock", fmt::format("offset {:.4f} s, drift {:.1f} ppm: {}", clock.clock.offset_s,
                            clock.clock.drift * 1e6, clock.method)});
  if (facts.heading) lines.push_back(heading_line(*facts.heading));
  lines.push_back(
      {"lost",
       fmt::format("{:.1f} s without orientation, {:.1f} s masked, {} intervals too short",
                   facts.loss.without_orientation_s, facts.loss.masked_s, facts.loss.too_short)});
  return lines;
}

}  // namespace ingest
