/// Orientation that arrives while sound does: a CSV that may still grow, or a FIFO.
#pragma once

#include <Eigen/Geometry>
#include <array>
#include <cstddef>
#include <deque>
#include <filesystem>
#include <string>

namespace localize {

struct PoseFeedOptions {
  std::filesystem::path path;
  double time_offset_s = 0.0;  ///< added to the times in the file
  /// Longest wait for an orientation that has not come yet, from when its sound is complete.
  double wait_s = 0.04;
  /// Longest stretch without a sample that is interpolated or held over; beyond it, none is known.
  double max_gap_s = 0.5;
};

enum class PoseState {
  kInterpolated,  ///< between two samples
  kHeld,          ///< the nearest sample: the next had not come in time, or none will
  kMissing,       ///< no sample within max_gap_s
};
/// "interpolated", "held", "missing".
const char* name_of(PoseState state);

struct Pose {
  PoseState state = PoseState::kMissing;
  Eigen::Quaterniond q_world_sensor = Eigen::Quaterniond::Identity();  ///< identity if missing
};

/// Reads `time_s,qw,qx,qy,qz` (these columns in any order, named in the header; comma, semicolon or
/// tab) and answers for rising times. Times count from the first sample of the sound. Rows that are
/// not finite are gaps; a time that repeats is dropped; both are counted.
class PoseFeed {
 public:
  /// Opens the file; a FIFO need not have a writer yet.
  /// @throws core::InputError if there is no such file, core::IoError if it cannot be opened
  explicit PoseFeed(const PoseFeedOptions& options);
  ~PoseFeed();
  PoseFeed(const PoseFeed&) = delete;
  PoseFeed& operator=(const PoseFeed&) = delete;

  /// Orientation at a time; times must not fall from call to call. Waits at most wait_s for a
  /// sample at or behind it, and not again until something new has come.
  /// @throws core::InputError on a bad header, a bad line, backward time, a quaternion whose length
  ///                          is not within 1 % of 1
  Pose at(double time_s);

  /// For poll(2): readable when a FIFO has more; -1 where nothing more is to be read for now.
  int descriptor() const;
  /// Reads what is there, without waiting, until far ahead of the last time asked for.
  void drain();

  std::size_t samples() const { return samples_; }
  std::size_t dropped_rows() const { return dropped_; }

 private:
  struct Sample {
    double time_s;
    Eigen::Quaterniond q;
  };
  bool reaches(double time_s) const { return !track_.empty() && track_.back().time_s >= time_s; }
  bool read_more();
  void wait_for(double time_s);
  void take_lines();
  void take_header(const std::string& line);
  void take_row(const std::string& line);
  [[noreturn]] void fail(const std::string& message) const;

  PoseFeedOptions options_;
  int descriptor_ = -1;
  bool fifo_ = false;
  bool ended_ = false;    ///< a FIFO's writer has closed
  bool waited_ = false;   ///< a wait ran out, and nothing has come since
  std::string partial_;   ///< an unfinished line
  std::size_t line_ = 0;  ///< lines taken
  std::array<std::size_t, 5> column_{};
  std::deque<Sample> track_;  ///< from the last sample before the time asked for
  std::size_t samples_ = 0, dropped_ = 0;
};

}  // namespace localize
