#include "calib/relabel.h"

#include <algorithm>
#include <vector>

#include "calib/response_frames.h"
#include "doa/direction_search.h"
#include "so3/rotation.h"

namespace calib {
namespace {

constexpr double kStep_deg = 0.05;

/// The recording's direction after the search.
Eigen::Vector3d search(const Observations& data, const Interval& recording,
                       const ResponseTable& table, double radius_rad) {
  const std::size_t bins = recording.end_bin - recording.first_bin;
  if (bins == 0) return recording.direction_world;
  const std::size_t first_frame = data.frame[recording.first_bin];
  std::vector<std::uint32_t> frame;
  for (std::size_t b = recording.first_bin; b < recording.end_bin; ++b) {
    frame.push_back(static_cast<std::uint32_t>(data.frame[b] - first_frame));
  }
  const std::size_t frames = frame.back() + 1;
  const std::size_t microphones = data.microphones;
  const ResponseFrames scores(
      table, std::span(data.bin).subspan(recording.first_bin * microphones, bins * microphones),
      std::span(data.frequency).subspan(recording.first_bin, bins), frame,
      std::span(data.onset).subspan(recording.first_bin, bins), frames);
  const doa::DirectionSearch near(std::vector{recording.direction_world}, kStep_deg);
  const doa::FoundDirection found = near.search_near(
      scores, {0, frames}, std::span(data.R_world_sensor).subspan(first_frame, frames),
      recording.direction_world, radius_rad);
  return found.direction.isZero(0.0) ? recording.direction_world : found.direction;
}

}  // namespace

double relabel(Observations& data, const Calibration& calibration, double radius_rad,
               core::ThreadPool& pool) {
  const std::uint16_t highest =
      data.bins() == 0 ? std::uint16_t{0}
                       : *std::max_element(data.frequency.begin(), data.frequency.end());
  const ResponseTable table(calibration, data.bin_hz, highest);
  std::vector<double> turn(data.recordings.size(), 0.0);
  pool.for_each_shard(data.recordings.size(), [&](std::size_t i) {
    Interval& recording = data.recordings[i];
    const Eigen::Vector3d direction = search(data, recording, table, radius_rad);
    turn[i] = so3::angle_between(direction, recording.direction_world);
    recording.direction_world = direction;
  });
  double sum = 0.0;
  for (const double angle : turn) sum += angle;
  return turn.empty() ? 0.0 : sum / static_cast<double>(turn.size());
}

}  // namespace calib
