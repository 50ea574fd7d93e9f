#include "ingest/import_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/files.h"
#include "core/index_range.h"
#include "core/quantile.h"
#include "core/units.h"
#include "dsp/stft.h"
#include "features/frame_bins.h"
#include "features/session_features.h"
#include "report/svg/sphere.h"
#include "session/features.h"
#include "session/session.h"
#include "so3/grid.h"
#include "so3/rotation.h"

namespace ingest {
namespace {

constexpr std::size_t kCells = 600;   ///< 8 degrees apart
constexpr std::size_t kSources = 24;  ///< directions a source might have
constexpr double kReachRad =
    core::degrees_to_radians(10.0);           ///< a direction covers cells this near
constexpr double kStepS = 0.1;                ///< between orientations that are looked at
constexpr std::size_t kFeatureSessions = 40;  ///< whose bins are counted, the first ones of every 8
constexpr double kLittleCoverage = 0.3;
constexpr double kLittleSound = 60.0;  ///< seconds
constexpr double kMostlyNoise = 0.5;   ///< of the bins above the floor

/// Bins of all frames that lie above the floor. @param energy  [frames, bins]
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
  if (sessions_ % 8 == 0 && sessions_ / 8 < kFeatureSessions) {
    count_bins(session, microphones, sample_rate_hz);
  }
  ++sessions_;
  seconds_ += duration_s;
}

void ImportReport::add_recording(const nlohmann::json& facts,
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

void ImportReport::conclude() {
  const std::string advice = so3::advice(motion_.spread());
  if (!advice.empty()) {
    warnings_.push_back(advice);
  } else if (mean_coverage() < kLittleCoverage) {
    warnings_.push_back(fmt::format(
        "a source is heard from {:.0f} % of all directions only: elsewhere the model will guess",
        100.0 * mean_coverage()));
  }
  if (clear_bins_ < kMostlyNoise * bins_) {
    warnings_.push_back(
        fmt::format("{:.0f} % of the bins above the usual floor are not {:.0f} dB above the noise: "
                    "csl-features --noise-margin {:.0f} leaves them out",
                    100.0 * (1.0 - clear_bins_ / bins_), features::kUsualNoiseMarginDb,
                    features::kUsualNoiseMarginDb));
  }
  if (seconds_ < kLittleSound) {
    warnings_.push_back(
        fmt::format("{:.0f} s of sound are little: one minute taught an array of 8 to about 4 "
                    "degrees, five to about 2",
                    seconds_));
  }
}

nlohmann::json ImportReport::json() const {
  const Eigen::Vector3d rms_deg = motion_.spread().rms_deg;
  return {{"sessions", sessions_},
          {"seconds", seconds_},
          {"coverage", mean_coverage()},
          {"turning_rms_deg", {rms_deg.x(), rms_deg.y(), rms_deg.z()}},
          {"speed_deg_s",
           {{"median", core::quantile(speeds_deg_s_, 0.5)},
            {"p95", core::quantile(speeds_deg_s_, 0.95)}}},
          {"usable_bins",
           {{"share", all_bins_ > 0.0 ? bins_ / all_bins_ : 0.0},
            {"above_noise", bins_ > 0.0 ? clear_bins_ / bins_ : 0.0},
            {"per_second", bin_seconds_ > 0.0 ? bins_ / bin_seconds_ : 0.0}}},
          {"recordings", recordings_},
          {"warnings", warnings_}};
}

std::string ImportReport::text() const {
  const nlohmann::json all = json();
  std::string text = fmt::format("sessions          {}, {:.1f} s of sound\n", sessions_, seconds_);
  const auto line = [&](const char* name, const std::string& value) {
    text += fmt::format("{:<17} {}\n", name, value);
  };
  for (const nlohmann::json& r : recordings_) {
    const nlohmann::json& audio = r["audio"];
    line("recording",
         fmt::format("{}: {} channels at {:.0f} Hz, {:.1f} s, loud {:.0f} dB above the floor",
                     audio["file"].get<std::string>(), audio["channels"].size(),
                     audio["rate_hz"].get<double>(), audio["seconds"].get<double>(),
                     audio["loud_over_floor_db"].get<double>()));
    if (recordings_.size() > 3) break;
    const nlohmann::json& clock = r["clock"];
    line("clock",
         fmt::format("offset {:.4f} s, drift {:.1f} ppm: {}", clock["offset_s"].get<double>(),
                     clock["drift_ppm"].get<double>(), clock["method"].get<std::string>()));
    line("lost", fmt::format("{:.1f} s without orientation, {:.1f} s masked, {} pieces too short",
                             r["without_orientation_s"].get<double>(), r["masked_s"].get<double>(),
                             r["too_short"].get<std::size_t>()));
  }
  line("coverage",
       fmt::format("a source is heard from {:.0f} % of the sphere", 100.0 * mean_coverage()));
  const Eigen::Vector3d rms_deg = motion_.spread().rms_deg;
  line("axes",
       fmt::format("{:.0f}, {:.0f}, {:.0f} degrees rms about three axes (the second: {:.0f} "
                   "are needed)",
                   rms_deg.x(), rms_deg.y(), rms_deg.z(), so3::kWeakSecondAxisDeg));
  line("turning",
       fmt::format("median {:.0f}, 95 % below {:.0f} degrees a second",
                   core::quantile(speeds_deg_s_, 0.5), core::quantile(speeds_deg_s_, 0.95)));
  line("usable bins",
       fmt::format("{:.0f} %, {:.0f} a second, {:.0f} % of them {:.0f} dB above the noise",
                   100.0 * all["usable_bins"]["share"].get<double>(),
                   all["usable_bins"]["per_second"].get<double>(),
                   100.0 * all["usable_bins"]["above_noise"].get<double>(),
                   features::kUsualNoiseMarginDb));
  return text;
}

std::string ImportReport::coverage_picture() const {
  report::svg::SvgSphere sphere;
  sphere.title = "Coverage of the sphere";
  sphere.description =
      "For each direction as seen from the sensor: share of the places where a source might stand "
      "from which "
      "it was heard in that direction.";
  sphere.name = "share of source places";
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
