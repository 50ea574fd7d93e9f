#include "ingest/import_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/index_range.h"
#include "core/quantile.h"
#include "core/units.h"
#include "dsp/stft.h"
#include "features/frame_bins.h"
#include "features/session_features.h"
#include "session/features.h"
#include "session/session.h"
#include "so3/rotation.h"

namespace ingest {
namespace {

constexpr double kStepS = 0.1;  ///< Time between two orientations that are counted, s.
/// Bins are counted in every eighth session, in at most 40 of them.
constexpr std::size_t kBinStride = 8;
constexpr std::size_t kBinSessions = 40;
constexpr double kMostlyNoise = 0.5;  ///< Share of the bins above the floor.

/// Number of bins above the floor. @param energy  [frames, bins]
std::size_t count_above(std::span<const float> energy, std::span<const float> floor,
                        const core::IndexRange& range) {
  std::size_t count = 0;
  for (std::size_t frame = 0; frame < energy.size(); frame += floor.size()) {
    for (std::size_t k = range.first; k < range.end; ++k) {
      count += energy[frame + k] > floor[k] ? 1 : 0;
    }
  }
  return count;
}

}  // namespace

const char* name_of(Learnable learnable) {
  switch (learnable) {
    case Learnable::kYes:
      return "yes";
    case Learnable::kYesBut:
      return "yes, but";
    case Learnable::kNo:
      return "no";
  }
  return "";
}

void ImportReport::count_bins(const session::Session& session, std::size_t microphones,
                              double sample_rate_hz) {
  session::FeatureSettings settings = features::default_settings(sample_rate_hz);
  dsp::Stft stft({settings.window_samples, settings.hop_samples});
  const std::vector<float> energy =
      features::bin_energy(stft.analyze(session.time_data, microphones), microphones);
  const core::IndexRange range = features::frequency_range(settings);
  bins_ += static_cast<double>(
      count_above(energy, features::session_floor(energy, stft.bins(), settings), range));
  settings.noise_margin_db = features::kUsualNoiseMarginDb;
  clear_bins_ += static_cast<double>(
      count_above(energy, features::session_floor(energy, stft.bins(), settings), range));
  all_bins_ += static_cast<double>(range.count() * (energy.size() / stft.bins()));
  bin_seconds_ += static_cast<double>(session.time_data.size() / microphones) / sample_rate_hz;
}

void ImportReport::add_session(const session::Session& session, std::size_t microphones,
                               double sample_rate_hz) {
  const double duration_s = session.info.duration_s;
  std::vector<Eigen::Quaterniond> q;
  for (double t = 0.0; t <= duration_s; t += kStepS) q.push_back(session.orientation.at(t));
  motion_.add_interval(q);
  for (std::size_t i = 1; i < q.size(); ++i) {
    speeds_deg_s_.push_back(core::radians_to_degrees(so3::angle_between(q[i - 1], q[i])) / kStepS);
  }
  for (const Eigen::Quaterniond& rotation : q) coverage_.add(rotation);
  if (sessions_ % kBinStride == 0 && sessions_ / kBinStride < kBinSessions) {
    count_bins(session, microphones, sample_rate_hz);
  }
  ++sessions_;
  seconds_ += duration_s;
}

void ImportReport::add_recording(const RecordingFacts& facts,
                                 const std::vector<std::string>& warnings,
                                 const std::string& clock_picture) {
  recordings_.push_back(facts);
  clock_pictures_.push_back(clock_picture);
  warnings_.insert(warnings_.end(), warnings.begin(), warnings.end());
}

void ImportReport::conclude(double noise_margin_db) {
  std::vector<std::string> all;  // of all recordings together; they come first
  const std::string advice = so3::advice(motion_.spread());
  if (so3::judge(motion_.spread()) == so3::MotionVerdict::kUnidentified) impossible_ = {advice};
  if (!advice.empty()) {
    all.push_back(advice);
  } else if (coverage_.mean() < kLittleCoverage) {
    all.push_back(
        fmt::format("a source is heard from {:.0f} % of all directions only: in other directions "
                    "the model guesses",
                    100.0 * coverage_.mean()));
  }
  if (clear_bins_ < kMostlyNoise * bins_ && noise_margin_db < features::kUsualNoiseMarginDb) {
    all.push_back(
        fmt::format("{:.0f} % of the bins above the usual floor are not {:.0f} dB above the noise: "
                    "csl-features --noise-margin {:.0f} leaves them out",
                    100.0 * (1.0 - clear_bins_ / bins_), features::kUsualNoiseMarginDb,
                    features::kUsualNoiseMarginDb));
  }
  if (seconds_ < kLittleSoundS) {
    all.push_back(
        fmt::format("{:.0f} s of sound are little: with an array of 8 microphones the error was "
                    "about 4 degrees after one minute of sound, about 2 after five",
                    seconds_));
  }
  warnings_.insert(warnings_.begin(), all.begin(), all.end());
}

Learnable ImportReport::learnable() const {
  if (!impossible_.empty()) return Learnable::kNo;
  return warnings_.empty() ? Learnable::kYes : Learnable::kYesBut;
}

const std::vector<std::string>& ImportReport::reasons() const {
  return impossible_.empty() ? warnings_ : impossible_;
}

ImportReport::UsableBins ImportReport::usable_bins() const {
  return {all_bins_ > 0.0 ? bins_ / all_bins_ : 0.0, bins_ > 0.0 ? clear_bins_ / bins_ : 0.0,
          bin_seconds_ > 0.0 ? bins_ / bin_seconds_ : 0.0};
}

nlohmann::json ImportReport::json() const {
  const Eigen::Vector3d rms_deg = motion_.spread().rms_deg;
  const UsableBins usable = usable_bins();
  nlohmann::json recordings = nlohmann::json::array();
  for (const RecordingFacts& facts : recordings_) recordings.push_back(to_json(facts));
  return {{"learnable", name_of(learnable())},
          {"sessions", sessions_},
          {"seconds", seconds_},
          {"coverage", coverage_.mean()},
          {"turning_rms_deg", {rms_deg.x(), rms_deg.y(), rms_deg.z()}},
          {"speed_deg_s",
           {{"median", core::quantile(speeds_deg_s_, 0.5)},
            {"p95", core::quantile(speeds_deg_s_, 0.95)}}},
          {"usable_bins",
           {{"share", usable.share},
            {"above_noise", usable.above_noise},
            {"per_second", usable.per_second}}},
          {"recordings", recordings},
          {"warnings", warnings_}};
}

std::vector<ReportLine> ImportReport::summary() const {
  const Eigen::Vector3d rms_deg = motion_.spread().rms_deg;
  const UsableBins usable = usable_bins();
  return {{"coverage",
           fmt::format("a source is heard from {:.0f} % of the sphere", 100.0 * coverage_.mean())},
          {"axes",
           fmt::format("{:.0f}, {:.0f}, {:.0f} degrees rms about three axes (the second axis needs "
                       "{:.0f})",
                       rms_deg.x(), rms_deg.y(), rms_deg.z(), so3::kWeakSecondAxisDeg)},
          {"turning",
           fmt::format("median {:.0f}, 95 % below {:.0f} degrees a second",
                       core::quantile(speeds_deg_s_, 0.5), core::quantile(speeds_deg_s_, 0.95))},
          {"usable bins", fmt::format("{:.0f} %, {:.0f} a second, {:.0f} % of them {:.0f} dB above "
                                      "the noise",
                                      100.0 * usable.share, usable.per_second,
                                      100.0 * usable.above_noise, features::kUsualNoiseMarginDb)}};
}

std::string ImportReport::text() const {
  std::string text;
  const auto print = [&](const std::vector<ReportLine>& lines) {
    for (const ReportLine& line : lines) text += fmt::format("{:<17} {}\n", line.name, line.text);
  };
  print({{"sessions", fmt::format("{}, {:.1f} s of sound", sessions_, seconds_)}});
  for (const RecordingFacts& facts : recordings_) {
    print({recording_line(facts.audio)});
    if (&facts == &recordings_.front()) print(channel_lines(facts.audio));
    if (recordings_.size() > 3) break;
    print(log_lines(facts));
  }
  print(summary());
  print({{"learnable", name_of(learnable())}});
  return text;
}

}  // namespace ingest
