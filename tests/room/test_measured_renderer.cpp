#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <complex>
#include <filesystem>
#include <numbers>

#include "brute_force.h"
#include "core/random.h"
#include "core/units.h"
#include "dsp/fft.h"
#include "dsp/fractional_delay.h"
#include "io/hdf5_reader.h"
#include "random_values.h"
#include "room/measured_renderer.h"
#include "room/motion.h"
#include "so3/grid.h"
#include "so3/rotation.h"

namespace room {
namespace {

constexpr double kResponseRate = 16000.0;
constexpr const char* kKemar = "/usr/share/libmysofa/MIT_KEMAR_normal_pinna.sofa";

const std::vector<Eigen::Vector3d>& ears() {
  static const std::vector<Eigen::Vector3d> kEars{{0.0, 0.06, 0.0}, {0.02, -0.06, 0.01}};
  return kEars;
}

/// Responses of two points in free space: pure delays.
array::Responses open_pair() {
  std::vector<double> position;
  std::vector<double> ir;
  for (const Eigen::Vector3d& d : so3::fibonacci_grid(700)) {
    position.insert(position.end(), {d.x(), d.y(), d.z()});
    for (const Eigen::Vector3d& ear : ears()) {
      const double arrival = 48.0 - ear.dot(d) / core::kSpeedOfSound * kResponseRate;
      for (int n = 0; n < 96; ++n)
        ir.push_back(dsp::sinc(n - arrival) * dsp::kaiser(n - arrival, 40.0, 6.0));
    }
  }
  return array::make_responses("pair", kResponseRate, position, array::PositionType::kCartesian, ir,
                               2);
}

/// Bins low to high of a half spectrum: level of b relative to a, dB.
double level_db(std::span<const std::complex<float>> a, std::span<const std::complex<float>> b,
                std::size_t low, std::size_t high) {
  double energy_a = 0.0;
  double energy_b = 0.0;
  for (std::size_t k = low; k < high; ++k) {
    energy_a += std::norm(a[k]);
    energy_b += std::norm(b[k]);
  }
  return 10.0 * std::log10(energy_b / energy_a);
}

/// Arrival of b after a, s: least-squares slope of the cross-spectrum's phase below 500 Hz.
double delay_s(std::span<const std::complex<float>> a, std::span<const std::complex<float>> b,
               double hz_per_bin) {
  double weighted = 0.0;
  double weight = 0.0;
  for (std::size_t k = 1; static_cast<double>(k) * hz_per_bin < 500.0; ++k) {
    const std::complex<double> cross =
        std::complex<double>(b[k]) * std::conj(std::complex<double>(a[k]));
    const double omega = 2.0 * std::numbers::pi * static_cast<double>(k) * hz_per_bin;
    weighted += -std::arg(cross) * omega * std::abs(cross);
    weight += omega * omega * std::abs(cross);
  }
  return weighted / weight;
}

/// The renderer lets the mean onset of all responses pass when the sound passes the center. An
/// onset is where a response starts to rise; here its middle is what counts.
double common_delay_s(MeasuredRenderer& renderer, MeasuredScene scene) {
  scene.room = shoebox_from_t60(scene.room.size_m, 0.0);
  scene.orientation = so3::Track({0.0}, {Eigen::Quaterniond::Identity()});
  constexpr std::size_t kLength = 512;
  std::vector<float> click(kLength, 0.0F), heard(kLength);
  click[100] = 1.0F;
  const std::vector<float> found = renderer.render(scene, click);
  for (std::size_t n = 0; n < kLength; ++n) heard[n] = found[2 * n];
  dsp::Fft fft(kLength);
  std::vector<std::complex<float>> before(fft.bins()), after(fft.bins());
  // Take most of the way off, so that the phase below 500 Hz does not wrap.
  const Eigen::Vector3d away = scene.source_m - scene.array_center_m;
  const double path = away.norm() - ears()[0].dot(away) / away.norm();
  const std::size_t whole = static_cast<std::size_t>(path / core::kSpeedOfSound * kResponseRate);
  std::rotate(heard.begin(), heard.begin() + static_cast<std::ptrdiff_t>(whole), heard.end());
  fft.forward(click, before);
  fft.forward(heard, after);
  return delay_s(before, after, kResponseRate / kLength) +
         static_cast<double>(whole) / kResponseRate - path / core::kSpeedOfSound;
}

array::Responses kemar() {
  const io::Hdf5Reader file(kKemar);
  return array::make_responses("KEMAR", file.read<double>("/Data.SamplingRate")[0],
                               file.read<double>("/SourcePosition"),
                               array::PositionType::kSpherical, file.read<double>("/Data.IR"), 2,
                               file.read<double>("/Data.Delay"));
}

}  // namespace

TEST_CASE("responses of open points give the sum over plane waves from all images", "[measured]") {
  Shoebox room;
  room.size_m = {4.2, 3.7, 2.9};
  room.reflection = {0.95, 0.9, 0.92, 0.97, 0.85, 0.9};
  room.max_distance_m = 15.0;
  const MeasuredScene scene{
      room,
      {0.7, 2.9, 1.9},
      {2.0, 1.6, 1.5},
      constant_rotation({0.3, -0.5, 1.0}, 1.57, so3::exp({0.5, -0.4, 0.8}), 0.2)};
  const std::vector<float> source = random_values(1500, 10);
  MeasuredRenderer renderer(open_pair(), kResponseRate);
  const std::vector<float> found = renderer.render(scene, source);
  constexpr std::size_t kFirst = 1000;
  constexpr std::size_t kLength = 256;
  const double shift_s = common_delay_s(renderer, scene);
  const std::vector<Image> images = image_sources(room, scene.source_m, scene.array_center_m);
  for (const std::size_t ear : {0U, 1U}) {
    std::vector<float> expected(kLength), error(kLength);
    for (std::size_t i = 0; i < kLength; ++i) {
      const double sample = static_cast<double>(kFirst + i);
      const Eigen::Vector3d place = scene.orientation.at(sample / kResponseRate) * ears()[ear];
      double sum = 0.0;
      for (const Image& image : images) {
        const Eigen::Vector3d away = image.position_m - scene.array_center_m;
        const double path = away.norm() - place.dot(away) / away.norm();
        sum += image.gain / away.norm() *
               interpolate_exactly(source,
                                   sample - (path / core::kSpeedOfSound + shift_s) * kResponseRate);
      }
      const double window =
          0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * static_cast<double>(i) / kLength);
      expected[i] = static_cast<float>(window * sum);
      error[i] = static_cast<float>(window * (found[(kFirst + i) * 2 + ear] - sum));
    }
    dsp::Fft fft(kLength);
    std::vector<std::complex<float>> signal(fft.bins()), wrong(fft.bins());
    fft.forward(expected, signal);
    fft.forward(error, wrong);
    // Interpolation over directions 6 degrees apart, onsets found by threshold: percents at high
    // frequencies.
    CHECK(level_db(signal, wrong, 1, 64) < -30.0);
    CHECK(level_db(signal, wrong, 64, 112) < -20.0);
  }
}

