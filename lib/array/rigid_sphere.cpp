#include "array/rigid_sphere.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/errors.h"
#include "core/units.h"
#include "dsp/fft.h"
#include "so3/grid.h"

namespace array {
namespace {

constexpr double kRateHz = 48000.0;
constexpr double kFlatHz = 18000.0;    // above it, half a cosine falls to half the sample rate
constexpr std::size_t kSamples = 512;  // a head's response decays within 3 ms
constexpr double kLead_s = 0.003;  // delay of the origin; longer than the path of a head's radius

using Complex = std::complex<double>;

Complex hankel(unsigned n, double x) { return {std::sph_bessel(n, x), -std::sph_neumann(n, x)}; }

/// h_n' = n / x h_n - h_(n+1); its real part is j_n'.
Complex hankel_derivative(unsigned n, double x) {
  return static_cast<double>(n) / x * hankel(n, x) - hankel(n + 1, x);
}

/// Terms of higher order are below 1e-9 of the sum.
unsigned highest_order(double kr) {
  return static_cast<unsigned>(std::ceil(kr + 8.0 * std::cbrt(kr) + 10.0));
}

double roll_off(double frequency_hz) {
  if (frequency_hz <= kFlatHz) return 1.0;
  const double share = (frequency_hz - kFlatHz) / (0.5 * kRateHz - kFlatHz);
  return 0.5 * (1.0 + std::cos(std::numbers::pi * share));
}

/// One microphone's spectrum, direction by direction.
class MicrophoneSpectrum {
 public:
  MicrophoneSpectrum(const RigidSphere& sphere, const Eigen::Vector3d& position_m, std::size_t bins,
                     double speed_of_sound)
      : speed_of_sound_(speed_of_sound),
        center_m_(sphere.center_m),
        from_center_((position_m - sphere.center_m).normalized()) {
    const double distance_m = std::max(sphere.radius_m, (position_m - sphere.center_m).norm());
    for (std::size_t b = 1; b < bins; ++b) {
      scattering_.emplace_back(wave_number(b), sphere.radius_m, distance_m);
    }
  }

  void write(const Eigen::Vector3d& direction, std::span<std::complex<float>> spectrum) const {
    spectrum[0] = 1.0F;
    for (std::size_t b = 1; b < spectrum.size(); ++b) {
      const double k = wave_number(b);
      const double path_m = center_m_.dot(direction) - speed_of_sound_ * kLead_s;
      const double gain = roll_off(static_cast<double>(b) * kRateHz / kSamples);
      spectrum[b] = std::complex<float>(std::polar(gain, k * path_m) *
                                        scattering_[b - 1].pressure(from_center_.dot(direction)));
    }
  }

 private:
  double wave_number(std::size_t bin) const {
    return 2.0 * std::numbers::pi * static_cast<double>(bin) * kRateHz / kSamples / speed_of_sound_;
  }

  double speed_of_sound_;
  Eigen::Vector3d center_m_;
  Eigen::Vector3d from_center_;
  std::vector<SphereScattering> scattering_;  ///< of bin 1 and up
};

}  // namespace

SphereScattering::SphereScattering(double wave_number, double radius_m, double distance_m) {
  const double ka = wave_number * radius_m;
  const double kr = wave_number * distance_m;
  Complex turn = 1.0;  // i^n
  for (unsigned n = 0; n <= highest_order(kr); ++n) {
    const Complex slope = hankel_derivative(n, ka);
    const Complex outgoing = hankel(n, kr);
    Complex value = outgoing.real();
    // Far from a small sphere high orders overflow; their scattered part is 0.
    if (std::isfinite(std::abs(slope))) value -= slope.real() / slope * outgoing;
    coefficient_.push_back((2.0 * n + 1.0) * turn * value);
    turn *= Complex(0.0, 1.0);
  }
}

Complex SphereScattering::pressure(double cosine) const {
  Complex sum = 0.0;
  double before = 0.0;
  double legendre = 1.0;
  for (std::size_t n = 0; n < coefficient_.size(); ++n) {
    sum += coefficient_[n] * legendre;
    const double degree = static_cast<double>(n);
    const double next =
        ((2.0 * degree + 1.0) * cosine * legendre - degree * before) / (degree + 1.0);
    before = legendre;
    legendre = next;
  }
  return sum;
}

Responses rigid_sphere_responses(const Geometry& geometry, std::size_t directions,
                                 double speed_of_sound) {
  if (!geometry.sphere) throw core::UsageError(geometry.name + ": it has no rigid sphere");
  Responses responses;
  responses.name = geometry.name;
  responses.sample_rate_hz = kRateHz;
  responses.direction = so3::fibonacci_grid(directions);
  responses.receivers = geometry.size();
  responses.samples = kSamples;
  responses.ir.resize(directions * geometry.size() * kSamples);
  dsp::Fft fft(kSamples);
  std::vector<std::complex<float>> spectrum(fft.bins());
  for (std::size_t m = 0; m < geometry.size(); ++m) {
    const MicrophoneSpectrum microphone(*geometry.sphere, geometry.position_m[m], fft.bins(),
                                        speed_of_sound);
    for (std::size_t d = 0; d < directions; ++d) {
      microphone.write(responses.direction[d], spectrum);
      fft.inverse(spectrum,
                  std::span(responses.ir).subspan((d * geometry.size() + m) * kSamples, kSamples));
    }
  }
  return responses;
}

}  // namespace array
