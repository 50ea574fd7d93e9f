#include "evaluate/spectrogram.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/quantile.h"
#include "dsp/stft.h"
#include "evaluate/figure_collector.h"
#include "evaluate/truth.h"
#include "formats/sessions_file.h"
#include "session/estimate.h"

namespace evaluate {
namespace {

/// The 95th percentile of the norms of the bins.
double confidence_percentile_95(const session::BinOutputs& bins) {
  std::vector<double> norms;
  for (std::size_t b = 0; b < bins.frequency.size(); ++b) {
    norms.push_back(Eigen::Map<const Eigen::Vector3f>(&bins.sensor[3 * b]).norm());
  }
  return core::quantile(std::move(norms), 0.95);
}

/// Level of the mean power over the microphones, dB, of every bin of the STFT.
std::vector<float> levels_db(const std::vector<std::complex<float>>& spectrum,
                             std::size_t microphones) {
  std::vector<float> level(spectrum.size() / microphones);
  for (std::size_t i = 0; i < level.size(); ++i) {
    float power = 0.0f;
    for (std::size_t m = 0; m < microphones; ++m) power += std::norm(spectrum[i * microphones + m]);
    level[i] = 10.0f * std::log10(power / static_cast<float>(microphones));
  }
  return level;
}

}  // namespace

SpectrogramFigure spectrogram(const formats::SessionsReader& reader, std::size_t session,
                              double hop_s, double bin_hz) {
  const double rate_hz = reader.sample_rate_hz();
  dsp::Stft stft({static_cast<std::size_t>(std::lround(rate_hz / bin_hz)),
                  static_cast<std::size_t>(std::lround(rate_hz * hop_s))});
  SpectrogramFigure figure;
  figure.level_db = levels_db(stft.analyze(reader.read(session).time_data, reader.microphones()),
                              reader.microphones());
  figure.bins = stft.bins();
  figure.frames = figure.level_db.size() / figure.bins;
  figure.hop_s = hop_s;
  figure.bin_hz = bin_hz;
  figure.marked.assign(figure.level_db.size(), 0);
  return figure;
}

void FigureCollector::add_spectrogram(const std::vector<std::filesystem::path>& sessions) {
  if (!chosen_ || chosen_->bins.frequency.empty()) return;
  for (const std::filesystem::path& path : sessions) {
    const formats::SessionsReader reader(path);
    for (std::size_t i = 0; i < reader.size(); ++i) {
      if (session_key(reader.info(i)) != chosen_->key) continue;
      make_spectrogram(reader, i);
      return;
    }
  }
}

void FigureCollector::make_spectrogram(const formats::SessionsReader& reader, std::size_t session) {
  const session::BinOutputs& bins = chosen_->bins;
  SpectrogramFigure figure = spectrogram(reader, session, chosen_->hop_s, chosen_->bin_hz);
  const double limit = confidence_percentile_95(bins);
  for (std::size_t b = 0; b < bins.frequency.size(); ++b) {
    const std::size_t at = bins.frame[b] * figure.bins + bins.frequency[b];
    const double norm = Eigen::Map<const Eigen::Vector3f>(&bins.sensor[3 * b]).norm();
    if (at < figure.marked.size() && norm >= limit) figure.marked[at] = 1;
  }
  figure.caption = fmt::format(
      "{}: marked bins have a confidence of at least the 95th percentile of the session.",
      session_caption(chosen_->info));
  spectrogram_ = std::move(figure);
}

}  // namespace evaluate
