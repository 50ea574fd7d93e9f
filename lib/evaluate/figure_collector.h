/// What a report shows beside its tables, collected file by file.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "evaluate/results.h"
#include "formats/estimates_file.h"
#include "session/estimate.h"
#include "session/session.h"

namespace evaluate {

/// Figures of C-SL's estimates; those that need bins appear if a file has them.
class FigureCollector {
 public:
  explicit FigureCollector(std::uint64_t seed) : seed_(seed) {}

  void add(const formats::EstimatesReader& file);
  /// Figure 2(a) from the recordings, if one of them is the session chosen for it.
  void add_spectrogram(const std::vector<std::filesystem::path>& sessions);
  /// Hands everything over.
  void finish(Report& report);

 private:
  void add_windows(const formats::EstimatesReader& file);
  void add_bins(const formats::EstimatesReader& file, std::size_t session);
  void add_drift(const formats::EstimatesReader& file, const session::Info& info,
                 const session::BinOutputs& bins);
  void choose_density_window(const formats::EstimatesReader& file);
  void choose_spectrogram(const formats::EstimatesReader& file, std::size_t session,
                          const session::BinOutputs& bins);

  std::uint64_t seed_;
  std::vector<double> predicted_deg_, predicted_error_deg_;  ///< windows
  std::vector<double> bin_confidence_, bin_error_deg_;       ///< bins
  doa::DirectionErrorMap direction_errors_;
  std::map<std::pair<double, std::string>, std::vector<doa::SessionErrors>> drift_;
  std::size_t drift_sessions_ = 0;
  std::optional<DensityFigure> density_;
  /// The session of figure 2(a), with its bins; recordings are told by session_key().
  struct Chosen {
    std::string key;
    session::Info info;
    session::BinOutputs bins;
    double hop_s, bin_hz;
  };
  std::optional<Chosen> chosen_;
  std::optional<SpectrogramFigure> spectrogram_;
};

}  // namespace evaluate