namespace {

/// Spectra of both ears of what was measured from the direction nearest to an azimuth, and the
/// width of their bins.
struct EarSpectra {
  std::vector<std::complex<float>> ear[2];
  double hz_per_bin = 0.0;
};

EarSpectra measured_spectra(const array::Responses& responses, double azimuth_rad) {
  constexpr std::size_t kLength = 2048;
  const Eigen::Vector3d direction = so3::direction_from_angles(azimuth_rad, 0.0);
  std::size_t index = 0;
  for (std::size_t i = 0; i < responses.direction.size(); ++i) {
    if ((responses.direction[i] - direction).norm() <
        (responses.direction[index] - direction).norm())
      index = i;
  }
  REQUIRE((responses.direction[index] - direction).norm() < 1e-3);
  dsp::Fft fft(kLength);
  EarSpectra spectra;
  spectra.hz_per_bin = responses.sample_rate_hz / kLength;
  for (const std::size_t ear : {0U, 1U}) {
    std::vector<float> time(kLength, 0.0F);
    std::copy_n(
        responses.ir.begin() + static_cast<std::ptrdiff_t>((index * 2 + ear) * responses.samples),
        responses.samples, time.begin());
    spectra.ear[ear].resize(fft.bins());
    fft.forward(time, spectra.ear[ear]);
  }
  return spectra;
}

EarSpectra heard_spectra(std::span<const float> interleaved) {
  const std::size_t length = interleaved.size() / 2;
  dsp::Fft fft(length);
  EarSpectra spectra;
  spectra.hz_per_bin = kResponseRate / static_cast<double>(length);
  for (const std::size_t ear : {0U, 1U}) {
    std::vector<float> time(length);
    for (std::size_t n = 0; n < length; ++n) time[n] = interleaved[2 * n + ear];
    spectra.ear[ear].resize(fft.bins());
    fft.forward(time, spectra.ear[ear]);
  }
  return spectra;
}

double interaural_delay_s(const EarSpectra& s) { return delay_s(s.ear[0], s.ear[1], s.hz_per_bin); }

double interaural_level_db(const EarSpectra& s, double low_hz, double high_hz) {
  return level_db(s.ear[0], s.ear[1], static_cast<std::size_t>(low_hz / s.hz_per_bin),
                  static_cast<std::size_t>(high_hz / s.hz_per_bin));
}

}  // namespace

