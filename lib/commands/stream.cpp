#include "commands/stream.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

#include "commands/knowledge.h"
#include "commands/output_plan.h"
#include "commands/stream_input.h"
#include "commands/stream_view.h"
#include "core/errors.h"
#include "core/files.h"
#include "core/stop_signal.h"
#include "formats/names.h"
#include "formats/orientation_table.h"
#include "formats/pose_feed.h"
#include "formats/stream_lines.h"
#include "ingest/channel_watch.h"
#include "ingest/inertial_lines.h"
#include "io/datagram.h"
#include "io/pcm_input.h"
#include "localize/stream_localizer.h"
#include "session/pose.h"

namespace commands {
namespace {

using Clock = std::chrono::steady_clock;

/// Interval at which a wait for input checks for a signal, ms.
constexpr int kSignalCheckMs = 100;

void check_options(const InferOptions& options, const StreamOptions& stream) {
  check_knowledge(options);
  core::require(options.csv.empty(), "--csv cannot be used with --stream, which writes JSON lines");
  core::require(
      options.in.empty() && options.out.empty() && !options.bins,
      "--stream reads standard input and writes standard output: remove --in, --out and --bins");
  core::require(!options.dry_run,
                "--dry-run cannot be used with --stream, which ends with its input");
  core::require(options.confidence.empty(), "--confidence cannot be used with --stream");
  core::require(stream.on_nan == "error" || stream.on_nan == "mask",
                fmt::format("--on-nan: expected error or mask, found \"{}\"", stream.on_nan));
  core::require(stream.pose_wait_s >= 0.0 && stream.pose_wait_s <= 3600.0,
                fmt::format("--pose-wait: expected 0 to 3600 s, found {}", stream.pose_wait_s));
  core::require(stream.pose_gap_s > 0.0 && std::isfinite(stream.pose_gap_s),
                fmt::format("--pose-gap: expected more than 0 s, found {}", stream.pose_gap_s));
  core::require(stream.pose.empty() || stream.imu.empty(), "--pose and --imu: name one of them");
  core::require(stream.imu.empty() || !stream.log.inverse,
                "--inverse: only orientations (--pose) can be inverse");
  const bool inertial = !stream.inertial.gyro_unit.empty() || !stream.inertial.acc_unit.empty() ||
                        !stream.inertial.acc_sign.empty() || stream.inertial.trust_log;
  core::require(!inertial || !stream.imu.empty(),
                "--gyro-unit, --acc-unit, --acc-sign and --trust-log are for --imu");
  core::require(stream.inertial.mounting == InertialTexts().mounting || !stream.pose.empty() ||
                    !stream.imu.empty(),
                "--mounting is for --pose or --imu");
  to_log_options(stream.log, stream.inertial);
  core::require(std::isfinite(stream.time_offset_s), "--time-offset: expected a number of seconds");
  core::require(
      ::isatty(STDIN_FILENO) == 0,
      "--stream: expected PCM on standard input, found a terminal; pipe a recorder into it");
}

localize::StreamSettings make_settings(const InferOptions& options, const StreamOptions& stream) {
  localize::StreamSettings settings;
  settings.estimator = options.estimator;
  settings.precision = formats::precision(options.precision);
  settings.setup = estimator_setup(options);
  settings.setup.world = settings.setup.world && (!stream.pose.empty() || !stream.imu.empty());
  settings.floor_memory_s = stream.floor_memory_s;
  settings.mask_bad_samples = stream.on_nan == "mask";
  return settings;
}

/// Counts for the summary. Delays are counted in steps of 0.1 ms, so that memory does not grow.
class StreamStatistics {
 public:
  void add(const localize::StreamEstimate& estimate, double delay_s) {
    ++windows_;
    empty_ += estimate.directions.empty() ? 1 : 0;
    held_ += estimate.pose == session::PoseState::kHeld ? 1 : 0;
    missing_ += estimate.pose == session::PoseState::kMissing ? 1 : 0;
    const auto step = static_cast<std::size_t>(std::max(0.0, delay_s) * 1e4);
    ++delays_[std::min(step, delays_.size() - 1)];
    longest_s_ = std::max(longest_s_, delay_s);
  }
  std::size_t windows() const { return windows_; }
  std::string text(double sound_s, bool has_pose) const {
    std::string text = fmt::format("{:.1f} s of sound, {} windows, {} without a direction", sound_s,
                                   windows_, empty_);
    if (has_pose) text += fmt::format(", {} with held and {} without orientation", held_, missing_);
    return text + fmt::format("; from samples to line {:.1f} ms (median), {:.1f} ms (longest)",
                              1e3 * median_s(), 1e3 * longest_s_);
  }

 private:
  double median_s() const {
    std::size_t below = 0;
    std::size_t step = 0;
    while (step < delays_.size() && 2 * (below + delays_[step]) < windows_)
      below += delays_[step++];
    return 1e-4 * static_cast<double>(step);
  }

