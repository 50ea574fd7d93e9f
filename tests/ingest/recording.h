/// Small recordings for the tests of this folder.
#pragma once

#include <cstdint>
#include <vector>

#include "ingest/audio_scan.h"
#include "io/audio.h"
#include "temporary_folder.h"

namespace test {

/// White noise, the same at each call. @return  [frames, channels]
inline std::vector<float> noise(std::size_t frames, std::size_t channels, float gain) {
  std::vector<float> samples(frames * channels);
  std::uint32_t state = 1;
  for (float& x : samples) {
    state = state * 1664525U + 1013904223U;
    x = gain * (static_cast<float>(state >> 8U) / 8388608.0F - 1.0F);
  }
  return samples;
}

/// Writes the samples at 16 kHz and scans the file.
inline ingest::AudioScan scan_of(const std::vector<float>& samples, std::size_t channels,
                                 bool mask = false) {
  const test::TemporaryFolder folder;
  io::write_wav(folder / "a.wav", samples, channels, 16000.0);
  return ingest::scan_audio({{folder / "a.wav"}, {}, {}}, mask);
}

}  // namespace test
