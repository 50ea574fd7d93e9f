#include "formats/calibration_sofa.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/errors.h"
#include "core/units.h"
#include "dsp/fft.h"
#include "dsp/resample.h"
#include "formats/sofa_writer.h"
#include "so3/grid.h"
#include "so3/rotation.h"

namespace formats {
namespace {

constexpr double kSourceDistance_m = 10.0;  // nominal value: the responses are those of far sources
// Ears that lie farther from the y axis are not written as a head's: interaural differences of a
// source ahead would be those of a source that far to the side.
constexpr double kMaxEarAngle_deg = 10.0;

/// The choices that the microphones and the options lead to.
struct Plan {
  Eigen::Matrix3d R_sensor_listener;
  bool hrir = false;
  std::vector<std::size_t> receiver;        ///< microphone of each receiver
  std::vector<Eigen::Vector3d> position_m;  ///< of each receiver, listener frame
  std::size_t samples = 0;                  ///< length of a response in the file
  std::string note;
};

/// Impulse responses of one direction, [receivers, samples].
class ResponseMaker {
 public:
  ResponseMaker(const calib::Calibration& calibration, const CalibrationSofaOptions& options,
                const Plan& plan)
      : calibration_(calibration),
        plan_(plan),
        learned_rate_hz_(options.learned_rate_hz),
        file_rate_hz_(options.sample_rate_hz),
        fft_(options.samples),
        h_(calibration.array.size()),
        spectrum_(calibration.array.size() * fft_.bins()) {}

  /// @param direction  listener frame
  void append(const Eigen::Vector3d& direction, std::vector<double>& ir) {
    make_spectra(plan_.R_sensor_listener * direction);
    std::vector<float> time(fft_.size());
    for (const std::size_t m : plan_.receiver) {
      fft_.inverse(std::span(spectrum_).subspan(m * fft_.bins(), fft_.bins()), time);
      const std::vector<float> made = resampled(time);
      ir.insert(ir.end(), made.begin(), made.end());
    }
  }

 private:
  void make_spectra(const Eigen::Vector3d& direction_sensor) {
    const std::size_t bins = fft_.bins();
    for (std::size_t k = 0; k < bins; ++k) {
      const double f = learned_rate_hz_ * static_cast<double>(k) / static_cast<double>(fft_.size());
      calibration_.signature(f, direction_sensor, h_);
      double power = 0.0;
      for (const std::complex<double>& value : h_) power += std::norm(value);
      const double scale = std::sqrt(static_cast<double>(h_.size()) / std::max(power, 1e-30));
      const double delay = k % 2 == 0 ? scale : -scale;  // shifts the response by half its length
      for (std::size_t m = 0; m < h_.size(); ++m) {
        spectrum_[m * bins + k] = std::complex<float>(delay * h_[m]);
      }
    }
  }

  /// The response at the file's rate. A response is a sampled function of time: each sample stands
  /// for the share from / to of a sample's time, so that the spectrum stays.
  std::vector<float> resampled(const std::vector<float>& time) const {
    if (file_rate_hz_ == learned_rate_hz_) return time;
    std::vector<float> made = dsp::resample(time, 1, learned_rate_hz_, file_rate_hz_);
    made.resize(plan_.samples, 0.0F);
    for (float& value : made) value *= static_cast<float>(learned_rate_hz_ / file_rate_hz_);
    return made;
  }

