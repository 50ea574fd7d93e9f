#include "calib/adjustment.h"

#include <Eigen/Cholesky>
#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "so3/rotation.h"

namespace calib {
namespace {

using Tangent = Eigen::Matrix<double, 3, 2>;

/// Normal equations of one recording. P stands for positions with offsets, g for its direction.
struct Normal {
  Eigen::Matrix4d S = Eigen::Matrix4d::Zero();  ///< each microphone's block of H_PP
  Eigen::MatrixXd H_Pg;                         ///< [4 microphones, 2]
  Eigen::Matrix2d H_gg = Eigen::Matrix2d::Zero();
  Eigen::VectorXd r_P;  ///< [4 microphones]
  Eigen::Vector2d r_g = Eigen::Vector2d::Zero();
  double weight = 0.0, coherence = 0.0;
  Tangent B;
};

Tangent tangents(const Eigen::Vector3d& g) {
  Tangent B;
  B.col(0) = g.unitOrthogonal();
  B.col(1) = g.cross(B.col(0));
  return B;
}

/// Phase errors of a bin relative to the model. Single precision has an error of 1e-6 rad here; the
/// noise of bins is at least 0.01 rad.
class BinErrors {
 public:
  explicit BinErrors(const EffectiveArray& array)
      : position_(array.size(), 3), offset_(array.size()), z_(array.size()) {
    for (std::size_t m = 0; m < array.size(); ++m) {
      position_.row(static_cast<Eigen::Index>(m)) = array.position_m[m];
      offset_[static_cast<Eigen::Index>(m)] = array.offset_m[m];
    }
  }

  /// @return false if a microphone is silent or the bin has no coherence with the model
  bool set(const Eigen::Map<const Eigen::ArrayXcf>& y, double k, const Eigen::Vector3d& d) {
    power_ = y.abs2();
    if (!(power_.minCoeff() > 0.0F)) return false;
    angle_ = (k * (position_ * d + offset_)).cast<float>().array();
    cos_ = angle_.cos();
    sin_ = angle_.sin();
    z_.real() = cos_;
    z_.imag() = -sin_;
    // Not Eigen's rsqrt, whose last bits depend on the processor's maker.
    z_ *= y * power_.unaryExpr([](float power) { return 1.0F / std::sqrt(power); });
    const std::complex<float> sum = z_.sum();
    const float length = std::sqrt(std::norm(sum));
    if (!(length > 0.0F)) return false;
    e_ = (z_ * (std::conj(sum) / length)).imag().cast<double>();
    coherence_ = static_cast<double>(length) / static_cast<double>(y.size());
    return true;
  }

  const Eigen::ArrayXd& e() const { return e_; }  ///< [microphones], sum zero
  double coherence() const { return coherence_; }

