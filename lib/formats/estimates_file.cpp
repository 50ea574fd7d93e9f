#include "formats/estimates_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.h"
#include "core/index_range.h"
#include "formats/columns.h"
#include "io/container.h"
#include "session/estimate.h"
#include "session/session.h"

namespace formats {
namespace {

EstimatesHeader read_header(const io::Hdf5Reader& file) {
  EstimatesHeader header;
  header.method = file.text_attribute("/", "method");
  header.estimator = file.text_attribute("/", "estimator");
  header.pooling = file.text_attribute("/", "pooling");
  header.hop_s = file.number_attribute("/", "hop_s");
  header.bin_hz = file.number_attribute("/", "bin_hz");
  if (file.has_attribute("/", "doubt")) header.doubt = file.text_attribute("/", "doubt");
  header.oriented = !file.has_attribute("/", "orientation");
  if (!(header.hop_s > 0.0) || !(header.bin_hz > 0.0)) {
    file.fail("/", fmt::format("expected hop_s and bin_hz above zero, found {} and {}",
                               header.hop_s, header.bin_hz));
  }
  try {
    for (const std::string& label : file.read_strings("/window/length_s")) {
      header.windows.push_back(doa::WindowLength::parse(label));
    }
  } catch (const core::UsageError& error) {
    file.fail("/window/length_s", error.what());
  }
  return header;
}

/// What arrays could not tell; older files do not say it.
std::vector<session::Ambiguity> read_ambiguities(const io::Hdf5Reader& file, std::size_t rows) {
  const char* dataset = "/estimate/ambiguity";
  std::vector<session::Ambiguity> ambiguity(rows, session::Ambiguity::kNone);
  if (!file.has(dataset)) return ambiguity;
  const auto values = read_column<std::uint8_t>(file, dataset, rows);
  for (std::size_t i = 0; i < rows; ++i) {
    if (values[i] > static_cast<std::uint8_t>(session::Ambiguity::kCone)) {
      file.fail(dataset, fmt::format("row {}: expected 0, 1 or 2, found {}", i, values[i]));
    }
    ambiguity[i] = static_cast<session::Ambiguity>(values[i]);
  }
  return ambiguity;
}

}  // namespace

EstimatesWriter::EstimatesWriter(const std::filesystem::path& out,
                                 const core::Provenance& provenance, const EstimatesHeader& header,
                                 bool with_bins)
    : writer_(out, kEstimatesFormat, kEstimatesVersion, provenance),
      table_(writer_),
      windows_(header.windows.size()) {
  writer_.attribute("/", "method", header.method);
  writer_.attribute("/", "estimator", header.estimator);
  writer_.attribute("/", "pooling", header.pooling);
  writer_.attribute("/", "hop_s", header.hop_s);
  writer_.attribute("/", "bin_hz", header.bin_hz);
  if (!header.doubt.empty()) writer_.attribute("/", "doubt", header.doubt);
  if (!header.oriented) writer_.attribute("/", "orientation", "unknown");
  for (const doa::WindowLength& window : header.windows) {
    writer_.append_string("/window/length_s", window.label());
  }
  // Every column exists, also in a file without windows or peaks, so that readers need no special
  // case.
  for (const char* leaf : {"window", "session", "frame", "bins", "peaks"}) {
    writer_.append<std::uint32_t>(fmt::format("/estimate/{}", leaf), {});
  }
  writer_.append<std::uint64_t>("/estimate/first_peak", {});
  writer_.append_rows<double>("/estimate/quaternion", {}, 4);
  for (const char* group : {"/estimate", "/peak"}) {
    writer_.append_rows<double>(fmt::format("{}/direction_sensor", group), {}, 3);
    writer_.append_rows<double>(fmt::format("{}/direction_world", group), {}, 3);
  }
  for (const char* column :
       {"/estimate/time_s", "/estimate/confidence", "/estimate/support",
        "/estimate/predicted_error_deg", "/peak/density", "/peak/confidence", "/peak/norm_share"}) {
    writer_.append<double>(column, {});
  }
  writer_.append<std::uint32_t>("/peak/bins", {});
  writer_.append<std::uint8_t>("/estimate/ambiguity", {});
  if (!with_bins) return;
  for (const char* column :
       {"/session/first_bin", "/session/bins", "/session/first_frame", "/session/frames"}) {
    writer_.append<std::uint64_t>(column, {});
  }
  append_bins({});
}

void EstimatesWriter::append_session(const session::Info& info,
                                     const std::vector<session::Estimate>& estimates) {
  table_.append(info);
  for (const session::Estimate& estimate : estimates) append_estimate(estimate);
  ++sessions_;
}

void EstimatesWriter::append_estimate(const session::Estimate& e) {
  writer_.append_value("/estimate/window", e.window);
  writer_.append_value("/estimate/session", sessions_);
  writer_.append_value("/estimate/frame", e.frame);
  writer_.append_value("/estimate/time_s", e.time_s);
  append_quaternions(writer_, "/estimate/quaternion", {&e.q_world_sensor, 1});
  append_vector(writer_, "/estimate/direction_sensor", e.direction_sensor);
  append_vector(writer_, "/estimate/direction_world", e.direction_world);
  writer_.append_value("/estimate/confidence", e.confidence);
  writer_.append_value("/estimate/support", e.support);
  writer_.append_value("/estimate/predicted_error_deg", e.predicted_error_deg);
  writer_.append_value("/estimate/bins", e.bins);
  writer_.append_value("/estimate/ambiguity", static_cast<std::uint8_t>(e.ambiguity));
  writer_.append_value("/estimate/first_peak", peaks_);
  writer_.append_value("/estimate/peaks", static_cast<std::uint32_t>(e.peaks.size()));
  for (const session::Peak& peak : e.peaks) {
    append_vector(writer_, "/peak/direction_sensor", peak.direction_sensor);
    append_vector(writer_, "/peak/direction_world", peak.direction_world);
    writer_.append_value("/peak/density", peak.density);
    writer_.append_value("/peak/confidence", peak.confidence);
    writer_.append_value("/peak/norm_share", peak.norm_share);
    writer_.append_value("/peak/bins", peak.bins);
  }
  peaks_ += e.peaks.size();
}

void EstimatesWriter::append_bins(const session::BinOutputs& bins) {
  if (sessions_ > 0) {
    writer_.append_value<std::uint64_t>("/session/first_bin", bins_);
    writer_.append_value<std::uint64_t>("/session/bins", bins.frequency.size());
    writer_.append_value<std::uint64_t>("/session/first_frame", frames_);
    writer_.append_value<std::uint64_t>("/session/frames", bins.frame_time_s.size());
  }
  writer_.append_rows<float>("/bin/direction_sensor", bins.sensor, 3);
  writer_.append<std::uint32_t>("/bin/frame", bins.frame);
  writer_.append<std::uint16_t>("/bin/frequency", bins.frequency);
  writer_.append_rows<std::uint8_t>("/bin/source", bins.source, windows_);
  writer_.append<double>("/frame/time_s", bins.frame_time_s);
  append_quaternions(writer_, "/frame/quaternion", bins.frame_rotation);
  bins_ += bins.frequency.size();
  frames_ += bins.frame_time_s.size();
}

EstimatesReader::EstimatesReader(const std::filesystem::path& path)
    : file_(io::open_container(path, kEstimatesFormat, kEstimatesVersion)),
      header_(read_header(file_)),
      sessions_(read_session_table(file_)),
      provenance_(io::read_provenance(file_)) {
  read_rows();
  read_peaks();
  has_tracks_ = formats::has_tracks(file_);
  if (has_tracks_) tracks_ = read_tracks(file_, sessions_.size());
  if (!file_.has("/bin/frequency")) return;
  const std::size_t bins = file_.rows("/bin/frequency");
  const std::size_t frames = file_.rows("/frame/time_s");
  bins_ = read_ranges(file_, "/session/first_bin", "/session/bins", sessions_.size(), bins);
  frames_ = read_ranges(file_, "/session/first_frame", "/session/frames", sessions_.size(), frames);
  const std::vector<std::pair<const char*, std::vector<std::size_t>>> shapes = {
      {"/bin/direction_sensor", {bins, 3}},
      {"/bin/frame", {bins}},
      {"/bin/source", {bins, header_.windows.size()}},
      {"/frame/quaternion", {frames, 4}}};
  for (const auto& [dataset, shape] : shapes) {
    if (file_.shape(dataset) == shape) continue;
    file_.fail(dataset, fmt::format("expected the shape [{}], found [{}]", fmt::join(shape, ", "),
                                    fmt::join(file_.shape(dataset), ", ")));
  }
}

void EstimatesReader::read_rows() {
  const std::size_t rows = file_.rows("/estimate/window");
  const auto window = read_column<std::uint32_t>(file_, "/estimate/window", rows);
  const auto session = read_column<std::uint32_t>(file_, "/estimate/session", rows);
  const auto frame = read_column<std::uint32_t>(file_, "/estimate/frame", rows);
  const auto time = read_column<double>(file_, "/estimate/time_s", rows);
  const auto q = read_column<double>(file_, "/estimate/quaternion", rows, 4);
  const auto sensor = read_column<double>(file_, "/estimate/direction_sensor", rows, 3);
  const auto world = read_column<double>(file_, "/estimate/direction_world", rows, 3);
  const auto confidence = read_column<double>(file_, "/estimate/confidence", rows);
  const auto support = read_column<double>(file_, "/estimate/support", rows);
  const auto predicted = read_column<double>(file_, "/estimate/predicted_error_deg", rows);
  const auto bins = read_column<std::uint32_t>(file_, "/estimate/bins", rows);
  const auto ambiguity = read_ambiguities(file_, rows);
  rows_.resize(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    const bool sorted = i == 0 || session[i] >= session[i - 1];
    if (window[i] >= header_.windows.size() || session[i] >= sessions_.size() || !sorted) {
      file_.fail("/estimate",
                 fmt::format("row {}: expected one of {} windows and of {} sessions in rising "
                             "order, found window {} of session {}",
                             i, header_.windows.size(), sessions_.size(), window[i], session[i]));
    }
    rows_[i] = {window[i],
                session[i],
                frame[i],
                time[i],
                quaternion_at(q, i),
                vector_at(sensor, i),
                vector_at(world, i),
                confidence[i],
                support[i],
                predicted[i],
                bins[i],
                ambiguity[i],
                {}};
  }
}

void EstimatesReader::read_peaks() {
  const std::size_t peaks = file_.rows("/peak/density");
  const auto counts = read_column<std::uint32_t>(file_, "/estimate/peaks", rows_.size());
  const auto sensor = read_column<double>(file_, "/peak/direction_sensor", peaks, 3);
  const auto world = read_column<double>(file_, "/peak/direction_world", peaks, 3);
  const auto density = read_column<double>(file_, "/peak/density", peaks);
  const auto confidence = read_column<double>(file_, "/peak/confidence", peaks);
  const auto share = read_column<double>(file_, "/peak/norm_share", peaks);
  const auto bins = read_column<std::uint32_t>(file_, "/peak/bins", peaks);
  std::size_t next = 0;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (counts[i] > peaks - next) {
      file_.fail("/estimate/peaks", fmt::format("row {}: expected at most {} peaks, found {}", i,
                                                peaks - next, counts[i]));
    }
    for (std::size_t p = next; p < next + counts[i]; ++p) {
      rows_[i].peaks.push_back({vector_at(sensor, p), vector_at(world, p), density[p],
                                confidence[p], share[p], bins[p]});
    }
    next += counts[i];
  }
  if (next != peaks) {
    file_.fail("/estimate/peaks",
               fmt::format("expected peaks that add up to {}, found {}", peaks, next));
  }
}

