#include "report/paper_figures.h"

#include <array>
#include <cmath>
#include <cstddef>

namespace report {
namespace {

constexpr std::array<double, 4> kT60 = {0.0, 0.25, 0.5, 0.75};           // columns, s
constexpr std::array<double, 5> kWindows = {0.05, 0.2, 0.5, 1.0, -1.0};  // rows, s; -1 is "Full"

struct PaperBlock {
  const char* method;
  std::array<std::array<PaperCell, 4>, 5> cells;  // [window][t60]
};

// Table 1 of the paper, "Comparison of DOA estimation errors (in degree) in single-source
// condition".
constexpr std::array<PaperBlock, 3> kTable1 = {{
    {"srp-phat",
     {{{{{1.17, 0.01}, {3.28, 0.12}, {11.35, 0.30}, {16.96, 0.39}}},
       {{{1.16, 0.01}, {1.96, 0.06}, {4.16, 0.19}, {6.67, 0.35}}},
       {{{1.27, 0.03}, {2.41, 0.11}, {4.59, 0.27}, {6.63, 0.43}}},
       {{{2.30, 0.09}, {3.80, 0.16}, {7.15, 0.44}, {9.11, 0.60}}},
       {{{9.76, 0.64}, {10.78, 0.67}, {14.59, 0.99}, {16.04, 1.08}}}}}},
    {"lsdd",
     {{{{{1.12, 0.01}, {5.22, 0.19}, {17.81, 0.39}, {24.98, 0.48}}},
       {{{1.20, 0.01}, {2.12, 0.06}, {5.70, 0.28}, {10.14, 0.48}}},
       {{{1.30, 0.03}, {2.32, 0.13}, {5.39, 0.37}, {8.08, 0.54}}},
       {{{1.75, 0.04}, {2.84, 0.24}, {6.01, 0.50}, {8.95, 0.65}}},
       {{{6.76, 0.46}, {8.32, 0.64}, {12.79, 0.95}, {14.50, 0.98}}}}}},
    {"csl",
     {{{{{1.56, 0.01}, {7.91, 0.16}, {18.63, 0.30}, {25.03, 0.38}}},
       {{{1.42, 0.02}, {3.47, 0.07}, {7.61, 0.22}, {11.25, 0.37}}},
       {{{1.25, 0.02}, {2.94, 0.08}, {5.97, 0.31}, {7.93, 0.42}}},
       {{{1.17, 0.02}, {2.78, 0.12}, {5.47, 0.41}, {7.18, 0.55}}},
       {{{1.03, 0.03}, {2.29, 0.10}, {3.86, 0.21}, {4.66, 0.25}}}}}},
}};

// Table 2 of the paper, "C-SL estimation errors (in degree) in two-speaker scenario [...] in
// anechoic condition".
constexpr std::array<PaperCell, 4> kTable2 = {
    {{9.87, 0.11}, {4.26, 0.13}, {2.85, 0.15}, {2.22, 0.15}}};

constexpr std::array<const char*, 3> kMethods = {"srp-phat", "lsdd", "csl"};

template <std::size_t N>
std::optional<std::size_t> find_value(const std::array<double, N>& values, double wanted) {
  for (std::size_t i = 0; i < N; ++i) {
    if (std::abs(values[i] - wanted) < 1e-6) return i;
  }
  return std::nullopt;
}

}  // namespace

std::span<const char* const> paper_methods() { return kMethods; }

std::optional<PaperCell> paper_table1(const std::string& method, const doa::WindowLength& window,
                                      const std::optional<double>& t60_s) {
  if (!t60_s) return std::nullopt;
  const std::optional<std::size_t> row = find_value(kWindows, window.seconds.value_or(-1.0));
  const std::optional<std::size_t> column = find_value(kT60, *t60_s);
  if (!row || !column) return std::nullopt;
  for (const PaperBlock& block : kTable1) {
    if (method == block.method) return block.cells[*row][*column];
  }
  return std::nullopt;
}

std::optional<PaperCell> paper_table2(std::size_t sources, const doa::WindowLength& window,
                                      const std::optional<double>& t60_s) {
  if (sources != 2 || !t60_s || *t60_s != 0.0 || window.full()) return std::nullopt;
  const std::optional<std::size_t> row = find_value(kWindows, *window.seconds);
  if (!row || *row >= kTable2.size()) return std::nullopt;
  return kTable2[*row];
}

}  // namespace report
