#include "commands/infer_inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/errors.h"
#include "core/log.h"
#include "features/session_features.h"
#include "formats/features_file.h"
#include "formats/sessions_file.h"
#include "ingest/audio_cutter.h"
#include "ingest/audio_scan.h"
#include "ingest/microphones.h"
#include "ingest/recording_stream.h"
#include "io/audio.h"
#include "io/container.h"
#include "io/hdf5_reader.h"

namespace commands {
namespace {

namespace fs = std::filesystem;

/// HDF5 serves one thread at a time.
std::mutex& hdf5_mutex() {
  static std::mutex mutex;
  return mutex;
}

class FeaturesSource : public FeatureSource {
 public:
  explicit FeaturesSource(const fs::path& path) : file(path) {}
  std::size_t size() const override { return file.size(); }
  session::Features read(std::size_t i, const session::FeatureSettings&) const override {
    const std::scoped_lock lock(hdf5_mutex());
    return file.read(i);
  }

  formats::FeaturesReader file;
};

class SessionsSource : public FeatureSource {
 public:
  explicit SessionsSource(const fs::path& path) : file(path) {}
  std::size_t size() const override { return file.size(); }
  session::Features read(std::size_t i, const session::FeatureSettings& settings) const override {
    return features::make_features(read_session(i), file.microphones(), settings);
  }

  formats::SessionsReader file;

 private:
  session::Session read_session(std::size_t i) const {
    const std::scoped_lock lock(hdf5_mutex());
    return file.read(i);
  }
};

/// One recording without orientation.
class RecordingSource : public FeatureSource {
 public:
  explicit RecordingSource(ingest::AudioScan scan) : scan_(std::move(scan)) {}
  std::size_t size() const override { return 1; }
  session::Features read(std::size_t, const session::FeatureSettings& settings) const override {
    const double rate_hz = settings.sample_rate_hz;
    const auto samples = static_cast<std::uint64_t>(std::llround(scan_.duration_s() * rate_hz));
    session::Info info;
    info.id = scan_.source.name().stem().string();
    info.recording = info.id;
    info.recording_start_s = 0.0;
    info.duration_s = static_cast<double>(samples) / rate_hz;
    ingest::AudioCutter cutter(scan_.source, rate_hz);
    const session::Session session{std::move(info), cutter.cut(0, samples),
                                   so3::Track({0.0}, {Eigen::Quaterniond::Identity()}),
                                   imu::Samples()};
    return features::make_features(session, scan_.channel.size(), settings);
  }