  std::vector<std::size_t> delays_ = std::vector<std::size_t>(100000, 0);
  std::size_t windows_ = 0, empty_ = 0, held_ = 0, missing_ = 0;
  double longest_s_ = 0.0;
};

/// Output of estimates: passes them to the tracker if there is one, then writes a line, sends it and
/// draws the map.
class StreamOutput {
 public:
  /// @param sender  null: lines are not sent
  StreamOutput(bool has_pose, std::optional<doa::Tracker> tracker, io::DatagramSender* sender,
               bool view)
      : has_pose_(has_pose), tracker_(std::move(tracker)), sender_(sender), view_(view) {
    silent_ = view_.on() && ::isatty(STDOUT_FILENO) != 0;
  }

  void hear(std::span<const float> samples) { view_.hear(samples); }

  void put(const localize::StreamEstimate& estimate) {
    if (ambiguity_ == session::Ambiguity::kNone) {
      ambiguity_ = estimate.ambiguity;
      warn_of_ambiguity(ambiguity_);
    }
    std::vector<doa::TrackState> tracks;
    if (tracker_) {
      std::vector<Eigen::Vector3d> measured;
      for (const localize::StreamDirection& direction : estimate.directions) {
        const auto& known = has_pose_ ? direction.world : direction.sensor;
        if (known) measured.push_back(*known);
      }
      tracks = tracker_->step(estimate.time_s, measured);
    }
    const std::string line =
        formats::stream_line(estimate, has_pose_, tracker_ ? &tracks : nullptr) + "\n";
    if (!silent_) core::write_stdout(line);
    if (sender_ != nullptr) sender_->send(line);
    if (view_.on()) show(estimate, tracks);
  }

 private:
  void show(const localize::StreamEstimate& estimate, const std::vector<doa::TrackState>& tracks) {
    std::vector<ViewItem> items;
    for (const localize::StreamDirection& direction : estimate.directions) {
      const auto& known = has_pose_ ? direction.world : direction.sensor;
      if (known) items.push_back({*known, direction.share, 0, tracker_.has_value()});
    }
    for (const doa::TrackState& track : tracks) {
      items.push_back({track.direction, 0.0, track.id, !track.measured});
    }
    view_.update(estimate.time_s, has_pose_, items);
  }

