/// Draws the pictures of docs/understand/simulation.md as SVG files in the given folder: field
/// order against error, and the sound at two microphones of a turning array.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <filesystem>
#include <numbers>
#include <vector>

#include "core/files.h"
#include "core/random.h"
#include "core/units.h"
#include "dsp/stft.h"
#include "report/svg/plot.h"
#include "room/field_plan.h"
#include "room/motion.h"
#include "room/radial.h"
#include "room/renderer.h"

namespace {

constexpr double kRate = 16000.0;
constexpr double kCubeRadius_m = 0.0433;  // of the 5 cm cube
constexpr std::size_t kOrders = 16;

double decibels(double amplitude) { return 20.0 * std::log10(std::max(amplitude, 1e-9)); }

/// Error of a plane wave summed up to an order, as root mean square over cos(angle) = -1, ..., 1.
/// The function computes the sum itself.
double summed_error(std::size_t order, double kr) {
  constexpr int kAngles = 4000;
  const std::vector<double> j = room::spherical_bessel(order, kr);
  double square = 0.0;
  for (int i = 0; i < kAngles; ++i) {
    const double cosine = -1.0 + (2.0 * i + 1.0) / kAngles;
    std::complex<double> sum = 0.0;
    for (std::size_t n = 0; n <= order; ++n) {
      const std::complex<double> turn = std::pow(std::complex<double>(0.0, 1.0), n);
      sum += (2.0 * static_cast<double>(n) + 1.0) * turn * j[n] *
             std::legendre(static_cast<unsigned>(n), cosine);
    }
    square += std::norm(std::polar(1.0, kr * cosine) - sum);
  }
  return std::sqrt(square / kAngles);
}

report::svg::SvgAxis axis(const std::string& label, double min, double max) {
  report::svg::SvgAxis made;
  made.label = label;
  made.min = min;
  made.max = max;
  return made;
}

report::svg::SvgPlot order_plot() {
  report::svg::SvgPlot plot;
  plot.title = "Field order against error";
  plot.description =
      "Error of a plane wave read at 43 mm from the center falls steeply once the order passes k r";
  plot.x = axis("order of the expansion", 0.0, static_cast<double>(kOrders));
  plot.y = axis("error, dB", -100.0, 5.0);
  int color = 0;
  for (const double hz : {1000.0, 2000.0, 4000.0, 7500.0}) {
    const double kr = 2.0 * std::numbers::pi * hz / core::kSpeedOfSound * kCubeRadius_m;
    report::svg::SvgSeries formula;
    report::svg::SvgSeries summed;
    formula.name = fmt::format("{:g} kHz, k r = {:.2f}", hz / 1000.0, kr);
    for (std::size_t order = 0; order <= kOrders; ++order) {
      formula.x.push_back(static_cast<double>(order));
      formula.y.push_back(decibels(room::truncation_error(order, kr)));
      summed.x.push_back(static_cast<double>(order));
      summed.y.push_back(decibels(summed_error(order, kr)));
    }
    formula.color = summed.color = color++;
    formula.markers = false;
    summed.line = false;
    plot.series.push_back(std::move(formula));
    plot.series.push_back(std::move(summed));
  }
  const auto chosen =
      static_cast<double>(room::field_order(kCubeRadius_m, kRate, core::kSpeedOfSound));
  report::svg::SvgSeries line;
  line.name = fmt::format("order chosen for the 5 cm cube: {:g}", chosen);
  line.x = {chosen, chosen};
  line.y = {-100.0, 5.0};
  line.color = color;
  line.dash = report::svg::Dash::kDashed;
  line.markers = false;
  plot.series.push_back(std::move(line));
  return plot;
}

std::vector<float> noise(double seconds) {
  core::RandomStream random(5, core::Purpose::kTest);
  std::vector<float> signal(static_cast<std::size_t>(seconds * kRate));
  for (float& x : signal) x = static_cast<float>(random.normal());
  return signal;
}

/// Level of the sum of both microphones over that of the source, [bins, frames], dB.
report::svg::SvgPlot sum_plot(double t60_s) {
  constexpr double kSeconds = 4.0;
  const std::vector<float> source = noise(kSeconds);
  const Eigen::Vector3d center(2.0, 2.0, 2.0);
  const room::Scene scene{room::shoebox_from_t60({4.0, 4.0, 4.0}, t60_s),
                          center + Eigen::Vector3d(1.0, 0.0, 0.0),
                          center,
                          array::builtin("head2"),
                          room::constant_rotation({0.0, 0.0, 1.0}, std::numbers::pi / 2.0,
                                                  Eigen::Quaterniond::Identity(), kSeconds + 1.0),
                          kRate};
  const std::vector<float> heard = room::render_moving_array(scene, source);
  std::vector<float> sum(source.size());
  for (std::size_t n = 0; n < sum.size(); ++n) sum[n] = heard[2 * n] + heard[2 * n + 1];
  dsp::Stft stft({.window = 512, .hop = 512});
  const auto of_sum = stft.analyze(sum, 1);
  const auto of_source = stft.analyze(source, 1);
  report::svg::SvgHeatmap map;
  map.columns = stft.frames(source.size());
  map.rows = stft.bins() / 2;  // two frequencies in each row
  map.x_max = kSeconds;
  map.y_max = kRate / 2000.0;
  map.low = -18.0;
  map.high = 9.0;
  map.name = "sum over source, dB";
  for (std::size_t bin = 0; bin < 2 * map.rows; bin += 2) {
    for (std::size_t frame = 0; frame < map.columns; ++frame) {
      // The mean over five neighboring frequencies hides the random level of the noise.
      double output = 0.0;
      double input = 0.0;
      for (std::size_t k = bin > 2 ? bin - 2 : 0; k <= bin + 2; ++k) {
        output += std::norm(of_sum[frame * stft.bins() + k]);
        input += std::norm(of_source[frame * stft.bins() + k]);
      }
      map.value.push_back(static_cast<float>(10.0 * std::log10(output / input)));
    }
  }
  report::svg::SvgPlot plot;
  plot.title = t60_s == 0.0 ? "No reverberation" : fmt::format("T60 {:g} s", t60_s);
  plot.description = "Interference notches sweep up and down as the array turns once in 4 s";
  plot.x = axis("time, s", 0.0, kSeconds);
  plot.y = axis("frequency, kHz", 0.0, kRate / 2000.0);
  plot.heatmaps.push_back(std::move(map));
  plot.width = 480;
  return plot;
}

}  // namespace

int main(int argc, char** argv) {
  const std::filesystem::path folder = argc > 1 ? argv[1] : ".";
  core::write_text_file(folder / "field_order.svg", report::svg::render_svg(order_plot(), true));
  core::write_text_file(folder / "turning_array.svg",
                        report::svg::render_svg_grid({sum_plot(0.0), sum_plot(0.25)}, 2, true));
}
