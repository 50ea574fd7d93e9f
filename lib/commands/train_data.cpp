#include "commands/train_data.h"

#include <fmt/format.h>

#include <algorithm>

#include "commands/common.h"
#include "core/errors.h"
#include "core/log.h"
#include "core/progress.h"
#include "core/stop_signal.h"
#include "features/microphone_check.h"
#include "features/network_bins.h"
#include "session/features.h"
#include "session/session.h"

namespace commands {
namespace {

/// Bytes of a bin that always stay in memory: its frame and frequency.
constexpr double kResidentBytes = 6.0;

/// True unless an earlier interval of the same recording has bins.
bool starts_recording(const std::string& recording, const learn::Dataset& data) {
  if (recording.empty()) return true;
  for (auto earlier = data.intervals.rbegin(); earlier != data.intervals.rend(); ++earlier) {
    if (earlier->recording != recording) return true;
    if (earlier->end_bin > earlier->first_bin) return false;
    if (earlier->starts_recording) return true;
  }
  return true;
}

/// Appends one session as an interval of the learner's data.
/// @param new_file  whether it is the first session of its file: files do not share recordings
void append_session(const session::Features& session, bool new_file, learn::Dataset& data) {
  learn::Interval interval;
  interval.recording = session.info.recording;
  interval.starts_recording = new_file || starts_recording(interval.recording, data);
  const auto first_frame = static_cast<std::uint32_t>(data.frames());
  interval.first_bin = data.bins();
  interval.end_bin = data.bins() + session.bins();
  interval.first_frame = first_frame;
  interval.end_frame = first_frame + static_cast<std::uint32_t>(session.frames());
  // An interval with a moving source has no single true direction.
  if (session.info.sources.size() == 1 && !session.info.sources.front().moves()) {
    interval.direction_world = session.info.sources.front().direction_world.cast<float>();
  }
  if (data.spool) {
    data.spool->append(session.stft);
  } else {
    data.stft.insert(data.stft.end(), session.stft.begin(), session.stft.end());
  }
  data.frequency.insert(data.frequency.end(), session.frequency.begin(), session.frequency.end());
  for (const std::uint32_t frame : session.frame) data.frame.push_back(first_frame + frame);
  for (const Eigen::Quaterniond& q : session.frame_rotation) {
    data.R_world_sensor.push_back(q.toRotationMatrix().cast<float>());
  }
  data.intervals.push_back(interval);
}

std::size_t count_bins(const formats::FeaturesReader& reader,
                       const learn::BinSmoothing& smoothing) {
  if (smoothing.group == 1) return reader.bins();
  std::size_t bins = 0;
  for (std::size_t i = 0; i < reader.size(); ++i) {
    const session::Features places = reader.read_places(i);
    bins += features::count_network_bins(places.frame, places.frequency, smoothing.group);
  }
  return bins;
}

}  // namespace

FeaturesReaders open_features(const std::vector<std::filesystem::path>& paths) {
  FeaturesReaders readers;
  for (const std::filesystem::path& path : paths) {
    readers.add(path).require_same_kind(*readers.files.front());
  }
  return readers;
}

void check_microphones(const FeaturesReaders& readers, bool keep) {
  const formats::FeaturesReader& first = *readers.files.front();
  features::MicrophoneCheck check(first.microphones(), first.settings());
  // A few seconds of each of some sessions, evenly chosen.
  const std::size_t sessions = std::min<std::size_t>(readers.size(), 60);
  const std::size_t blocks =
      features::MicrophoneCheck::kMostBlocks / std::max<std::size_t>(sessions, 1);
  for (std::size_t i = 0; i < sessions && !check.enough(); ++i) {
    check.add(readers.read(i * readers.size() / sessions), blocks);
  }
  const std::vector<features::DeadMicrophone> dead = check.dead();
  if (dead.empty()) return;
  std::string list;
  for (const features::DeadMicrophone& microphone : dead) {
    list += fmt::format("{}microphone {} ({})", list.empty() ? "" : ", ", microphone.number,
                        microphone.reason);
  }
  const std::string message = fmt::format(
      "{}: expected microphones that hear the same sound, found {}", first.path().string(), list);
  if (!keep) {
    throw core::InputError(
        message +
        "; import the recordings again without them (csl-import leaves them out), "
        "or train on them with --keep-dead");
  }
  core::log_warning("{}", message);
}

MemoryPlan plan_memory(const FeaturesReaders& readers, const learn::BinSmoothing& smoothing,
                       const std::string& memory, const std::filesystem::path& folder) {
  std::size_t bins = 0;
  for (const auto& reader : readers.files) bins += count_bins(*reader, smoothing);
  const double stft_bytes =
      static_cast<double>(bins) * 8.0 * static_cast<double>(readers.files.front()->microphones());
  const double rest_bytes = static_cast<double>(bins) * kResidentBytes;
  const auto allowed = static_cast<double>(parse_bytes("--memory", memory));
  if (rest_bytes > allowed) {
    throw core::InputError(
        fmt::format("the features need {} of memory even when most of them stay on disk, --memory "
                    "allows {}: raise it, or train on fewer sessions",
                    format_bytes(rest_bytes), format_bytes(allowed)));
  }
  return {bins, stft_bytes + rest_bytes > allowed, folder};
}

namespace {

/// The method assumes that a source does not move within an interval (C-SL paper, 2.1).
void warn_of_moving_sources(const FeaturesReaders& readers) {
  std::size_t moving = 0;
  for (const auto& reader : readers.files) {
    for (std::size_t i = 0; i < reader->size(); ++i) {
      const std::vector<session::SourceTruth>& sources = reader->info(i).sources;
      moving += std::any_of(sources.begin(), sources.end(),
                            [](const session::SourceTruth& source) { return source.moves(); });
    }
  }
  if (moving > 0) {
    core::log_warning(
        "{} sessions have moving sources, but training assumes that a source does not move within "
        "a "
        "session; these sessions are still used",
        moving);
  }
}

}  // namespace

learn::Dataset read_dataset(const FeaturesReaders& readers, const learn::BinSmoothing& smoothing,
                            const MemoryPlan& plan, core::ThreadPool& pool) {
  warn_of_moving_sources(readers);
  learn::Dataset data;
  data.microphones = readers.files.front()->microphones();
  data.max_frequency_index = readers.files.front()->settings().max_frequency_index();
  data.hop_s = readers.files.front()->settings().hop_s();
  data.bin_width_hz = 1.0 / readers.files.front()->settings().window_s();
  if (plan.spool) {
    data.spool = std::make_shared<learn::BinSpool>(plan.folder, data.microphones);
    core::log_detail("features beyond --memory are kept in a temporary file");
  } else {
    data.stft.reserve(plan.bins * data.microphones);
  }
  data.frequency.reserve(plan.bins);
  data.frame.reserve(plan.bins);
  core::Progress progress("reading", readers.size(), "sessions");
  core::ordered_pipeline<session::Features>(
      pool, readers.size(),
      [&](std::size_t i) { return features::network_bins(readers.read(i), smoothing); },
      [&](std::size_t i, session::Features&& session) {
        if (core::StopSignal::requested()) {
          throw core::Error(core::ExitCode::kStopped,
                            "stopped while reading the features; repeat the command");
        }
        append_session(session, readers.starts_file(i), data);
        progress.advance();
      });
  return data;
}

learn::Dataset read_dataset(const FeaturesReaders& readers, const learn::BinSmoothing& smoothing,
                            const MemoryOptions& options, core::ThreadPool& pool) {
  const std::filesystem::path folder =
      options.spool.empty() ? options.out.parent_path() : options.spool;
  return read_dataset(readers, smoothing, plan_memory(readers, smoothing, options.memory, folder),
                      pool);
}

}  // namespace commands
