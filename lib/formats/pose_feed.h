/// Orientations that arrive while the sound arrives: from a FIFO, or from a CSV file that may grow.
#pragma once

#include <Eigen/Geometry>
#include <cstddef>
#include <deque>
#include <filesystem>
#include <memory>
#include <string>

#include "formats/orientation_table.h"
#include "session/pose.h"

namespace formats {

struct PoseFeedOptions {
  std::filesystem::path path;
  double time_offset_s = 0.0;  ///< Added to the times in the file, s. Default: 0.
  /// Longest wait for an orientation that has not arrived, s; the wait starts when the sound of the
  /// frame is complete. Default: 0.04.
  double wait_s = 0.04;
  /// Longest time without a sample over which an orientation is interpolated or held, s; beyond it
  /// the orientation is missing. Default: 0.5.
  double max_gap_s = 0.5;
};

/// Reads orientations line by line and answers for increasing times. Times count from the
/// first sample of the sound. The feed leaves out rows that are not finite and rows that repeat a
/// time, and counts them. It ends when a FIFO's writer closes after at least one row.
class PoseFeed {
 public:
  /// Opens the file; a FIFO does not need a writer yet.
  /// @param lines  reads its lines: OrientationRowReader, or ingest::InertialLines
  /// @throws core::InputError  if there is no such file
  /// @throws core::IoError     if it cannot be opened
  PoseFeed(const PoseFeedOptions& options, std::unique_ptr<OrientationLines> lines);
  ~PoseFeed();
  PoseFeed(const PoseFeed&) = delete;
  PoseFeed& operator=(const PoseFeed&) = delete;

  /// Orientation at a time; times must not decrease from call to call. Waits at most wait_s for a
  /// sample at or after the time, and does not wait again until new rows have arrived.
  /// @throws core::InputError  as its lines, and on a time that decreases
  session::Pose at(double time_s);

  /// Descriptor for poll(2): readable when a FIFO has more rows. -1 where a wait is useless: for a
  /// file, for a feed that has ended, and while enough samples are held.
  int descriptor() const;
  /// Reads everything that has arrived, without waiting, while fewer than 65536 samples are held.
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
  bool writer_has_closed() const;
  void end_of_writer();
  void wait_for(double time_s);
  void take_lines();
  void take_row(const OrientationRow& row);

  PoseFeedOptions options_;
  std::unique_ptr<OrientationLines> lines_;
  int descriptor_ = -1;
  bool fifo_ = false;
  bool ended_ = false;        ///< The FIFO's writer has closed after at least one row.
  bool waited_ = false;       ///< A wait has run out and no row has arrived since.
  std::string partial_;       ///< The line that is not complete yet.
  std::deque<Sample> track_;  ///< From the last sample before the newest time asked for.
  std::size_t samples_ = 0, dropped_ = 0;
};

}  // namespace formats
