/// Compares the renderer with the exact sum over moving images in the room of the C-SL paper, and
/// writes JSON to stdout.
///
/// Conditions: a room of 4 x 4 x 4 m; cube8 in its center, which turns at 90 degrees per second
/// about a random axis; white noise from a random direction at 1 m; five draws for each
/// reverberation time. Compared are 256 samples of every microphone after the last image has
/// arrived, with a Hann window. At T60 0.75 s only two opposite corners are compared, to save time.
/// The exact sum takes every image's distance at every sample and 128 taps of a Hann-windowed sinc,
/// in double precision.
///
/// Usage: study_renderer [THREADS [FIRST_ROW]]; a row is one draw of one condition.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <nlohmann/json.hpp>
#include <numbers>
#include <numeric>
#include <vector>

#include "core/kernel.h"
#include "core/parallel.h"
#include "core/random.h"
#include "core/units.h"
#include "dsp/fft.h"
#include "room/image_source.h"
#include "room/motion.h"
#include "room/renderer.h"
#include "room/source_course.h"
#include "so3/rotation.h"

namespace {

constexpr double kRate = 16000.0;
constexpr std::size_t kLength = 256;
constexpr int kHalf = 64;
constexpr int kDraws = 5;

/// sum over 128 taps k of (1/2 + 1/2 cos(pi (k - f) / 64)) (-1)^k x[k] / (k - f)
CSL_KERNEL double windowed_sum(const double* x, const double* cosine, const double* sine,
                               double cos_f, double sin_f, double f) {
  double sum = 0.0;
#pragma omp simd reduction(+ : sum)
  for (int k = 0; k < 2 * kHalf; ++k) {
    const double window = 0.5 + 0.5 * (cosine[k] * cos_f + sine[k] * sin_f);
    const double term = window * x[k] / (static_cast<double>(k - kHalf + 1) - f);
    sum += k % 2 == 0 ? -term : term;  // tap k - 63 has the sign of (-1)^(k - 63)
  }
  return sum;
}

/// Values of a signal between its samples.
class ExactInterpolator {
 public:
  explicit ExactInterpolator(const std::vector<float>& signal)
      : padded_(signal.size() + 4 * kHalf, 0.0) {
    std::copy(signal.begin(), signal.end(), padded_.begin() + 2 * kHalf);
    for (int k = -kHalf + 1; k <= kHalf; ++k) {
      cosine_.push_back(std::cos(std::numbers::pi * k / kHalf));
      sine_.push_back(std::sin(std::numbers::pi * k / kHalf));
    }
  }
  double at(double position) const {
    const double whole = std::floor(position);
    const double f = position - whole;
    const double first = whole + kHalf + 1;
    if (first < 0.0 || first + 2 * kHalf > static_cast<double>(padded_.size())) return 0.0;
    const double* x = padded_.data() + static_cast<std::size_t>(first);
    if (f < 1e-9) return x[kHalf - 1];
    const double turn = std::numbers::pi * f / kHalf;
    // sin(pi (k - f)) / pi = -(-1)^k sin(pi f) / pi
    return -std::sin(std::numbers::pi * f) / std::numbers::pi *
           windowed_sum(x, cosine_.data(), sine_.data(), std::cos(turn), std::sin(turn), f);
  }

