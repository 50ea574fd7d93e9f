/// estimates.h5: directions of every window, for every window length and session.
#pragma once

#include <Eigen/Geometry>
#include <filesystem>
#include <vector>

#include "core/provenance.h"
#include "doa/window.h"
#include "io/hdf5_reader.h"
#include "io/hdf5_writer.h"
#include "stage/schema_session.h"
#include "stage/schema_tracks.h"

namespace stage {

inline constexpr const char* kEstimatesFormat = "estimates";
inline constexpr int kEstimatesVersion = 2;

/// One of several directions found in a window.
struct Peak {
  Eigen::Vector3d direction_sensor = Eigen::Vector3d::Zero();  ///< unit, at the centre frame
  Eigen::Vector3d direction_world = Eigen::Vector3d::Zero();   ///< unit
  double density = 0.0;     ///< kernel density at the peak, psi of the paper's section 3.3
  double confidence = 0.0;  ///< as Estimate::confidence, over the bins assigned to it
  double norm_share = 0.0;  ///< norms assigned to it, as a share of the window's
  std::uint32_t bins = 0;   ///< bins assigned to it
};

/// One window's result. Directions are zero where the window has no bin.
struct Estimate {
  std::uint32_t window = 0;   ///< index into the file's window lengths
  std::uint32_t session = 0;  ///< row of /session
  std::uint32_t frame = 0;    ///< centre frame, counted in the session
  double time_s = 0.0;        ///< centre frame's time in the session
  Eigen::Quaterniond q_world_sensor = Eigen::Quaterniond::Identity();  ///< at the centre frame
  Eigen::Vector3d direction_sensor = Eigen::Vector3d::Zero();
  Eigen::Vector3d direction_world = Eigen::Vector3d::Zero();
  double confidence = 0.0;  ///< see doa::Pooled
  double support = 0.0;
  double predicted_error_deg = kUnknown;  ///< error to expect; NaN: not calibrated, or no estimate
  std::uint32_t bins = 0;                 ///< bins that were pooled; 0: no estimate
  std::vector<Peak> peaks;                ///< kernel density only; highest density first
};

/// What a session's bins say, for `--bins`.
struct BinOutputs {
  std::vector<float> sensor;             ///< network's output [bins, 3]; the norm is the confidence
  std::vector<std::uint32_t> frame;      ///< [bins], frame of the session, non-decreasing
  std::vector<std::uint16_t> frequency;  ///< [bins], FFT index
  /// [bins, windows]: which peak of the window centred on the bin's frame (of the only one, for
  /// "full") the bin belongs to, 0 for estimators without peaks; 255: none.
  std::vector<std::uint8_t> source;
  std::vector<double> frame_time_s;                ///< [frames]
  std::vector<Eigen::Quaterniond> frame_rotation;  ///< [frames], q_world_sensor
};

/// What is said of the whole file.
struct EstimatesHeader {
  std::string method = "csl";     ///< "csl", "srp-phat", ...
  std::string estimator;          ///< "robust", "centroid", "kde", "grid", "refined", ...
  std::string pooling = "world";  ///< frame the windows were pooled in
  std::vector<doa::WindowLength> windows;
  double hop_s = 0.0;   ///< time between frames
  double bin_hz = 0.0;  ///< width of an FFT bin
};

class EstimatesWriter {
 public:
  /// @param with_bins  append_bins will follow every append_session
  EstimatesWriter(const std::filesystem::path& out, const core::Provenance& provenance,
                  const EstimatesHeader& header, bool with_bins = false);
  void append_session(const SessionInfo& info, const std::vector<Estimate>& estimates);
  void append_bins(const BinOutputs& bins);                  ///< of the session appended last
  void declare_tracks() { stage::declare_tracks(writer_); }  ///< append_tracks will follow
  void append_tracks(const std::vector<TrackRow>& tracks) {  ///< likewise
    stage::append_tracks(writer_, sessions_ - 1, tracks);
  }
  void commit() { writer_.commit(); }

 private:
  void append_estimate(const Estimate& estimate);

  io::Hdf5Writer writer_;
  SessionTableWriter table_;
  std::size_t windows_;
  std::uint32_t sessions_ = 0;
  std::uint64_t peaks_ = 0;
  std::uint64_t bins_ = 0;
  std::uint64_t frames_ = 0;
};

/// Everything but the bins, which are read session by session.
class EstimatesReader {
 public:
  /// @throws core::InputError if the file is not a sound estimates file
  explicit EstimatesReader(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return file_.path(); }
  const EstimatesHeader& header() const { return header_; }
  const std::vector<SessionInfo>& sessions() const { return sessions_; }
  /// In the order of sessions; within one, of windows and then of time.
  const std::vector<Estimate>& rows() const { return rows_; }
  const core::Provenance& provenance() const { return provenance_; }

  /// Made with --track; then rows by session and time.
  bool has_tracks() const { return has_tracks_; }
  const std::vector<TrackRow>& tracks() const { return tracks_; }

  bool has_bins() const { return !bins_.empty(); }
  /// Bins of session i; only if has_bins(). @throws core::InputError on damaged data
  BinOutputs read_bins(std::size_t i) const;

 private:
  void read_rows();
  void read_peaks();

  io::Hdf5Reader file_;
  EstimatesHeader header_;
  std::vector<SessionInfo> sessions_;
  std::vector<Estimate> rows_;
  std::vector<TrackRow> tracks_;
  bool has_tracks_ = false;
  core::Provenance provenance_;
  std::vector<RowRange> bins_;    ///< empty: the file has none
  std::vector<RowRange> frames_;  ///< likewise
};

}  // namespace stage
