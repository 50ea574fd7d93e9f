/// estimates.h5: the directions of every window, for every window length and session.
#pragma once

#include <Eigen/Geometry>
#include <filesystem>
#include <vector>

#include "core/index_range.h"
#include "core/provenance.h"
#include "doa/window.h"
#include "formats/session_table.h"
#include "formats/track_table.h"
#include "io/hdf5_reader.h"
#include "io/hdf5_writer.h"
#include "session/estimate.h"
#include "session/session.h"
#include "session/track.h"

namespace formats {

inline constexpr const char* kEstimatesFormat = "estimates";
inline constexpr unsigned kEstimatesVersion = 2;

/// Facts about the whole file.
struct EstimatesHeader {
  std::string method = "csl";     ///< such as "csl" or "srp-phat"
  std::string estimator;          ///< such as "robust", "centroid", "kde", "grid" or "refined"
  std::string pooling = "world";  ///< frame in which windows were pooled
  std::vector<doa::WindowLength> windows;
  double hop_s = 0.0;      ///< time between frames, s
  double bin_hz = 0.0;     ///< width of an FFT bin, Hz
  std::string doubt = {};  ///< learn::Reflection::doubt() of the model; empty: none
  /// False: the array's orientation is not known, and "world" directions are those of the sensor.
  bool oriented = true;
};

/// Writes an estimates file session by session.
class EstimatesWriter {
 public:
  /// @param with_bins  append_bins() will follow every append_session()
  EstimatesWriter(const std::filesystem::path& out, const core::Provenance& provenance,
                  const EstimatesHeader& header, bool with_bins = false);
  void append_session(const session::Info& info, const std::vector<session::Estimate>& estimates);
  /// Appends the bins of the last session.
  void append_bins(const session::BinOutputs& bins);
  /// Makes the columns of tracks; append_tracks() will follow every append_session().
  void declare_tracks() { formats::declare_tracks(writer_); }
  /// Appends the tracks of the last session.
  void append_tracks(const std::vector<session::TrackPoint>& tracks) {
    formats::append_tracks(writer_, sessions_ - 1, tracks);
  }
  void commit() { writer_.commit(); }

 private:
  void append_estimate(const session::Estimate& estimate);

  io::Hdf5Writer writer_;
  SessionTableWriter table_;
  std::size_t windows_;
  std::uint32_t sessions_ = 0;
  std::uint64_t peaks_ = 0;
  std::uint64_t bins_ = 0;
  std::uint64_t frames_ = 0;
};

/// Reads an estimates file: bins session by session, all other values at once.
class EstimatesReader {
 public:
  /// @throws core::InputError if the file is not a valid estimates file
  explicit EstimatesReader(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return file_.path(); }
  const EstimatesHeader& header() const { return header_; }
  const std::vector<session::Info>& sessions() const { return sessions_; }
  /// All estimates, sorted by session, window length and time.
  const std::vector<session::Estimate>& rows() const { return rows_; }
  const core::Provenance& provenance() const { return provenance_; }

  /// True if the file was made with --track.
  bool has_tracks() const { return has_tracks_; }
  /// All rows of tracks, sorted by session and time.
  const std::vector<session::TrackPoint>& tracks() const { return tracks_; }

  bool has_bins() const { return !bins_.empty(); }
  /// Reads the bins of session i, if has_bins(). @throws core::InputError for damaged data
  session::BinOutputs read_bins(std::size_t i) const;

 private:
  void read_rows();
  void read_peaks();

  io::Hdf5Reader file_;
  EstimatesHeader header_;
  std::vector<session::Info> sessions_;
  std::vector<session::Estimate> rows_;
  std::vector<session::TrackPoint> tracks_;
  bool has_tracks_ = false;
  core::Provenance provenance_;
  std::vector<core::IndexRange> bins_;    ///< [sessions]; empty: the file has no bins
  std::vector<core::IndexRange> frames_;  ///< [sessions]; empty likewise
};

}  // namespace formats
