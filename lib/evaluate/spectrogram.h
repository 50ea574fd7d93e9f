/// Spectrograms of sessions, for figures.
#pragma once

#include <cstddef>

#include "evaluate/results.h"
#include "formats/sessions_file.h"

namespace evaluate {

/// Level of the mean power over the microphones, dB, of every bin of a session's STFT. No bin is
/// marked.
/// @param hop_s   time between frames, s; @param bin_hz  width of a bin, Hz
SpectrogramFigure spectrogram(const formats::SessionsReader& reader, std::size_t session,
                              double hop_s, double bin_hz);

}  // namespace evaluate