 private:
  Eigen::MatrixX3d position_;
  Eigen::VectorXd offset_;
  Eigen::ArrayXf power_, angle_, cos_, sin_;
  Eigen::ArrayXcf z_;
  Eigen::ArrayXd e_;
  double coherence_ = 0.0;
};

void add_bin(const EffectiveArray& array, const Eigen::Matrix3d& R, const Eigen::Vector3d& d,
             double k, double weight, const BinErrors& errors, Normal& n) {
  const Eigen::Vector4d d1(d.x(), d.y(), d.z(), 1.0);
  const Eigen::Matrix<double, 2, 3> Bt_R = n.B.transpose() * R;
  n.S += weight * k * k * d1 * d1.transpose();
  for (std::size_t m = 0; m < array.size(); ++m) {
    const auto at = static_cast<Eigen::Index>(4 * m);
    const double e = errors.e()[static_cast<Eigen::Index>(m)];
    const Eigen::Vector2d q = Bt_R * array.position_m[m];
    n.r_P.segment<4>(at) += (weight * k * e) * d1;
    n.H_Pg.block<4, 2>(at, 0) += (weight * k * k) * d1 * q.transpose();
    n.H_gg += weight * k * k * q * q.transpose();
    n.r_g += weight * k * e * q;
  }
  n.weight += weight;
  n.coherence += weight * errors.coherence();
}

Normal normal_equations(const Observations& data, const EffectiveArray& array,
                        const Interval& recording, double scale) {
  const auto microphones = static_cast<Eigen::Index>(array.size());
  Normal n;
  n.H_Pg = Eigen::MatrixXd::Zero(4 * microphones, 2);
  n.r_P = Eigen::VectorXd::Zero(4 * microphones);
  n.B = tangents(recording.direction_world);
  BinErrors errors(array);
  for (std::size_t b = recording.first_bin; b < recording.end_bin; ++b) {
    if (!(data.weight[b] > 0.0F)) continue;
    const double k = 2.0 * std::numbers::pi * data.frequency_hz(b) / array.speed_of_sound;
    const Eigen::Vector3d d = data.direction_sensor(recording, b);
    if (!errors.set({&data.bin[b * array.size()], microphones}, k, d)) continue;
    const double weight =
        static_cast<double>(data.weight[b]) * std::exp((errors.coherence() - 1.0) / scale);
    add_bin(array, data.R_world_sensor[data.frame[b]], d, k, weight, errors, n);
  }
  return n;
}

/// All recordings' equations with their directions eliminated.
struct Reduced {
  Eigen::MatrixXd H;       ///< [4 microphones, 4 microphones]
  Eigen::VectorXd r;       ///< [4 microphones]
  Eigen::MatrixXd spread;  ///< sum of r r^T over recordings
  double weight = 0.0, coherence = 0.0;
};

/// H_gg with a small prior, so that the direction of a recording without a usable bin stays.
Eigen::Matrix2d regular(const Eigen::Matrix2d& H_gg) {
  return H_gg + (1e-9 * H_gg.trace() + 1e-12) * Eigen::Matrix2d::Identity();
}

Reduced reduce(const std::vector<Normal>& normals, std::size_t microphones) {
  const auto rows = static_cast<Eigen::Index>(4 * microphones);
  Reduced sum{Eigen::MatrixXd::Zero(rows, rows), Eigen::VectorXd::Zero(rows),
              Eigen::MatrixXd::Zero(rows, rows)};
  for (const Normal& n : normals) {
    // The common phase of a bin would subtract (1 1^T / M) x S from H_PP. Without this subtraction
    // the mean position is fixed, as it must be: r_P and H_Pg sum to zero over the microphones.
    for (std::size_t m = 0; m < microphones; ++m) {
      sum.H.block<4, 4>(static_cast<Eigen::Index>(4 * m), static_cast<Eigen::Index>(4 * m)) += n.S;
    }
    const Eigen::MatrixXd gain = n.H_Pg * regular(n.H_gg).inverse();
    const Eigen::VectorXd r = n.r_P - gain * n.r_g;
    sum.H -= gain * n.H_Pg.transpose();
    sum.r += r;
    sum.spread += r * r.transpose();
    sum.weight += n.weight;
    sum.coherence += n.weight * (n.weight > 0.0 ? n.coherence / n.weight : 0.0);
  }
  sum.H.diagonal().array() += 1e-9 * sum.H.trace() / static_cast<double>(rows) + 1e-12;
  return sum;
}

double move(Observations& data, EffectiveArray& array, const std::vector<Normal>& normals,
            const Eigen::VectorXd& dP, double longest_move_rad) {
  double largest = 0.0;
  for (std::size_t i = 0; i < normals.size(); ++i) {
    const Normal& n = normals[i];
    Eigen::Vector2d dg = regular(n.H_gg).inverse() * (n.r_g - n.H_Pg.transpose() * dP);
    if (dg.norm() > longest_move_rad) dg *= longest_move_rad / dg.norm();
    Eigen::Vector3d& g = data.recordings[i].direction_world;
    g = (g + n.B * dg).normalized();
  }
  for (std::size_t m = 0; m < array.size(); ++m) {
    const auto at = static_cast<Eigen::Index>(4 * m);
    array.position_m[m] += dP.segment<3>(at);
    array.offset_m[m] += dP[at + 3];
    largest = std::max(largest, dP.segment<3>(at).norm());
  }
  array.center();
  return largest;
}

std::vector<Normal> all_normals(const Observations& data, const EffectiveArray& array, double scale,
                                core::ThreadPool& pool) {
  std::vector<Normal> normals(data.recordings.size());
  pool.for_each_shard(normals.size(), [&](std::size_t i) {
    normals[i] = normal_equations(data, array, data.recordings[i], scale);
  });
  return normals;
}

}  // namespace

AdjustmentReport adjust(Observations& data, EffectiveArray& array, const AdjustmentOptions& options,
                        core::ThreadPool& pool) {
  std::vector<Eigen::Vector3d> before;
  for (const Interval& recording : data.recordings) before.push_back(recording.direction_world);
  AdjustmentReport report;
  for (const double scale : options.scales) {
    for (int step = 0; step < options.steps; ++step) {
      const std::vector<Normal> normals = all_normals(data, array, scale, pool);
      const Reduced reduced = reduce(normals, array.size());
      const Eigen::LDLT<Eigen::MatrixXd> solver(reduced.H);
      report.last_step_m =
          move(data, array, normals, solver.solve(reduced.r), options.longest_move_rad);
      report.mean_coherence = reduced.weight > 0.0 ? reduced.coherence / reduced.weight : 0.0;
      const Eigen::MatrixXd half = solver.solve(reduced.spread);
      array.covariance = solver.solve(half.transpose());
    }
  }
  for (std::size_t i = 0; i < before.size(); ++i) {
    report.mean_turn_rad += so3::angle_between(before[i], data.recordings[i].direction_world) /
                            static_cast<double>(before.size());
  }
  return report;
}

}  // namespace calib