  bool has_pose_;
  std::optional<doa::Tracker> tracker_;
  io::DatagramSender* sender_;
  StreamView view_;
  session::Ambiguity ambiguity_ =
      session::Ambiguity::kNone;  ///< the first one, which was warned of
  bool silent_ = false;  ///< writes no lines: they would destroy the map on the same terminal
};

/// Waits for samples and reads the orientation in the meantime. Without this, a program that writes
/// both could block: it waits until the orientation is read, while this program waits for samples.
/// @return  false if a signal arrived; a read could then block
bool wait_for_input(formats::PoseFeed* pose) {
  while (!core::StopSignal::requested()) {
    std::array<pollfd, 2> entries = {pollfd{STDIN_FILENO, POLLIN, 0},
                                     pollfd{pose == nullptr ? -1 : pose->descriptor(), POLLIN, 0}};
    if (::poll(entries.data(), entries.size(), kSignalCheckMs) < 0 && errno != EINTR) {
      throw core::IoError(fmt::format("standard input: {}", std::strerror(errno)));
    }
    if (entries[1].revents != 0) pose->drain();
    if (entries[0].revents != 0) return true;
  }
  return false;
}

/// Bytes that have arrived, at least one unless the input has ended.
std::span<const std::uint8_t> read_input(std::vector<std::uint8_t>& block,
                                         formats::PoseFeed* pose) {
  while (wait_for_input(pose)) {
    const ssize_t count = ::read(STDIN_FILENO, block.data(), block.size());
    if (count >= 0) return std::span(block).first(static_cast<std::size_t>(count));
    if (errno != EINTR && errno != EAGAIN) {
      throw core::IoError(fmt::format("standard input: {}", std::strerror(errno)));
    }
  }
  return {};
}

/// The orientation, or null without --pose and --imu.
std::unique_ptr<formats::PoseFeed> open_pose(const StreamOptions& stream) {
  if (stream.pose.empty() && stream.imu.empty()) {
    core::log_info("no --pose or --imu: directions are in the sensor frame only");
    return nullptr;
  }
  ingest::LogOptions log = to_log_options(stream.log, stream.inertial);
  log.imu = stream.imu;
  std::unique_ptr<formats::OrientationLines> lines;
  if (stream.imu.empty()) {
    lines = std::make_unique<formats::OrientationRowReader>(stream.pose, log, log.q_sensor_array);
  } else {
    lines = std::make_unique<ingest::InertialLines>(log);
  }
  const std::filesystem::path& path = stream.imu.empty() ? stream.pose : stream.imu;
  return std::make_unique<formats::PoseFeed>(
      formats::PoseFeedOptions{path, stream.time_offset_s, stream.pose_wait_s, stream.pose_gap_s},
      std::move(lines));
}

void warn(const std::vector<std::string>& messages) {
  for (const std::string& message : messages) core::log_warning("{}", message);
}

void warn_about_end(const io::PcmInput& input, const localize::StreamLocalizer& localizer,
                    const formats::PoseFeed* pose) {
  if (input.missing_bytes() > 0) {
    core::log_warning("standard input ended {} bytes before the end that its WAV header states",
                      input.missing_bytes());
  }
  if (input.incomplete_bytes() > 0) {
    core::log_warning(
        "standard input ended inside a sample frame: its {} bytes are left out; check --channels "
        "and --format",
        input.incomplete_bytes());
  }
  if (localizer.masked_samples() > 0) {
    core::log_warning("{} samples were not finite: their frames have no bins",
                      localizer.masked_samples());
  }
  if (pose != nullptr && pose->dropped_rows() > 0) {
    core::log_warning("orientation: {} rows repeat a time or are not finite: left out",
                      pose->dropped_rows());
  }
}

}  // namespace

void infer_stream(const InferOptions& options, const StreamOptions& stream) {
  check_options(options, stream);
  OutputPlan(options.common)
      .input("--model", options.model)
      .input("--array", options.known.array)
      .input("--pose", stream.pose)
      .input("--imu", stream.imu)
      .check();
  std::optional<io::DatagramSender> sender;
  if (!stream.send.empty()) sender.emplace(stream.send);
  localize::StreamSettings settings = make_settings(options, stream);
  if (!stream.format.empty()) io::pcm_format(stream.format);
  const Knowledge knowledge = load_knowledge(options);
  const std::size_t microphones = knowledge.microphones();
  const StreamInput channels = stream_input(stream, knowledge.name, microphones);
  const session::FeatureSettings features = feature_settings(knowledge, options.known);
  set_knowledge(options, knowledge, {}, features, settings.setup);
  const std::unique_ptr<formats::PoseFeed> pose = open_pose(stream);
  localize::StreamLocalizer::PoseAt pose_at;
  if (pose) pose_at = [&](double time_s) { return pose->at(time_s); };
  std::optional<doa::Tracker> tracker;
  if (options.track) tracker.emplace(tracking_of(settings.setup, doa::WindowPlace::kCausal));
  StreamOutput output(pose != nullptr, std::move(tracker), sender ? &*sender : nullptr,
                      stream.view);
  io::PcmInput input(channels.stated, channels.defaults);
  // Both need the rate, which the header of the input may state.
  std::optional<localize::StreamLocalizer> localizer;
  std::optional<ingest::ChannelWatch> watch;
  const core::StopSignal stop;
  StreamStatistics statistics;
  Clock::time_point arrived;
  const localize::StreamLocalizer::Emit emit = [&](const localize::StreamEstimate& estimate) {
    output.put(estimate);
    statistics.add(estimate, std::chrono::duration<double>(Clock::now() - arrived).count());
  };
  std::vector<float> buffer;
  const auto take = [&](std::span<const float> samples) {
    if (!input.known()) return;
    const io::PcmLayout& layout = input.layout();
    if (!localizer) {
      check_layout(channels, layout, microphones);
      settings.input_rate_hz = layout.sample_rate_hz;
      if (knowledge.model) {
        localizer.emplace(knowledge.model->model, features, settings, pose_at);
      } else {
        localizer.emplace(microphones, features, settings, pose_at);
      }
      watch.emplace(microphones, layout.sample_rate_hz, resolution_of(*layout.format));
    }
    const auto picked = pick_channels(channels, samples, layout.channels, buffer);
    output.hear(picked);
    localizer->push(picked, emit);
    warn(watch->add(picked));
  };
  // The size of a pipe's buffer. A larger block would delay its first lines.
  std::vector<std::uint8_t> block(65536);
  while (true) {
    const std::span<const std::uint8_t> bytes = read_input(block, pose.get());
    if (bytes.empty()) break;
    arrived = Clock::now();
    take(input.decode(bytes));
  }
  arrived = Clock::now();
  take(input.finish());
  localizer->finish(emit);
  warn(watch->finish());
  warn_about_end(input, *localizer, pose.get());
  if (sender && sender->lost() > 0) {
    core::log_warning("--send {}: {} of {} lines had no receiver", stream.send, sender->lost(),
                      sender->lost() + sender->sent());
  }
  if (input.samples() == 0) {
    throw core::InputError("standard input: expected PCM, found no sample");
  }
  core::log_info(
      "{}", statistics.text(static_cast<double>(input.samples()) / input.layout().sample_rate_hz,
                            pose != nullptr));
}

}  // namespace commands
