/// Sound with the rhythm and the spectrum of speech that needs no files: `--speech synthetic`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace simulate {

/// One utterance of the synthetic voice. Its samples depend on these two values only.
struct SyntheticUtterance {
  std::uint32_t number = 0;
  std::optional<double> length_s;  ///< none: 2 to 4 s, by the number
};

/// The utterances that `--speech synthetic` or `--speech synthetic:SECONDS` names, as paths of files
/// that do not exist; none if the text names something else.
/// @throws core::UsageError  if the length is not a number of 0.5 to 3600 s, or if a file or folder
///                           also has this name
std::vector<std::filesystem::path> synthetic_speech(const std::string& source);

/// The utterance that a path of synthetic_speech() names; none for every other path.
std::optional<SyntheticUtterance> synthetic_utterance(const std::filesystem::path& path);

/// Samples of an utterance: syllables of a fricative (filtered noise) and a vowel (pulses and noise
/// through three formants), in phrases with pauses of 0.4 to 0.8 s. It means nothing in any language.
/// Source: D. H. Klatt, "Software for a cascade/parallel formant synthesizer", J. Acoust. Soc. Am.
/// 67(3), 971-995, 1980: the resonators.
std::vector<float> synthesize(const SyntheticUtterance& utterance, double sample_rate_hz);

}  // namespace simulate