 private:
  ingest::AudioScan scan_;
};

void require_microphones(const fs::path& path, std::size_t found, const InputWishes& wishes) {
  if (found == wishes.microphones) return;
  throw core::InputError(fmt::format("{}: expected {} microphones as {} has, found {}",
                                     path.string(), wishes.microphones, wishes.needed_by, found));
}

/// The scans of audio files, with the channels that stand for the array's microphones.
std::vector<ingest::AudioScan> scan_audio(const std::vector<fs::path>& paths,
                                          const std::vector<std::size_t>& channels) {
  std::vector<ingest::AudioScan> scans;
  for (const fs::path& path : paths) {
    scans.push_back(ingest::scan_audio({.files = {path}, .channels = channels}, false));
    for (const std::string& warning : scans.back().warnings) {
      core::log_warning("{}: {}", path.string(), warning);
    }
  }
  return scans;
}

/// Channels that are microphones, of those that the scans have. All of them if no sound shows it, or
/// if a model needs them.
std::vector<std::size_t> living_channels(const std::vector<ingest::AudioScan>& scans,
                                         const formats::LoadedModel* model) {
  try {
    const ingest::Microphones found = ingest::find_microphones(scans);
    if (found.left_out.empty()) return found.channels;
    if (model == nullptr) {
      core::log_warning("left out: {}", ingest::list_faults(found.left_out));
      return found.channels;
    }
    core::log_warning("{}: the model needs all microphones: directions are wrong",
                      ingest::list_faults(found.left_out));
  } catch (const core::InputError& error) {
    core::log_warning("{}; all channels are used", error.what());
  }
  return scans.front().numbers;
}

}  // namespace

InferInputs::InferInputs(const std::vector<fs::path>& paths, const InputWishes& wishes)
    : settings_(wishes.settings), kept_(wishes.microphones) {
  std::iota(kept_.begin(), kept_.end(), std::size_t{0});
  std::vector<fs::path> audio;
  for (const fs::path& path : paths) {
    if (io::looks_like_audio(path)) {
      audio.push_back(path);
    } else {
      add_container(path, wishes);
    }
  }
  core::require(!audio.empty() || wishes.channels.empty(),
                "--channels: names channels of audio, found no audio file");
  if (!audio.empty()) add_audio(audio, wishes);
}

session::Features InferInputs::read(std::size_t i) const {
  return sources_[sessions_[i].first]->read(sessions_[i].second, settings_);
}

void InferInputs::append_history(core::Provenance& provenance) const {
  for (const core::Provenance& step : provenance_) core::append_history(provenance, step);
}

void InferInputs::add(std::unique_ptr<FeatureSource> source) {
  for (std::size_t i = 0; i < source->size(); ++i) sessions_.emplace_back(sources_.size(), i);
  sources_.push_back(std::move(source));
}

/// Takes the settings of the first file, and compares those of the others.
void InferInputs::settle(const session::FeatureSettings& found, const fs::path& path) {
  if (settled_by_.empty()) {
    settings_ = found;
    settled_by_ = path;
  } else if (!(found == settings_)) {
    throw core::InputError(fmt::format("{}: expected features with the settings of {}",
                                       path.string(), settled_by_.string()));
  }
}

void InferInputs::add_container(const fs::path& path, const InputWishes& wishes) {
  if (io::container_format(io::Hdf5Reader(path)) != formats::kSessionsFormat) {
    auto source = std::make_unique<FeaturesSource>(path);
    if (wishes.model != nullptr) {
      formats::require_model_fits(*wishes.model, source->file);
    } else {
      require_microphones(path, source->file.microphones(), wishes);
      settle(source->file.settings(), path);
    }
    provenance_.push_back(source->file.provenance());
    add(std::move(source));
    return;
  }
  auto source = std::make_unique<SessionsSource>(path);
  require_microphones(path, source->file.microphones(), wishes);
  session::FeatureSettings made = settings_;
  if (wishes.model == nullptr) {
    made = features::default_settings(source->file.sample_rate_hz());
    made.min_frequency_hz = settings_.min_frequency_hz;
    settle(made, path);
  } else if (source->file.sample_rate_hz() != made.sample_rate_hz) {
    throw core::InputError(fmt::format("{}: expected the sample rate of {}, {} Hz, found {} Hz",
                                       path.string(), wishes.needed_by, made.sample_rate_hz,
                                       source->file.sample_rate_hz()));
  }
  provenance_.push_back(source->file.provenance());
  add(std::move(source));
}

void InferInputs::add_audio(const std::vector<fs::path>& paths, const InputWishes& wishes) {
  oriented_ = false;
  std::vector<std::size_t> channels;
  if (!wishes.channels.empty()) channels = ingest::parse_channels(wishes.channels);
  std::vector<ingest::AudioScan> scans = scan_audio(paths, channels);
  for (const ingest::AudioScan& scan : scans) {
    if (scan.channel.size() == wishes.microphones) continue;
    throw core::InputError(fmt::format(
        "{}: expected {} channels as {} has microphones, found {}; name those that are the "
        "microphones, in the array's order, such as --channels 1-{}",
        scan.source.name().string(), wishes.microphones, wishes.needed_by, scan.channel.size(),
        wishes.microphones));
  }
  const std::vector<std::size_t> all = scans.front().numbers;
  const std::vector<std::size_t> living = living_channels(scans, wishes.model);
  if (living.size() < all.size()) {
    if (!sources_.empty()) {
      throw core::InputError(fmt::format(
          "{}: has microphones that are no use, and the other inputs have all; localize them apart",
          paths.front().string()));
    }
    kept_.clear();
    for (std::size_t m = 0; m < all.size(); ++m) {
      if (std::ranges::find(living, all[m]) != living.end()) kept_.push_back(m);
    }
    scans = scan_audio(paths, living);
  }
  for (ingest::AudioScan& scan : scans) add(std::make_unique<RecordingSource>(std::move(scan)));
}

}  // namespace commands
