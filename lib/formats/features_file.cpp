#include "formats/features_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.h"
#include "core/index_range.h"
#include "formats/columns.h"
#include "session/features.h"

namespace formats {
namespace {

constexpr const char* kStft = "/bin/stft";
constexpr const char* kBinFrame = "/bin/frame";
constexpr const char* kBinFrequency = "/bin/frequency";
constexpr const char* kBinEnergy = "/bin/energy";
constexpr const char* kBinRise = "/bin/rise";
constexpr const char* kFrameTime = "/frame/time_s";
constexpr const char* kFrameQuaternion = "/frame/quaternion";

/// A setting that files leave out if it is off.
double number_or(const io::Hdf5Reader& file, const char* name, double otherwise) {
  return file.has_attribute(kStft, name) ? file.number_attribute(kStft, name) : otherwise;
}

session::FeatureSettings read_settings(const io::Hdf5Reader& file) {
  session::FeatureSettings settings;
  settings.sample_rate_hz = file.number_attribute(kStft, "sample_freq");
  settings.window_samples = file.count_attribute(kStft, "window_samples");
  settings.hop_samples = file.count_attribute(kStft, "hop_samples");
  settings.min_frequency_hz = file.number_attribute(kStft, "min_frequency_hz");
  settings.max_frequency_hz = file.number_attribute(kStft, "max_frequency_hz");
  settings.floor_db = file.number_attribute(kStft, "floor_db");
  settings.floor_memory_s = number_or(file, "floor_memory_s", settings.floor_memory_s);
  settings.noise_margin_db = number_or(file, "noise_margin_db", settings.noise_margin_db);
  if (!settings.valid()) file.fail(kStft, "the STFT settings are damaged");
  return settings;
}

io::Hdf5Reader open_file(const std::filesystem::path& path) {
  io::Hdf5Reader file = io::open_container(path, kFeaturesFormat, kFeaturesVersion);
  if (!file.has(kBinRise)) {
    file.fail(kBinRise,
              "missing: an older csl-features made this file, and its bins may be chosen and "
              "smoothed already; make it again");
  }
  return file;
}

}  // namespace

FeaturesWriter::FeaturesWriter(const std::filesystem::path& out, const core::Provenance& provenance,
                               std::size_t microphones, const session::FeatureSettings& settings)
    : writer_(out, kFeaturesFormat, kFeaturesVersion, provenance),
      table_(writer_),
      microphones_(microphones) {
  for (const char* column :
       {"/session/first_frame", "/session/frames", "/session/first_bin", "/session/bins"}) {
    writer_.append<std::uint64_t>(column, {});
  }
  writer_.append_rows<std::complex<float>>(kStft, {}, microphones);
  writer_.append<double>(kFrameTime, {});
  writer_.append<std::uint32_t>("/frame/session", {});
  writer_.append<std::uint32_t>(kBinFrame, {});
  writer_.append<std::uint16_t>(kBinFrequency, {});
  writer_.append<float>(kBinEnergy, {});
  writer_.append<float>(kBinRise, {});
  writer_.append_rows<double>(kFrameQuaternion, {}, 4);
  writer_.attribute(kStft, "sample_freq", settings.sample_rate_hz);
  writer_.attribute(kStft, "window_samples", static_cast<double>(settings.window_samples));
  writer_.attribute(kStft, "hop_samples", static_cast<double>(settings.hop_samples));
  writer_.attribute(kStft, "min_frequency_hz", settings.min_frequency_hz);
  writer_.attribute(kStft, "max_frequency_hz", settings.max_frequency_hz);
  writer_.attribute(kStft, "floor_db", settings.floor_db);
  if (settings.floor_memory_s > 0.0) {
    writer_.attribute(kStft, "floor_memory_s", settings.floor_memory_s);
  }
  if (settings.noise_margin_db > 0.0) {
    writer_.attribute(kStft, "noise_margin_db", settings.noise_margin_db);
  }
  writer_.attribute(kFrameQuaternion, "order", "w x y z, Hamilton");
  writer_.attribute(kFrameQuaternion, "meaning", "turns sensor vectors into world vectors");
}

void FeaturesWriter::append(const session::Features& session) {
  begin(session.info);
  append_block(session);
  end();
}

void FeaturesWriter::begin(const session::Info& info) {
  table_.append(info);
  first_frame_ = frames_;
  first_bin_ = bins_;
  writer_.append_value<std::uint64_t>("/session/first_frame", first_frame_);
  writer_.append_value<std::uint64_t>("/session/first_bin", first_bin_);
}

void FeaturesWriter::append_block(const session::Features& block) {
  writer_.append_rows<std::complex<float>>(kStft, block.stft, microphones_);
  writer_.append<std::uint16_t>(kBinFrequency, block.frequency);
  writer_.append<float>(kBinEnergy, block.energy);
  writer_.append<float>(kBinRise, block.rise);
  std::vector<std::uint32_t> frame(block.frame);
  for (std::uint32_t& f : frame) f += static_cast<std::uint32_t>(first_frame_);
  writer_.append<std::uint32_t>(kBinFrame, frame);
  append_quaternions(writer_, kFrameQuaternion, block.frame_rotation);
  writer_.append<double>(kFrameTime, block.frame_time_s);
  const std::vector<std::uint32_t> owner(block.frames(), sessions_);
  writer_.append<std::uint32_t>("/frame/session", owner);
  frames_ += block.frames();
  bins_ += block.bins();
}

void FeaturesWriter::end() {
  writer_.append_value<std::uint64_t>("/session/frames", frames_ - first_frame_);
  writer_.append_value<std::uint64_t>("/session/bins", bins_ - first_bin_);
  ++sessions_;
}

FeaturesReader::FeaturesReader(const std::filesystem::path& path)
    : file_(open_file(path)), infos_(read_session_table(file_)), settings_(read_settings(file_)) {
  const std::vector<std::size_t> shape = file_.shape(kStft);
  if (shape.size() != 2 || shape[1] < 1 || shape[1] > 64) {
    file_.fail(kStft, "expected bins of 1 to 64 microphones");
  }
  microphones_ = shape[1];
  for (const char* column : {kBinFrame, kBinFrequency, kBinEnergy, kBinRise}) {
    if (file_.rows(column) != shape[0]) {
      file_.fail(column, fmt::format("expected {} rows, found {}", shape[0], file_.rows(column)));
    }
  }
  const std::size_t frames = file_.rows(kFrameTime);
  if (file_.shape(kFrameQuaternion) != std::vector<std::size_t>{frames, 4}) {
    file_.fail(kFrameQuaternion, fmt::format("expected {} rows of w x y z", frames));
  }
  frames_ = read_ranges(file_, "/session/first_frame", "/session/frames", size(), frames);
  bins_ = read_ranges(file_, "/session/first_bin", "/session/bins", size(), shape[0]);
}

session::Features FeaturesReader::read_places(std::size_t i) const {
  return read_rows(i, bins_[i], frames_[i], /*values=*/false);
}

session::Features FeaturesReader::read(std::size_t i) const {
  return read_rows(i, bins_[i], frames_[i], /*values=*/true);
}

void FeaturesReader::check(std::size_t i) const {
  constexpr std::size_t kRows = 65536;
  const core::IndexRange& bins = bins_[i];
  // Neighboring pieces share a bin, so that the order of all frames is checked.
  for (std::size_t first = bins.first; first < bins.end; first += kRows) {
    const std::size_t begin = std::max(bins.first, first - std::min<std::size_t>(first, 1));
    read_rows(i, {begin, std::min(bins.end, first + kRows)}, {}, /*values=*/true);
  }
  for (std::size_t first = frames_[i].first; first < frames_[i].end; first += kRows) {
    read_rows(i, {}, {first, std::min(frames_[i].end, first + kRows)}, /*values=*/true);
  }
}

/// Some bins and frames of session i, as rows of the file.
/// @param values  false: only where the bins are
session::Features FeaturesReader::read_rows(std::size_t i, const core::IndexRange& bins,
                                            const core::IndexRange& frames, bool values) const {
  session::Features session;
  session.info = infos_[i];
  session.frame.resize(bins.count());
  session.frequency.resize(bins.count());
  session.frame_time_s.resize(frames.count());
  file_.read_rows<std::uint32_t>(kBinFrame, bins, session.frame);
  file_.read_rows<std::uint16_t>(kBinFrequency, bins, session.frequency);
  file_.read_rows<double>(kFrameTime, frames, session.frame_time_s);
  for (std::uint32_t& frame : session.frame) {
    frame -= static_cast<std::uint32_t>(frames_[i].first);
  }
  check_places(session, frames_[i].count());
  if (!values) return session;
  session.stft.resize(bins.count() * microphones_);
  session.energy.resize(bins.count());
  session.rise.resize(bins.count());
  file_.read_rows<std::complex<float>>(kStft, bins, session.stft);
  file_.read_rows<float>(kBinEnergy, bins, session.energy);
  file_.read_rows<float>(kBinRise, bins, session.rise);
  std::vector<double> rows(4 * frames.count());
  file_.read_rows<double>(kFrameQuaternion, frames, rows);
  for (std::size_t k = 0; k < frames.count(); ++k) {
    session.frame_rotation.push_back(quaternion_at(rows, k));
  }
  check_values(session);
  return session;
}

void FeaturesReader::check_places(const session::Features& session, std::size_t frames) const {
  for (std::size_t b = 0; b < session.bins(); ++b) {
    if (session.frame[b] >= frames || (b > 0 && session.frame[b] < session.frame[b - 1])) {
      file_.fail(kBinFrame, fmt::format("session {}: frames must rise from 0 to {}, found {}",
                                        session.info.id, frames - 1, session.frame[b]));
    }
    if (session.frequency[b] > settings_.max_frequency_index()) {
      file_.fail(kBinFrequency, fmt::format("session {}: expected an index of at most {}, found {}",
                                            session.info.id, settings_.max_frequency_index(),
                                            session.frequency[b]));
    }
  }
}

void FeaturesReader::check_values(const session::Features& session) const {
  const auto check = [&](const char* column, const std::vector<float>& values) {
    for (const float value : values) {
      if (value >= 0.0F && std::isfinite(value)) continue;
      file_.fail(column, fmt::format("session {}: expected finite numbers of 0 or more, found {}",
                                     session.info.id, value));
    }
  };
  check(kBinEnergy, session.energy);
  check(kBinRise, session.rise);
  for (const std::complex<float>& y : session.stft) {
    if (!std::isfinite(y.real()) || !std::isfinite(y.imag())) {
      file_.fail(kStft,
                 fmt::format("session {}: found a value that is not finite", session.info.id));
    }
  }
  for (const Eigen::Quaterniond& q : session.frame_rotation) {
    if (!(std::abs(q.norm() - 1.0) < 1e-3)) {
      file_.fail(kFrameQuaternion,
                 fmt::format("session {}: expected unit quaternions, found length {}",
                             session.info.id, q.norm()));
    }
  }
}

void FeaturesReader::require_same_kind(const FeaturesReader& first) const {
  if (microphones_ != first.microphones_) {
    file_.fail(kStft, fmt::format("expected {} microphones as in {}, found {}", first.microphones_,
                                  first.path().string(), microphones_));
  }
  if (!(settings_ == first.settings_)) {
    file_.fail(kStft, fmt::format("its STFT settings differ from those of {}; make both with the "
                                  "same csl-features options",
                                  first.path().string()));
  }
}

}  // namespace formats
