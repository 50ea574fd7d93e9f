/// Orientation files: quaternions, Euler angles or matrices under the names that loggers use.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.h"
#include "formats/pose_decoder.h"
#include "ingest/log_columns.h"
#include "ingest/orientation_log.h"

namespace ingest {
namespace {

/// Share of the rows that may repeat the time of an earlier row with another orientation.
constexpr double kMaxRepeated = 0.1;

/// Divides the rows into tracks, between gaps that are longer than the limit.
class TrackCutter {
 public:
  TrackCutter(const LogOptions& options, const std::vector<double>& time_s)
      : options_(options), step_s_(median_step_s(time_s)) {}

  /// Takes the next row. Rows that are not finite or repeat a time are left out and counted.
  void add(double time_s, Eigen::Quaterniond q) {
    ++samples_;
    if (!q.coeffs().allFinite()) {
      ++missing_;
      return;
    }
    if (!times_.empty() && time_s <= times_.back()) {
      ++duplicates_;
      lost_ += q.angularDistance(last_q_) > 1e-6 ? 1 : 0;
      return;
    }
    last_q_ = q;
    if (!times_.empty()) {
      const double gap_s = time_s - times_.back();
      longest_gap_s_ = std::max(longest_gap_s_, gap_s);
      if (gap_s > std::max(options_.max_gap_s, 2.5 * step_s_)) finish_track();
    }
    if (options_.inverse) q = q.conjugate();
    times_.push_back(time_s);
    rotations_.push_back(q * options_.q_sensor_array);
  }

  /// @throws core::InputError  if there is no track
  std::vector<so3::Track> finish(PoseFacts& facts) {
    finish_track();
    check_lost();
    if (tracks_.empty()) {
      throw core::InputError(options_.pose.string() + ": holds no two orientations without a gap");
    }
    facts.samples = samples_;
    facts.step_s = step_s_;
    facts.duplicates = duplicates_;
    facts.missing = missing_;
    facts.gaps = tracks_.size() - 1;
    facts.longest_gap_s = longest_gap_s_;
    return std::move(tracks_);
  }

 private:
  void finish_track() {
    if (times_.size() > 1) tracks_.emplace_back(std::move(times_), std::move(rotations_));
    times_.clear();
    rotations_.clear();
  }

  /// Many rows with the time of another row show that the times are too coarse.
  void check_lost() const {
    if (options_.trust_log ||
        static_cast<double>(lost_) <= kMaxRepeated * static_cast<double>(samples_)) {
      return;
    }
    throw core::InputError(fmt::format(
        "{}: {} of {} rows have the time of an earlier row and another orientation: the times are "
        "too coarse (whole seconds?); state the column of the finer times with --columns "
        "time=NAME, "
        "or --trust-log to leave these rows out",
        options_.pose.string(), lost_, samples_));
  }

  const LogOptions& options_;
  double step_s_;
  std::vector<double> times_;  ///< of the track that is not finished
  std::vector<Eigen::Quaterniond> rotations_;
  std::vector<so3::Track> tracks_;
  Eigen::Quaterniond last_q_ =
      Eigen::Quaterniond::Identity();  ///< Of the last row with a new time.
  std::size_t samples_ = 0, duplicates_ = 0, missing_ = 0;
  std::size_t lost_ = 0;  ///< Repeated times with another orientation.
  double longest_gap_s_ = 0.0;
};

}  // namespace

OrientationLog read_pose_file(const LogOptions& options) {
  const io::Table table = io::read_table(options.pose);
  const formats::MotionColumns columns(table.path, table.header, options.columns, options.body);
  const formats::PoseDecoder decoder(columns, options);
  const LogTimes times =
      read_times(table, columns, options, {decoder.stem(), !decoder.has_time(), true});
  TrackCutter cutter(options, times.time_s);
  std::vector<double> numbers(decoder.columns().size());
  for (std::size_t row = 0; row < table.rows(); ++row) {
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      numbers[i] = table.at(row, decoder.columns()[i]);
    }
    if (const std::string fault = decoder.fault(numbers); !fault.empty()) table.fail(row, fault);
    cutter.add(times.time_s[row], decoder.orientation(numbers));
  }
  PoseFacts facts{options.pose.filename().string(), times.meaning, decoder.meaning(),
                  options.inverse};
  OrientationLog log;
  log.tracks = cutter.finish(facts);
  log.facts.pose = std::move(facts);
  log.time_unit_stated = times.unit_stated;
  return log;
}

}  // namespace ingest