TEST_CASE("interaural differences over a full turn are those of the measured head", "[measured]") {
  if (!std::filesystem::exists(kKemar)) {
    WARN("skipped: " << kKemar << " is not installed (Debian: libmysofa1)");
    return;
  }
  const array::Responses responses = kemar();
  MeasuredRenderer renderer(responses, kResponseRate);
  // The head turns once in 36 s; a click a second passes it at every tenth degree of the file.
  constexpr std::size_t kClicks = 36;
  constexpr std::size_t kSecond = 16000;
  const double turn_rad_s = core::degrees_to_radians(-10.0);
  const double first_s = 100.0 / kResponseRate + 1.5 / core::kSpeedOfSound;
  const Eigen::Quaterniond start = so3::exp(Eigen::Vector3d::UnitZ() * (-turn_rad_s * first_s));
  const MeasuredScene scene{
      shoebox_from_t60({6.0, 6.0, 6.0}, 0.0),
      {4.5, 3.0, 3.0},
      {3.0, 3.0, 3.0},
      constant_rotation({0.0, 0.0, 1.0}, turn_rad_s, start, static_cast<double>(kClicks) + 1.0)};
  std::vector<float> clicks(kClicks * kSecond, 0.0F);
  for (std::size_t k = 0; k < kClicks; ++k) clicks[k * kSecond + 100] = 1.0F;
  const std::vector<float> found = renderer.render(scene, clicks);
  for (std::size_t k = 0; k < kClicks; ++k) {
    const double azimuth_deg = 10.0 * static_cast<double>(k);
    const EarSpectra heard = heard_spectra(std::span(found).subspan(2 * k * kSecond, 2 * 1024));
    const EarSpectra measured = measured_spectra(responses, core::degrees_to_radians(azimuth_deg));
    CAPTURE(azimuth_deg);
    CHECK(interaural_delay_s(heard) == Approx(interaural_delay_s(measured)).margin(10e-6));
    for (const auto& [low, high] : {std::pair{200.0, 1000.0}, {1000.0, 3000.0}, {3000.0, 7000.0}}) {
      CHECK(interaural_level_db(heard, low, high) ==
            Approx(interaural_level_db(measured, low, high)).margin(0.5));
    }
  }
}

}  // namespace room
