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
#include "formats/sofa_writer.h"
#include "so3/grid.h"
#include "so3/rotation.h"

namespace formats {
namespace {

constexpr double kSourceDistance_m = 10.0;  // nominal value: the responses are those of far sources

/// Impulse responses of one direction, [microphones, samples].
class ResponseMaker {
 public:
  ResponseMaker(const calib::Calibration& calibration, const CalibrationSofaOptions& options)
      : calibration_(calibration),
        rate_hz_(options.sample_rate_hz),
        fft_(options.samples),
        h_(calibration.array.size()),
        spectrum_(calibration.array.size() * fft_.bins()) {}

  void append(const Eigen::Vector3d& direction, std::vector<double>& ir) {
    const std::size_t bins = fft_.bins();
    for (std::size_t k = 0; k < bins; ++k) {
      const double f = rate_hz_ * static_cast<double>(k) / static_cast<double>(fft_.size());
      calibration_.signature(f, direction, h_);
      double power = 0.0;
      for (const std::complex<double>& value : h_) power += std::norm(value);
      const double scale = std::sqrt(static_cast<double>(h_.size()) / std::max(power, 1e-30));
      const double delay = k % 2 == 0 ? scale : -scale;  // shifts the response by half its length
      for (std::size_t m = 0; m < h_.size(); ++m) {
        spectrum_[m * bins + k] = std::complex<float>(delay * h_[m]);
      }
    }
    std::vector<float> time(fft_.size());
    for (std::size_t m = 0; m < h_.size(); ++m) {
      fft_.inverse(std::span(spectrum_).subspan(m * bins, bins), time);
      ir.insert(ir.end(), time.begin(), time.end());
    }
  }

 private:
  const calib::Calibration& calibration_;
  double rate_hz_;
  dsp::Fft fft_;
  std::vector<std::complex<double>> h_;
  std::vector<std::complex<float>> spectrum_;
};

std::map<std::string, std::string> attributes_of(const CalibrationSofaOptions& options) {
  return {{"SOFAConventions", "GeneralFIR"},
          {"Title", "Responses of a microphone array, learned from recordings while it turned"},
          {"APIName", "csl-export"},
          {"ApplicationName", "csl-export"},
          {"AuthorContact", "unknown"},
          {"Organization", "unknown"},
          {"Comment", options.comment},
          {"References", ""},
          {"History", ""},
          {"Origin", "Self-calibration: no response was measured"}};
}

void add_places(SofaFile& file, const calib::EffectiveArray& array,
                std::span<const Eigen::Vector3d> directions) {
  const std::map<std::string, std::string> meter = cartesian_attributes();
  std::vector<double> receiver, source;
  for (const Eigen::Vector3d& p : array.position_m)
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

}  // namespace

void write_calibration_sofa(const std::filesystem::path& out, const calib::Calibration& calibration,
                            const CalibrationSofaOptions& options) {
  const double half_s = 0.5 * static_cast<double>(options.samples) / options.sample_rate_hz;
  if (calibration.array.aperture_m() / calibration.array.speed_of_sound > 0.5 * half_s) {
    throw core::UsageError(fmt::format(
        "--samples: expected responses that hold the array's delays, found {} samples for an "
        "aperture of {:.2f} m; give twice as many",
        options.samples, calibration.array.aperture_m()));
  }
  const std::vector<Eigen::Vector3d> directions = so3::fibonacci_grid(options.directions);
  const std::size_t microphones = calibration.array.size();
  SofaFile file;
  file.attributes = attributes_of(options);
  file.dimensions = {{'I', 1},
                     {'C', 3},
                     {'R', microphones},
                     {'E', 1},
                     {'N', options.samples},
                     {'M', directions.size()}};
  add_places(file, calibration.array, directions);
  std::vector<double> ir;
  ResponseMaker maker(calibration, options);
  for (const Eigen::Vector3d& d : directions) maker.append(d, ir);
  file.variables.push_back({"Data.IR", "MRN", std::move(ir), {}});
  file.variables.push_back(
      {"Data.SamplingRate", "I", {options.sample_rate_hz}, {{"Units", "hertz"}}});
  file.variables.push_back({"Data.Delay", "IR", std::vector<double>(microphones, 0.0), {}});
  write_sofa(out, file);
}

}  // namespace formats