 private:
  std::vector<double> padded_, cosine_, sine_;
};

room::Scene draw_scene(double t60_s, int draw, double source_speed_deg, double seconds) {
  core::RandomStream random(2026, core::Purpose::kTest, static_cast<std::uint32_t>(draw));
  const Eigen::Vector3d axis = so3::random_direction(random);
  const Eigen::Quaterniond start = so3::random_rotation(random);
  const Eigen::Vector3d direction = so3::random_direction(random);
  const Eigen::Vector3d center(2.0, 2.0, 2.0);
  room::Scene scene{room::shoebox_from_t60({4.0, 4.0, 4.0}, t60_s),
                    center + direction,
                    center,
                    array::builtin("cube8"),
                    room::constant_rotation(axis, std::numbers::pi / 2.0, start, seconds + 1.0),
                    kRate};
  const double speed_rad_s = core::degrees_to_radians(source_speed_deg);
  if (speed_rad_s > 0.0)
    scene.source_turn_rad_s = room::random_great_circle(direction, speed_rad_s, random);
  return scene;
}

/// Samples [first, first + kLength) of one microphone.
std::vector<double> exact_sum(const room::Scene& scene, const std::vector<room::Image>& images,
                              const ExactInterpolator& signal, std::size_t microphone,
                              std::size_t first) {
  const room::SourceCourse course{scene.source_m - scene.array_center_m, scene.source_turn_rad_s};
  std::vector<double> heard(kLength, 0.0);
  for (std::size_t i = 0; i < kLength; ++i) {
    const double sample = static_cast<double>(first + i);
    const double time_s = sample / kRate;
    const Eigen::Vector3d place =
        scene.array_center_m + scene.orientation.at(time_s) * scene.geometry.position_m[microphone];
    const Eigen::Vector3d moved = course.at(time_s) - course.start_m;
    for (const room::Image& image : images) {
      const double distance =
          (image.position_m + room::image_shift_m(image.index, moved) - place).norm();
      heard[i] +=
          image.gain / distance * signal.at(sample - distance * kRate / core::kSpeedOfSound);
    }
  }
  return heard;
}

/// Levels of the error relative to the exact sum, below 4 kHz and from there to 7.5 kHz, dB.
std::pair<double, double> error_levels(const std::vector<double>& exact,
                                       std::span<const float> rendered, std::size_t microphone,
                                       std::size_t microphones) {
  dsp::Fft fft(kLength);
  std::vector<float> reference(kLength), difference(kLength);
  for (std::size_t n = 0; n < kLength; ++n) {
    const double window =
        0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * static_cast<double>(n) / kLength);
    reference[n] = static_cast<float>(window * exact[n]);
    difference[n] =
        static_cast<float>(window * (rendered[n * microphones + microphone] - exact[n]));
  }
  std::vector<std::complex<float>> expected(fft.bins()), wrong(fft.bins());
  fft.forward(reference, expected);
  fft.forward(difference, wrong);
  double signal[2] = {0.0, 0.0};
  double error[2] = {0.0, 0.0};
  for (std::size_t k = 0; k < fft.bins(); ++k) {
    const double hz = static_cast<double>(k) * kRate / kLength;
    if (hz > 7500.0) break;
    const std::size_t band = hz <= 4000.0 ? 0 : 1;
    signal[band] += std::norm(expected[k]);
    error[band] += std::norm(wrong[k]);
  }
  return {10.0 * std::log10(error[0] / signal[0]), 10.0 * std::log10(error[1] / signal[1])};
}

nlohmann::json study(core::ThreadPool& pool, double t60_s, double source_speed_deg, int draw) {
  const std::size_t first = static_cast<std::size_t>(t60_s * kRate) + 1000;
  std::vector<float> signal(first + kLength + 2 * kHalf);
  core::RandomStream random(7, core::Purpose::kTest, static_cast<std::uint32_t>(draw));
  for (float& x : signal) x = static_cast<float>(random.normal());
  const room::Scene scene =
      draw_scene(t60_s, draw, source_speed_deg, static_cast<double>(signal.size()) / kRate);
  const std::vector<room::Image> images =
      room::image_sources(scene.room, scene.source_m, scene.array_center_m);
  const std::vector<float> rendered = room::render_moving_array(scene, signal);
  const std::size_t microphones = scene.geometry.size();
  const ExactInterpolator interpolator(signal);
  std::vector<std::size_t> compared{0, microphones - 1};
  if (t60_s < 0.6) {
    compared.resize(microphones);
    std::iota(compared.begin(), compared.end(), std::size_t{0});
  }
  std::vector<std::pair<double, double>> levels(compared.size());
  pool.for_each_shard(compared.size(), [&](std::size_t i) {
    const std::size_t microphone = compared[i];
    const std::vector<double> exact = exact_sum(scene, images, interpolator, microphone, first);
    levels[i] =
        error_levels(exact, std::span(rendered).subspan(first * microphones, kLength * microphones),
                     microphone, microphones);
  });
  nlohmann::json row{{"t60_s", t60_s},
                     {"source_speed_deg_s", source_speed_deg},
                     {"draw", draw},
                     {"images", images.size()}};
  for (const auto& [low, high] : levels) {
    row["error_to_4_khz_db"].push_back(std::round(low * 100.0) / 100.0);
    row["error_4_to_7.5_khz_db"].push_back(std::round(high * 100.0) / 100.0);
  }
  fmt::print(stderr, "{}\n", row.dump());
  return row;
}

}  // namespace

int main(int argc, char** argv) {
  core::ThreadPool pool(argc > 1 ? std::atoi(argv[1]) : 0);
  int skip = argc > 2 ? std::atoi(argv[2]) : 0;
  nlohmann::json rows = nlohmann::json::array();
  for (const auto& [t60_s, source_speed_deg] :
       {std::pair{0.0, 0.0}, {0.25, 0.0}, {0.5, 0.0}, {0.75, 0.0}, {0.0, 30.0}, {0.25, 30.0}}) {
    for (int draw = 0; draw < kDraws; ++draw) {
      if (skip-- <= 0) rows.push_back(study(pool, t60_s, source_speed_deg, draw));
    }
  }
  const nlohmann::json result{
      {"command", "make study-renderer"},
      {"what",
       "level of the difference between rendered and exact signals, one value a microphone"},
      {"room_m", {4.0, 4.0, 4.0}},
      {"array", "cube8"},
      {"angular_speed_deg_s", 90},
      {"samples_compared", kLength},
      {"rows", rows}};
  fmt::print("{}\n", result.dump(1));
}
