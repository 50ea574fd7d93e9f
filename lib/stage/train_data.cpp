#include "stage/train_data.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/errors.h"
#include "core/log.h"
#include "core/progress.h"
#include "core/stop_signal.h"
#include "stage/common.h"

namespace stage {
namespace {

/// Appends one session as an interval of the learner's data.
void append_session(const SessionFeatures& session, csl::Dataset& data) {
  csl::Interval interval;
  const auto first_frame = static_cast<std::uint32_t>(data.frames());
  interval.first_bin = data.bins();
  interval.end_bin = data.bins() + session.bins();
  interval.first_frame = first_frame;
  interval.end_frame = first_frame + static_cast<std::uint32_t>(session.frames());
  // What a moving source is learned from is not one direction: such intervals have no truth.
  if (session.info.sources.size() == 1 && !session.info.sources.front().moves()) {
    interval.direction_world = session.info.sources.front().direction_world.cast<float>();
  }
  data.stft.insert(data.stft.end(), session.stft.begin(), session.stft.end());
  data.frequency.insert(data.frequency.end(), session.frequency.begin(), session.frequency.end());
  for (const std::uint32_t frame : session.frame) data.frame.push_back(first_frame + frame);
  for (const Eigen::Quaterniond& q : session.frame_rotation) {
    data.R_world_sensor.push_back(q.toRotationMatrix().cast<float>());
  }
  data.intervals.push_back(interval);
}

}  // namespace

FeaturesReaders open_features(const std::vector<std::filesystem::path>& paths) {
  FeaturesReaders readers;
  for (const std::filesystem::path& path : paths) {
    readers.push_back(std::make_unique<FeaturesReader>(path));
    readers.back()->require_same_kind(*readers.front());
  }
  return readers;
}

void check_memory(const FeaturesReaders& readers, const std::string& memory) {
  double bins = 0.0;
  for (const auto& reader : readers) bins += static_cast<double>(reader->bins());
  const double bin_bytes = 8.0 * static_cast<double>(readers.front()->microphones()) + 6.0;
  const auto allowed = static_cast<double>(parse_bytes("--memory", memory));
  if (bins * bin_bytes > allowed) {
    throw core::InputError(
        fmt::format("the features need {} of memory, --memory allows {}: raise it, or "
                    "train on fewer sessions",
                    format_bytes(bins * bin_bytes), format_bytes(allowed)));
  }
}

namespace {

/// The method takes a source to rest within an interval (paper, 2.1).
void warn_of_moving_sources(const FeaturesReaders& readers) {
  std::size_t moving = 0;
  for (const auto& reader : readers) {
    for (std::size_t i = 0; i < reader->size(); ++i) {
      const std::vector<SourceTruth>& sources = reader->info(i).sources;
      moving += std::any_of(sources.begin(), sources.end(),
                            [](const SourceTruth& source) { return source.moves(); });
    }
  }
  if (moving > 0) {
    core::log_warning(
        "{} sessions have moving sources, but learning takes a source to rest within a session; "
        "they are used all the same",
        moving);
  }
}

}  // namespace

csl::Dataset read_dataset(const FeaturesReaders& readers) {
  warn_of_moving_sources(readers);
  csl::Dataset data;
  std::size_t sessions = 0;
  std::size_t bins = 0;
  for (const auto& reader : readers) {
    sessions += reader->size();
    bins += reader->bins();
  }
  data.microphones = readers.front()->microphones();
  data.max_frequency_index = readers.front()->settings().max_frequency_index();
  data.hop_s = readers.front()->settings().hop_s();
  data.bin_width_hz = 1.0 / readers.front()->settings().window_s();
  data.stft.reserve(bins * data.microphones);
  data.frequency.reserve(bins);
  data.frame.reserve(bins);
  core::Progress progress("reading", sessions, "sessions");
  for (const auto& reader : readers) {
    for (std::size_t i = 0; i < reader->size(); ++i) {
      if (core::StopSignal::requested()) {
        throw core::Error(core::ExitCode::kStopped, "stopped while reading: run me again");
      }
      append_session(reader->read(i), data);
      progress.advance();
    }
  }
  return data;
}

bool has_truth(const csl::Dataset& data) {
  return std::ranges::any_of(data.intervals,
                             [](const csl::Interval& i) { return i.direction_world.has_value(); });
}

}  // namespace stage
