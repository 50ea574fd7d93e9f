#include "calib/correction_regression.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

#include "so3/grid.h"
#include "so3/harmonics.h"

namespace calib {
namespace {

constexpr std::size_t kBlock = 256;

/// Adds weighted bins to one part of a knot's sums, a block at a time.
class BlockSum {
 public:
  BlockSum(KnotSums& sums, std::size_t part, Eigen::Index rows, Eigen::Index columns)
      : gram_(sums.gram[part]),
        target_(sums.target[part]),
        basis_(rows, kBlock),
        value_(columns, kBlock) {
    gram_ = Eigen::MatrixXd::Zero(rows, rows);
    target_ = Eigen::MatrixXd::Zero(rows, columns);
  }

  /// Column of the next bin's harmonics, to be written before push().
  Eigen::MatrixXd::ColXpr basis() { return basis_.col(filled_); }
  /// Column of the next bin's targets, re and im of each microphone.
  Eigen::MatrixXd::ColXpr value() { return value_.col(filled_); }
  void push() {
    if (++filled_ == static_cast<Eigen::Index>(kBlock)) flush();
  }
  void flush() {
    if (filled_ == 0) return;  // Eigen's rankUpdate divides by the number of columns
    const auto used = basis_.leftCols(filled_);
    gram_.selfadjointView<Eigen::Lower>().rankUpdate(used);
    target_.noalias() += used * value_.leftCols(filled_).transpose();
    filled_ = 0;
  }

