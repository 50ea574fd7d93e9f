#include "imu/consistency.h"

#include <Eigen/LU>
#include <Eigen/SVD>
#include <algorithm>
#include <functional>
#include <vector>

#include "core/units.h"
#include "so3/rotation.h"

namespace imu {
namespace {

constexpr double kSpanS = 0.1;
constexpr std::size_t kMinSpans = 20;
/// Share of the turning about a second axis from which on the mounting is known.
constexpr double kSecondAxis = 0.03;
constexpr double kMinSpeedRad = core::degrees_to_radians(5.0);

using Read = std::function<Eigen::Quaterniond(const Eigen::Quaterniond&)>;

/// Short intervals with the gyroscope's mean angular velocity.
struct Spans {
  std::vector<double> bounds_s;            ///< start and end of each, [2 n]
  std::vector<Eigen::Vector3d> gyroscope;  ///< rad/s, [n]
};

/// Intervals of the gyroscope that the track covers.
Spans gyroscope_spans(const so3::Track& track, const Samples& samples) {
  Spans spans;
  const double first_s = track.time_s().front();
  const double last_s = track.time_s().back();
  std::size_t i = 0;
  while (i < samples.time_s.size()) {
    const double start_s = samples.time_s[i];
    Eigen::Quaterniond q = Eigen::Quaterniond::Identity();
    std::size_t k = i + 1;
    bool whole = start_s >= first_s;
    for (; k < samples.time_s.size() && samples.time_s[k] <= start_s + kSpanS; ++k) {
      const double step_s = samples.time_s[k] - samples.time_s[k - 1];
      q = q * so3::exp(samples.gyroscope_rad_s[k] * step_s);
      whole = whole && samples.gyroscope_rad_s[k].allFinite();
    }
    const double end_s = samples.time_s[k - 1];
    if (whole && k > i + 1 && end_s <= last_s && end_s - start_s > 0.5 * kSpanS) {
      spans.bounds_s.push_back(start_s);
      spans.bounds_s.push_back(end_s);
      spans.gyroscope.push_back(so3::log(q) / (end_s - start_s));
    }
    i = std::max(k - 1, i + 1);
    if (k >= samples.time_s.size()) break;
  }
  return spans;
}

/// The best rotation from one list of vectors to another (Kabsch 1976).
struct Fit {
  double residual = 1.0;  ///< Relative to the squares of the second list.
  Eigen::Matrix3d R_a_b = Eigen::Matrix3d::Identity();
  bool unique = false;  ///< Whether the vectors have more than one direction.
};

Fit fit_rotation(const std::vector<Eigen::Vector3d>& a, const std::vector<Eigen::Vector3d>& b) {
  Eigen::Matrix3d H = Eigen::Matrix3d::Zero();
  double squares = 0.0;
  double reference = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    H += a[i] * b[i].transpose();
    squares += a[i].squaredNorm() + b[i].squaredNorm();
    reference += b[i].squaredNorm();
  }
  const Eigen::JacobiSVD<Eigen::Matrix3d> svd(H, Eigen::ComputeFullU | Eigen::ComputeFullV);
  const double sign = (svd.matrixU() * svd.matrixV().transpose()).determinant() < 0.0 ? -1.0 : 1.0;
  const Eigen::Vector3d s = svd.singularValues();
  Fit fit;
  fit.residual = std::max(0.0, (squares - 2.0 * (s.x() + s.y() + sign * s.z())) / reference);
  fit.R_a_b =
      svd.matrixU() * Eigen::Vector3d(1.0, 1.0, sign).asDiagonal() * svd.matrixV().transpose();
  fit.unique = s.y() > kSecondAxis * s.x();
  return fit;
}

/// Mean angular velocity of the orientations in each interval, in the body frame.
std::vector<Eigen::Vector3d> track_rates(const so3::Track& track, const Spans& spans,
                                         const Read& read) {
  std::vector<Eigen::Vector3d> rates;
  for (std::size_t i = 0; i < spans.gyroscope.size(); ++i) {
    const double start_s = spans.bounds_s[2 * i];
    const double end_s = spans.bounds_s[2 * i + 1];
    const Eigen::Quaterniond before = read(track.at(start_s));
    rates.push_back(so3::log(before.conjugate() * read(track.at(end_s))) / (end_s - start_s));
  }
  return rates;
}

}  // namespace

Consistency check_consistency(const so3::Track& track, const Samples& samples) {
  const Spans spans = gyroscope_spans(track, samples);
  const std::pair<const char*, Read> readings[] = {
      {"as given", [](const Eigen::Quaterniond& q) { return q; }},
      {"as world to sensor", [](const Eigen::Quaterniond& q) { return q.conjugate(); }},
      {"with the scalar last instead of first",
       [](const Eigen::Quaterniond& q) { return Eigen::Quaterniond(q.z(), q.w(), q.x(), q.y()); }},
      {"with the scalar first instead of last",
       [](const Eigen::Quaterniond& q) { return Eigen::Quaterniond(q.x(), q.y(), q.z(), q.w()); }}};
  Consistency result;
  result.samples = spans.gyroscope.size();
  double gyroscope = 0.0;
  for (const Eigen::Vector3d& w : spans.gyroscope) gyroscope += w.norm();
  result.enough =
      result.samples >= kMinSpans && gyroscope > kMinSpeedRad * static_cast<double>(result.samples);
  if (!result.enough) return result;
  for (const auto& [name, read] : readings) {
    const std::vector<Eigen::Vector3d> rates = track_rates(track, spans, read);
    if (result.readings.empty()) {
      double sum = 0.0;
      for (const Eigen::Vector3d& w : rates) sum += w.norm();
      result.rate_ratio = sum / gyroscope;
    }
    const Fit fit = fit_rotation(rates, spans.gyroscope);
    if (result.readings.empty()) {
      result.R_body_gyroscope = fit.R_a_b;
      result.mounting_known = fit.unique;
    }
    result.readings.push_back({name, fit.residual});
  }
  return result;
}

}  // namespace imu
