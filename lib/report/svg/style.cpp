#include <fmt/format.h>

#include <array>
#include <cmath>

#include "report/svg/plot.h"

namespace report::svg {
namespace {

struct Color {
  const char* light;
  const char* dark;
};

/// The colors differ in lightness and in hue, for gray printing and for color-blind readers. Each
/// of the first six colors also has its own marker shape.
constexpr std::array<Color, kSvgPaletteSize> kPalette = {{{"#1f5fb4", "#7ab2ff"},
                                                          {"#d1600a", "#ffa45c"},
                                                          {"#12805c", "#4fd1a1"},
                                                          {"#8443b8", "#cda0fb"},
                                                          {"#b92a4a", "#ff8298"},
                                                          {"#0b7f92", "#57cfe0"},
                                                          {"#7d6a0c", "#dcc558"},
                                                          {"#5d6672", "#aab3bf"}}};

/// Colors of heat maps. Each scheme starts near its background, so that large values stand out.
struct Rgb {
  double red, green, blue;
};
struct Colors {
  Rgb low, middle, high;
};
constexpr Colors kLightColors = {{222, 235, 247}, {98, 155, 214}, {12, 38, 92}};
constexpr Colors kDarkColors = {{24, 40, 66}, {44, 105, 178}, {214, 236, 255}};
/// For both schemes: from dark to bright; blue over gray to orange.
constexpr Colors kBrightColors = {{22, 26, 54}, {36, 120, 160}, {253, 226, 110}};
constexpr Colors kTwoSidedColors = {{33, 82, 168}, {228, 228, 226}, {182, 82, 10}};
/// Light, blue, dark, red and light again.
constexpr std::array<Rgb, 5> kCyclicColors = {
    {{226, 217, 226}, {98, 131, 189}, {47, 20, 55}, {178, 99, 79}, {226, 217, 226}}};

std::string css_color(const Rgb& from, const Rgb& to, double u) {
  const auto mix = [u](double a, double b) {
    return static_cast<int>(std::lround(a + u * (b - a)));
  };
  return fmt::format("#{:02x}{:02x}{:02x}", mix(from.red, to.red), mix(from.green, to.green),
                     mix(from.blue, to.blue));
}

/// @param t  [0, 1): a turn
std::string cyclic_color(double t) {
  const double place = 4.0 * t;
  const auto segment = static_cast<std::size_t>(place);
  return css_color(kCyclicColors[segment], kCyclicColors[segment + 1],
                   place - static_cast<double>(segment));
}

std::string ramp_color(const Colors& ramp, double t) {
  const Rgb& from = t < 0.5 ? ramp.low : ramp.middle;
  const Rgb& to = t < 0.5 ? ramp.middle : ramp.high;
  const double u = t < 0.5 ? 2.0 * t : 2.0 * t - 1.0;
  return css_color(from, to, u);
}

std::string scheme(const Colors& ramp, const char* Color::*shade, const char* background,
                   const char* ink, const char* faint, const char* grid) {
  std::string css = fmt::format(
      ".plot .bg{{fill:{}}}.plot text{{fill:{}}}.plot .faint{{fill:{}}}.plot .grid{{stroke:{}}}"
      ".plot .axis{{stroke:{}}}.plot .nodata{{fill:{}}}.plot .hatch{{stroke:{}}}",
      background, ink, faint, grid, faint, grid, faint);
  for (std::size_t i = 0; i < kPalette.size(); ++i) {
    css += fmt::format(".plot .s{0}{{stroke:{1}}}.plot .f{0}{{fill:{1}}}", i, kPalette[i].*shade);
  }
  for (int level = 0; level < kSvgLevels; ++level) {
    css +=
        fmt::format(".plot .h{}{{fill:{}}}", level, ramp_color(ramp, level / (kSvgLevels - 1.0)));
  }
  return css;
}

}  // namespace

std::string svg_style() {
  std::string css =
      ".plot text{font:13px system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif}"
      ".plot .title{font-weight:600;font-size:14px}.plot .tick{font-size:12px}"
      ".plot .grid,.plot .axis{stroke-width:1;fill:none}"
      ".plot .line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}"
      ".plot .whisker{fill:none;stroke-width:1.2;opacity:.75}.plot .bar{opacity:.45}"
      ".plot .dash{stroke-dasharray:6 4}.plot .dots{stroke-dasharray:1 4}"
      ".plot .cells{shape-rendering:crispEdges}"
      ".plot .hatch{fill:none;stroke-width:1;vector-effect:non-scaling-stroke}";
  for (int level = 0; level < kSvgLevels; ++level) {
    const double t = level / (kSvgLevels - 1.0);
    css += fmt::format(".plot .v{0}{{fill:{1}}}.plot .d{0}{{fill:{2}}}.plot .c{0}{{fill:{3}}}",
                       level, ramp_color(kBrightColors, t), ramp_color(kTwoSidedColors, t),
                       cyclic_color((level + 0.5) / kSvgLevels));
  }
  css += scheme(kLightColors, &Color::light, "#ffffff", "#1c2128", "#596270", "#e3e6ea");
  css += "@media screen and (prefers-color-scheme:dark){";
  css += scheme(kDarkColors, &Color::dark, "#14181d", "#e6eaef", "#a4aebb", "#2c333c");
  css += "}";
  return css;
}

std::string svg_open(int width, int height, const std::string& title,
                     const std::string& description, bool standalone) {
  std::string out =
      fmt::format("<svg class=\"plot\" viewBox=\"0 0 {} {}\" role=\"img\"", width, height);
  if (standalone) {
    out += fmt::format(" xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\"", width,
                       height);
  }
  out += fmt::format("><title>{}</title><desc>{}</desc>", escape_markup(title),
                     escape_markup(description));
  if (standalone) out += "<style>" + svg_style() + "</style>";
  return out + "<rect class=\"bg\" width=\"100%\" height=\"100%\"/>";
}

std::string escape_markup(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

}  // namespace report::svg