 private:
  Eigen::MatrixXd& gram_;
  Eigen::MatrixXd& target_;
  Eigen::MatrixXd basis_, value_;
  Eigen::Index filled_ = 0;
};

/// Degree of harmonic i.
double degree(Eigen::Index i) { return std::floor(std::sqrt(static_cast<double>(i) + 0.5)); }

/// One knot's coefficients from the chosen parts, [harmonics, 2 microphones].
Eigen::MatrixXd solve_knot(const KnotSums& sums, std::size_t order, double ridge,
                           const Parts& parts) {
  const auto rows = static_cast<Eigen::Index>(so3::harmonic_count(order));
  const Eigen::Index columns = sums.target[0].cols();
  Eigen::MatrixXd A = Eigen::MatrixXd::Zero(rows, rows);
  Eigen::MatrixXd B = Eigen::MatrixXd::Zero(rows, columns);
  double weight = 1e-6;  // above 0, so that a knot without bins keeps the plane wave
  for (std::size_t part = 0; part < kParts; ++part) {
    if (!parts.has(part)) continue;
    A += sums.gram[part].topLeftCorner(rows, rows);
    B += sums.target[part].topRows(rows);
    weight += sums.weight[part];
  }
  for (Eigen::Index i = 0; i < rows; ++i) {
    const double l = degree(i);
    const double pull = ridge * weight * (0.01 + l * (l + 1.0));
    A(i, i) += pull;
    if (i == 0) {
      for (Eigen::Index m = 0; m < columns; m += 2) B(0, m) += pull;  // pulls the factor towards 1
    }
  }
  return A.selfadjointView<Eigen::Lower>().ldlt().solve(B);
}

std::size_t nearest_cell(const std::vector<Eigen::Vector3d>& cells,
                         const Eigen::Vector3d& direction) {
  std::size_t nearest = 0;
  for (std::size_t i = 1; i < cells.size(); ++i) {
    if (cells[i].dot(direction) > cells[nearest].dot(direction)) nearest = i;
  }
  return nearest;
}

}  // namespace

CorrectionSample make_sample(const Observations& data, std::size_t most,
                             std::span<const double> knot_hz, double spacing_hz) {
  CorrectionSample sample;
  const std::vector<Eigen::Vector3d> cells = so3::fibonacci_grid(kCells);
  const std::size_t stride = std::max<std::size_t>(1, (data.bins() + most - 1) / most);
  sample.by_knot.resize(knot_hz.size());
  for (std::size_t i = 0; i < data.recordings.size(); ++i) {
    const Interval& recording = data.recordings[i];
    for (std::size_t b = recording.first_bin; b < recording.end_bin; b += stride) {
      if (!(data.weight[b] > 0.0F)) continue;
      for (std::size_t q = 0; q < knot_hz.size(); ++q) {
        if (std::abs(data.frequency_hz(b) - knot_hz[q]) < spacing_hz)
          sample.by_knot[q].push_back(sample.bin.size());
      }
      sample.bin.push_back(b);
      sample.recording.push_back(i);
      sample.direction.push_back(data.direction_sensor(recording, b));
      sample.cell.push_back(nearest_cell(cells, sample.direction.back()));
    }
  }
  return sample;
}

BinState update_bins(const Observations& data, const CorrectionSample& sample,
                     const Calibration& calibration, double scale, core::ThreadPool& pool) {
  BinState state{std::vector<std::complex<double>>(sample.bin.size()),
                 std::vector<double>(sample.bin.size())};
  constexpr std::size_t kShards = 64;
  pool.for_each_shard(kShards, [&](std::size_t shard) {
    std::vector<std::complex<double>> h(data.microphones);
    for (std::size_t i = shard; i < sample.bin.size(); i += kShards) {
      const std::size_t b = sample.bin[i];
      const std::complex<float>* y = &data.bin[b * data.microphones];
      calibration.signature(data.frequency_hz(b), sample.direction[i], h);
      std::complex<double> product = 0.0;
      double power = 0.0;
      for (std::size_t m = 0; m < h.size(); ++m) {
        product += std::conj(h[m]) * std::complex<double>(y[m]);
        power += std::norm(h[m]);
      }
      state.alpha[i] = product / std::max(power, 1e-30);
      state.weight[i] = static_cast<double>(data.weight[b]) * std::exp(-mismatch(h, y) / scale);
    }
  });
  return state;
}

KnotSums sum_knot(const Observations& data, const EffectiveArray& array,
                  const CorrectionSample& sample, const BinState& state, std::size_t order,
                  double knot_hz, double spacing_hz, const std::vector<std::size_t>& members) {
  const auto rows = static_cast<Eigen::Index>(so3::harmonic_count(order));
  const auto columns = static_cast<Eigen::Index>(2 * data.microphones);
  KnotSums sums;
  std::vector<std::complex<double>> a(data.microphones);
  for (std::size_t part = 0; part < kParts; ++part) {
    BlockSum block(sums, part, rows, columns);
    for (const std::size_t i : members) {
      if (part_of(sample.recording[i], sample.cell[i]) != part) continue;
      const std::size_t b = sample.bin[i];
      const double reach = 1.0 - std::abs(data.frequency_hz(b) - knot_hz) / spacing_hz;
      const double alpha = std::abs(state.alpha[i]);
      const double root = std::sqrt(reach * state.weight[i]) * alpha;
      if (!(root > 0.0)) continue;
      auto basis = block.basis();
      so3::real_harmonics(order, sample.direction[i],
                          {basis.data(), static_cast<std::size_t>(rows)});
      basis *= root;
      array.plane_wave(data.frequency_hz(b), sample.direction[i], a);
      for (std::size_t m = 0; m < data.microphones; ++m) {
        const std::complex<double> y(data.bin[b * data.microphones + m]);
        const std::complex<double> t = root * std::conj(a[m]) * y / state.alpha[i];
        block.value()[static_cast<Eigen::Index>(2 * m)] = t.real();
        block.value()[static_cast<Eigen::Index>(2 * m + 1)] = t.imag();
      }
      sums.weight[part] += root * root;
      block.push();
    }
    block.flush();
  }
  return sums;
}

Correction solve_correction(const std::vector<KnotSums>& sums, std::span<const double> knot_hz,
                            std::size_t order, double ridge, const Parts& parts) {
  Correction correction;
  correction.order = order;
  correction.knot_hz.assign(knot_hz.begin(), knot_hz.end());
  correction.microphones = static_cast<std::size_t>(sums.front().target[0].cols()) / 2;
  for (const KnotSums& knot : sums) {
    const Eigen::MatrixXd c = solve_knot(knot, order, ridge, parts);
    for (Eigen::Index i = 0; i < c.rows(); ++i) {
      for (Eigen::Index m = 0; m < c.cols(); m += 2) {
        correction.coefficient.emplace_back(static_cast<float>(c(i, m)),
                                            static_cast<float>(c(i, m + 1)));
      }
    }
  }
  return correction;
}

}  // namespace calib
