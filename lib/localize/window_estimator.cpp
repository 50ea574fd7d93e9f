#include "localize/window_estimator.h"

#include <algorithm>

#include "doa/bin_kernels.h"
#include "session/estimate.h"
#include "session/features.h"

namespace localize {

void WindowEstimator::frame_map(const session::Features&, doa::FrameMap&) const {}

std::vector<Eigen::Matrix3d> PoolingBins::R_pool_sensor() const {
  std::vector<Eigen::Matrix3d> R;
  for (const Eigen::Quaterniond& q : q_pool_sensor) R.push_back(q.toRotationMatrix());
  return R;
}

NetworkConfidence network_confidence(const doa::BinColumns& bins,
                                     const Eigen::Vector3d& direction_pool) {
  const double summed_norm = doa::sum_bins(bins).weight;
  NetworkConfidence result;
  result.confidence = doa::sum_bins_near(bins, direction_pool, doa::kConfidenceKappa).weight;
  if (summed_norm > 0.0) result.support = std::min(1.0, result.confidence / summed_norm);
  return result;
}

Eigen::Matrix3d pool_rotation(const session::Features& session, std::size_t frame, bool world) {
  if (!world) return Eigen::Matrix3d::Identity();
  return session.frame_rotation[frame].toRotationMatrix();
}

PoolingBins pooling_bins(const session::Features& session, const learn::Directions& r_sensor,
                         bool world) {
  std::vector<Eigen::Quaterniond> q_pool_sensor(session.frames(), Eigen::Quaterniond::Identity());
  if (world) q_pool_sensor = session.frame_rotation;
  std::vector<Eigen::Matrix3f> R_pool_sensor(session.frames());
  for (std::size_t f = 0; f < session.frames(); ++f) {
    R_pool_sensor[f] = q_pool_sensor[f].toRotationMatrix().cast<float>();
  }
  std::vector<float> r_pool(3 * session.bins());
  for (std::size_t b = 0; b < session.bins(); ++b) {
    const Eigen::Vector3f sensor = r_sensor.row(static_cast<Eigen::Index>(b)).transpose();
    const Eigen::Vector3f pool = R_pool_sensor[session.frame[b]] * sensor;
    std::copy(pool.data(), pool.data() + 3, r_pool.data() + 3 * b);
  }
  doa::SessionBins bins(r_pool, session.frame, session.frames());
  return {std::move(q_pool_sensor), std::move(bins)};
}

std::vector<doa::MovingWindows> all_windows(const EstimatorSetup& setup, std::size_t frames) {
  std::vector<doa::MovingWindows> windows;
  for (std::size_t w = 0; w < setup.windows.size(); ++w) {
    windows.push_back(moving_windows(setup, w, frames));
  }
  return windows;
}

doa::MovingWindows moving_windows(const EstimatorSetup& setup, std::size_t w, std::size_t frames) {
  if (setup.newest) {
    return doa::MovingWindows::newest(setup.windows[w], frames, setup.hop_s, setup.place);
  }
  return {setup.windows[w], frames, setup.hop_s, setup.stride, setup.place};
}

session::Estimate window_at(std::size_t window, std::size_t frame,
                            const session::Features& session) {
  session::Estimate estimate;
  estimate.window = static_cast<std::uint32_t>(window);
  estimate.frame = static_cast<std::uint32_t>(frame);
  estimate.time_s = session.frame_time_s[frame];
  estimate.q_world_sensor = session.frame_rotation[frame];
  return estimate;
}

std::vector<std::uint8_t> unassigned_sources(const EstimatorSetup& setup, std::size_t bins) {
  if (!setup.bins) return {};
  return std::vector<std::uint8_t>(bins * setup.windows.size(), doa::kNoSource);
}

doa::FrameRange assigned_frames(const doa::WindowLength& length, std::size_t center,
                                std::size_t frames) {
  return length.full() ? doa::FrameRange{0, frames} : doa::FrameRange{center, center + 1};
}

void assign_to_only_source(const EstimatorSetup& setup, const doa::SessionBins& bins, std::size_t w,
                           std::size_t center, std::vector<std::uint8_t>& source) {
  const doa::FrameRange frames = assigned_frames(setup.windows[w], center, bins.frames());
  const doa::BinColumns columns = bins.columns(frames);
  for (std::size_t i = 0; i < columns.count; ++i) {
    if (columns.norm[i] == 0.0f) continue;
    source[(bins.first_bin(frames) + i) * setup.windows.size() + w] = 0;
  }
}

}  // namespace localize