session::BinOutputs EstimatesReader::read_bins(std::size_t i) const {
  const core::IndexRange& range = bins_.at(i);
  const core::IndexRange& frames = frames_.at(i);
  session::BinOutputs bins;
  bins.sensor.resize(3 * range.count());
  bins.frame.resize(range.count());
  bins.frequency.resize(range.count());
  bins.source.resize(range.count() * header_.windows.size());
  bins.frame_time_s.resize(frames.count());
  std::vector<double> q(4 * frames.count());
  file_.read_rows<float>("/bin/direction_sensor", range, bins.sensor);
  file_.read_rows<std::uint32_t>("/bin/frame", range, bins.frame);
  file_.read_rows<std::uint16_t>("/bin/frequency", range, bins.frequency);
  file_.read_rows<std::uint8_t>("/bin/source", range, bins.source);
  file_.read_rows<double>("/frame/time_s", frames, bins.frame_time_s);
  file_.read_rows<double>("/frame/quaternion", frames, q);
  for (std::size_t f = 0; f < frames.count(); ++f) {
    bins.frame_rotation.push_back(quaternion_at(q, f));
    if (!(std::abs(bins.frame_rotation.back().norm() - 1.0) < 1e-3)) {
      file_.fail("/frame/quaternion",
                 fmt::format("session {}: expected unit quaternions", sessions_[i].id));
    }
  }
  for (std::size_t b = 0; b < range.count(); ++b) {
    if (bins.frame[b] >= frames.count() || (b > 0 && bins.frame[b] < bins.frame[b - 1])) {
      file_.fail("/bin/frame", fmt::format("session {}: frames must rise below {}, found {}",
                                           sessions_[i].id, frames.count(), bins.frame[b]));
    }
  }
  const auto finite = [](float x) { return std::isfinite(x); };
  if (!std::all_of(bins.sensor.begin(), bins.sensor.end(), finite)) {
    file_.fail("/bin/direction_sensor",
               fmt::format("session {}: found a value that is not finite", sessions_[i].id));
  }
  return bins;
}

}  // namespace formats