  const calib::Calibration& calibration_;
  const Plan& plan_;
  double learned_rate_hz_, file_rate_hz_;
  dsp::Fft fft_;
  std::vector<std::complex<double>> h_;
  std::vector<std::complex<float>> spectrum_;
};

Eigen::Matrix3d listener_frame(const Eigen::Vector3d& view, const Eigen::Vector3d& up) {
  const Eigen::Vector3d left = up.cross(view);
  core::require(left.norm() > 1e-3 * up.norm() * view.norm(),
                "--view and --up: expected two directions that are not on one line");
  Eigen::Matrix3d R_sensor_listener;
  R_sensor_listener.col(0) = view.normalized();
  R_sensor_listener.col(1) = left.normalized();
  R_sensor_listener.col(2) = R_sensor_listener.col(0).cross(R_sensor_listener.col(1));
  return R_sensor_listener;
}

/// Makes the plan one of a head with two ears if the microphones allow this.
/// @return  why they do not; empty: the plan is changed
std::string plan_ears(Plan& plan) {
  if (plan.position_m.size() != 2) {
    return fmt::format("SimpleFreeFieldHRIR has two receivers, the model has {} microphones",
                       plan.position_m.size());
  }
  const Eigen::Vector3d axis = plan.position_m[0] - plan.position_m[1];
  const double cosine = std::abs(axis.y()) / std::max(axis.norm(), 1e-12);
  const double angle_deg = core::radians_to_degrees(std::acos(std::min(1.0, cosine)));
  if (angle_deg > kMaxEarAngle_deg) {
    return fmt::format(
        "SimpleFreeFieldHRIR has its ears on the y axis (left), the microphones lie {:.0f} degrees "
        "from it; say where the listener looks with --view and --up",
        angle_deg);
  }
  plan.hrir = true;
  if (axis.y() < 0.0) {
    plan.receiver = {1, 0};
    plan.note = "the second microphone is the left ear and stands first in the file";
  }
  const Eigen::Vector3d left(0.0, 0.5 * axis.norm(), 0.0);
  plan.position_m = {left, -left};
  return "";
}

Plan make_plan(const calib::Calibration& calibration, const CalibrationSofaOptions& options) {
  Plan plan;
  plan.R_sensor_listener = listener_frame(options.view_sensor, options.up_sensor);
  for (std::size_t m = 0; m < calibration.array.size(); ++m) {
    plan.receiver.push_back(m);
    plan.position_m.emplace_back(plan.R_sensor_listener.transpose() *
                                 calibration.array.position_m[m]);
  }
  const double ratio = options.sample_rate_hz / options.learned_rate_hz;
  plan.samples =
      static_cast<std::size_t>(std::llround(static_cast<double>(options.samples) * ratio));
  if (options.convention == SofaConvention::kGeneralFir) return plan;
  const std::string problem = plan_ears(plan);
  core::require(problem.empty() || options.convention == SofaConvention::kAuto,
                "--convention: " + problem);
  if (!problem.empty() && plan.position_m.size() == 2) {
    plan.note = "written as GeneralFIR: " + problem;
  }
  return plan;
}

std::map<std::string, std::string> attributes_of(const SofaTexts& texts, bool hrir) {
  const auto or_else = [](const std::string& text, const char* otherwise) {
    return text.empty() ? std::string(otherwise) : text;
  };
  std::map<std::string, std::string> attributes = {
      {"SOFAConventions", hrir ? "SimpleFreeFieldHRIR" : "GeneralFIR"},
      {"Title",
       or_else(texts.title,
               "Responses of a microphone array, learned from recordings while it turned")},
      {"APIName", "csl-export"},
      {"ApplicationName", "csl-export"},
      {"AuthorContact", or_else(texts.author, "unknown")},
      {"Organization", or_else(texts.organization, "unknown")},
      {"Comment", texts.comment},
      {"References", ""},
      {"History", ""},
      {"Origin", "Self-calibration: no response was measured"}};
  if (!texts.license.empty()) attributes["License"] = texts.license;
  if (hrir) attributes.insert({{"DatabaseName", "unknown"}, {"ListenerShortName", "unknown"}});
  return attributes;
}

void add_places(SofaFile& file, const Plan& plan, std::span<const Eigen::Vector3d> directions) {
  const std::map<std::string, std::string> meter = cartesian_attributes();
  std::vector<double> receiver, source;
  for (const Eigen::Vector3d& p : plan.position_m)
    receiver.insert(receiver.end(), {p.x(), p.y(), p.z()});
  for (const Eigen::Vector3d& d : directions) {
    const double azimuth = core::radians_to_degrees(so3::azimuth_rad(d));
    source.insert(source.end(),
                  {azimuth < 0.0 ? azimuth + 360.0 : azimuth,
                   core::radians_to_degrees(so3::elevation_rad(d)), kSourceDistance_m});
  }
  const std::vector<double> zero = {0.0, 0.0, 0.0};
  file.variables.push_back({"ListenerPosition", "IC", zero, meter});
  file.variables.push_back({"ListenerView", "IC", {1.0, 0.0, 0.0}, meter});
  file.variables.push_back({"ListenerUp", "IC", {0.0, 0.0, 1.0}, {}});
  file.variables.push_back({"ReceiverPosition", "RCI", receiver, meter});
  file.variables.push_back({"SourcePosition",
                            "MC",
                            source,
                            {{"Type", "spherical"}, {"Units", "degree, degree, metre"}}});
  file.variables.push_back({"EmitterPosition", "ECI", zero, meter});
}

void check_length(const calib::EffectiveArray& array, const CalibrationSofaOptions& options) {
  const double half_s = 0.5 * static_cast<double>(options.samples) / options.learned_rate_hz;
  if (array.aperture_m() / array.speed_of_sound > 0.5 * half_s) {
    throw core::UsageError(fmt::format(
        "--samples: expected responses that hold the array's delays, found {} samples for an "
        "aperture of {:.2f} m; give twice as many",
        options.samples, array.aperture_m()));
  }
}

}  // namespace

SofaConvention sofa_convention(const std::string& name) {
  if (name == "auto") return SofaConvention::kAuto;
  if (name == "GeneralFIR") return SofaConvention::kGeneralFir;
  if (name == "SimpleFreeFieldHRIR") return SofaConvention::kSimpleFreeFieldHrir;
  throw core::UsageError(fmt::format(
      "--convention: expected auto, GeneralFIR or SimpleFreeFieldHRIR, found \"{}\"", name));
}

CalibrationSofaResult write_calibration_sofa(const std::filesystem::path& out,
                                             const calib::Calibration& calibration,
                                             const CalibrationSofaOptions& options) {
  check_length(calibration.array, options);
  const Plan plan = make_plan(calibration, options);
  const std::vector<Eigen::Vector3d> directions = so3::fibonacci_grid(options.directions);
  const std::size_t receivers = plan.receiver.size();
  SofaFile file;
  file.attributes = attributes_of(options.texts, plan.hrir);
  file.dimensions = {{'I', 1},
                     {'C', 3},
                     {'R', receivers},
                     {'E', 1},
                     {'N', plan.samples},
                     {'M', directions.size()}};
  add_places(file, plan, directions);
  std::vector<double> ir;
  ResponseMaker maker(calibration, options, plan);
  for (const Eigen::Vector3d& d : directions) maker.append(d, ir);
  file.variables.push_back({"Data.IR", "MRN", std::move(ir), {}});
  file.variables.push_back(
      {"Data.SamplingRate", "I", {options.sample_rate_hz}, {{"Units", "hertz"}}});
  file.variables.push_back({"Data.Delay", "IR", std::vector<double>(receivers, 0.0), {}});
  write_sofa(out, file);
  return {plan.hrir ? "SimpleFreeFieldHRIR" : "GeneralFIR", plan.samples, plan.note};
}

}  // namespace formats
