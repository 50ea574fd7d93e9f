/// Data of the report's figures, collected file by file.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "evaluate/results.h"
#include "formats/estimates_file.h"
#include "formats/sessions_file.h"
#include "session/estimate.h"
#include "session/session.h"

namespace evaluate {

/// Collects the figures of C-SL's estimates. Figures that show bins need a file with bins.
class FigureCollector {
 public:
  explicit FigureCollector(std::uint64_t seed) : seed_(seed) {}

  void add(const formats::EstimatesReader& file);
  /// Makes figure 2(a) if one of the files has the session that was chosen for it.
  /// @param sessions  sessions files
  void add_spectrogram(const std::vector<std::filesystem::path>& sessions);
  /// Writes all figures into the report. Comes last.
  void finish(Report& report);

 private:
  void add_windows(const formats::EstimatesReader& file);
  void add_bins(const formats::EstimatesReader& file, std::size_t session);
  void add_drift(const formats::EstimatesReader& file, const session::Info& info,
                 const session::BinOutputs& bins);
  void choose_density_window(const formats::EstimatesReader& file);
  void choose_spectrogram(const formats::EstimatesReader& file, std::size_t session,
                          const session::BinOutputs& bins);
  void make_spectrogram(const formats::SessionsReader& reader, std::size_t session);

  std::uint64_t seed_;
  std::vector<double> predicted_deg_, predicted_error_deg_;  ///< windows
  std::vector<double> bin_confidence_, bin_error_deg_;       ///< bins
  doa::DirectionErrorMap direction_errors_;
  std::map<std::pair<double, std::string>, std::vector<doa::SessionErrors>> drift_;
  std::size_t drift_sessions_ = 0;
  std::optional<DensityFigure> density_;
  /// The session of figure 2(a), with its bins.
  struct Chosen {
    std::string key;  ///< session_key()
    session::Info info;
    session::BinOutputs bins;
    double hop_s, bin_hz;
  };
  std::optional<Chosen> chosen_;
  std::optional<SpectrogramFigure> spectrogram_;
};

}  // namespace evaluate
