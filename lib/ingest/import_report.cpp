#include "ingest/import_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "core/files.h"
#include "core/index_range.h"
#include "core/quantile.h"
#include "core/units.h"
#include "dsp/stft.h"
#include "features/frame_bins.h"
#include "features/session_features.h"
#include "ingest/recording_stream.h"
#include "report/svg/sphere.h"
#include "session/features.h"
#include "session/session.h"
#include "so3/grid.h"
#include "so3/rotation.h"

namespace ingest {
namespace {

constexpr std::size_t kCells = 600;   ///< Directions in the sensor frame, 8 degrees apart.
constexpr std::size_t kSources = 24;  ///< Directions in the world that a source might have.
/// A source direction covers all cells that are at most this far from it.
constexpr double kReachRad = core::degrees_to_radians(10.0);
constexpr double kStepS = 0.1;  ///< Time between two orientations that are counted, s.
/// Bins are counted in every eighth session, in at most 40 of them.
constexpr std::size_t kBinStride = 8;
constexpr std::size_t kBinSessions = 40;
constexpr double kLittleCoverage = 0.3;
constexpr double kLittleSoundS = 60.0;
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

/// How the log was read: names and values of lines.
std::vector<std::pair<const char*, std::string>> log_lines(const OrientationFacts& facts) {
  std::vector<std::pair<const char*, std::string>> lines;
  if (facts.pose) {
    lines.emplace_back("orientations", fmt::format("{}: {}; times: {}", facts.pose->file,
                                                   facts.pose->read_as, facts.pose->time));
  }
  if (facts.imu) {
    lines.emplace_back("inertial samples",
                       fmt::format("{}; times: {}", facts.imu->read_as, facts.imu->time));
  }
  if (facts.filter) {
    const auto& agreement = facts.filter->gyroscope_agreement;
    lines.emplace_back(
        "gyroscope",
        agreement
            ? fmt::format("agreement with the accelerometer {:.3f} (1 is perfect)", *agreement)
            : "not compared with the accelerometer: too little turning");
  }
  return lines;
}

/// Lines about channels that are not used, and which microphone is which channel.
void add_channel_lines(const AudioFacts& audio,
                       const std::function<void(const char*, const std::string&)>& line) {
  for (const LeftOutChannel& channel : audio.left_out) {
    line("left out", fmt::format("channel {}: {}", channel.number, channel.reason));
  }
  std::vector<std::size_t> in_order(audio.numbers.size());
  std::iota(in_order.begin(), in_order.end(), std::size_t{0});
  if (audio.files.size() > 1) {
    line("microphones",
         fmt::format("1 to {} are {}", audio.numbers.size(), fmt::join(audio.files, ", ")));
  }
  if (!audio.left_out.empty() || audio.numbers != in_order) {
    line("microphones",
         fmt::format("1 to {} are channels {}", audio.numbers.size(), channel_list(audio.numbers)));
  }
}

}  // namespace

ImportReport::ImportReport()
    : cells_(so3::fibonacci_grid(kCells)),
      sources_(so3::fibonacci_grid(kSources)),
      seen_(kSources, std::vector<unsigned char>(kCells, 0)) {}

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
  bin_seconds_ += session.info.duration_s;
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
  const double near = std::cos(kReachRad);
  for (const Eigen::Quaterniond& rotation : q) {
    const Eigen::Matrix3d R_sensor_world = rotation.conjugate().toRotationMatrix();
    for (std::size_t s = 0; s < kSources; ++s) {
      const Eigen::Vector3d d = R_sensor_world * sources_[s];
      for (std::size_t c = 0; c < kCells; ++c) {
        if (d.dot(cells_[c]) > near) seen_[s][c] = 1;
      }
    }
  }
  if (sessions_ % kBinStride == 0 && sessions_ / kBinStride < kBinSessions) {
    count_bins(session, microphones, sample_rate_hz);
  }
  ++sessions_;
  seconds_ += duration_s;
}

void ImportReport::add_recording(const RecordingFacts& facts,
                                 const std::vector<std::string>& warnings) {
  recordings_.push_back(facts);
  warnings_.insert(warnings_.end(), warnings.begin(), warnings.end());
}

void ImportReport::add_picture(const std::string& name, const std::string& svg) {
  pictures_.emplace_back(name, svg);
}

double ImportReport::mean_coverage() const {
  double sum = 0.0;
  for (const auto& cells : seen_)
    sum += static_cast<double>(std::count(cells.begin(), cells.end(), 1));
  return sum / static_cast<double>(kSources * kCells);
}

void ImportReport::conclude(double noise_margin_db) {
  const std::string advice = so3::advice(motion_.spread());
  if (!advice.empty()) {
    warnings_.push_back(advice);
  } else if (mean_coverage() < kLittleCoverage) {
    warnings_.push_back(
        fmt::format("a source is heard from {:.0f} % of all directions only: in other directions "
                    "the model guesses",
                    100.0 * mean_coverage()));
  }
  if (clear_bins_ < kMostlyNoise * bins_ && noise_margin_db < features::kUsualNoiseMarginDb) {
    warnings_.push_back(
        fmt::format("{:.0f} % of the bins above the usual floor are not {:.0f} dB above the noise: "
                    "csl-features --noise-margin {:.0f} leaves them out",
                    100.0 * (1.0 - clear_bins_ / bins_), features::kUsualNoiseMarginDb,
                    features::kUsualNoiseMarginDb));
  }
  if (seconds_ < kLittleSoundS) {
    warnings_.push_back(
        fmt::format("{:.0f} s of sound are little: with an array of 8 microphones the error was "
                    "about 4 degrees after one minute of sound, about 2 after five",
                    seconds_));
  }
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
  return {{"sessions", sessions_},
          {"seconds", seconds_},
          {"coverage", mean_coverage()},
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

std::string ImportReport::text() const {
  std::string text = fmt::format("sessions          {}, {:.1f} s of sound\n", sessions_, seconds_);
  const auto line = [&](const char* name, const std::string& value) {
    text += fmt::format("{:<17} {}\n", name, value);
  };
  for (const RecordingFacts& facts : recordings_) {
    const AudioFacts& audio = facts.audio;
    line("recording",
         fmt::format("{}: {} channels at {:.0f} Hz, {:.1f} s, loud {:.0f} dB above the floor",
                     audio.file, audio.channel.size(), audio.rate_hz, audio.duration_s,
                     audio.loud_over_floor_db));
    if (&facts == &recordings_.front()) add_channel_lines(audio, line);
    if (recordings_.size() > 3) break;
    for (const auto& [name, value] : log_lines(facts.orientation)) line(name, value);
    const ClockFacts& clock = facts.clock;
    line("clock", fmt::format("offset {:.4f} s, drift {:.1f} ppm: {}", clock.clock.offset_s,
                              clock.clock.drift * 1e6, clock.method));
    line("lost",
         fmt::format("{:.1f} s without orientation, {:.1f} s masked, {} intervals too short",
                     facts.loss.without_orientation_s, facts.loss.masked_s, facts.loss.too_short));
  }
  line("coverage",
       fmt::format("a source is heard from {:.0f} % of the sphere", 100.0 * mean_coverage()));
  const Eigen::Vector3d rms_deg = motion_.spread().rms_deg;
  line("axes", fmt::format("{:.0f}, {:.0f}, {:.0f} degrees rms about three axes (the second axis "
                           "needs {:.0f})",
                           rms_deg.x(), rms_deg.y(), rms_deg.z(), so3::kWeakSecondAxisDeg));
  line("turning",
       fmt::format("median {:.0f}, 95 % below {:.0f} degrees a second",
                   core::quantile(speeds_deg_s_, 0.5), core::quantile(speeds_deg_s_, 0.95)));
  const UsableBins usable = usable_bins();
  line("usable bins", fmt::format("{:.0f} %, {:.0f} a second, {:.0f} % of them {:.0f} dB above the "
                                  "noise",
                                  100.0 * usable.share, usable.per_second,
                                  100.0 * usable.above_noise, features::kUsualNoiseMarginDb));
  return text;
}

std::string ImportReport::coverage_picture() const {
  report::svg::SvgSphere sphere;
  sphere.title = "Coverage of the sphere";
  sphere.description =
      "For each direction in the sensor frame: share of the places where a source might stand from "
      "which it was heard in that direction.";
  sphere.name = "share of source places; bright: heard";
  sphere.bright = true;
  sphere.value = [this](const Eigen::Vector3d& direction) {
    std::size_t nearest = 0;
    for (std::size_t c = 1; c < kCells; ++c) {
      if (cells_[c].dot(direction) > cells_[nearest].dot(direction)) nearest = c;
    }
    double sum = 0.0;
    for (const auto& cells : seen_) sum += cells[nearest];
    return sum / static_cast<double>(kSources);
  };
  return report::svg::render_sphere(sphere, true);
}

void ImportReport::write(const std::filesystem::path& folder) const {
  core::make_folder(folder);
  core::write_text_file(folder / "report.json", json().dump(2) + "\n");
  core::write_text_file(folder / "coverage.svg", coverage_picture());
  for (const auto& [name, svg] : pictures_) core::write_text_file(folder / name, svg);
}

}  // namespace ingest
