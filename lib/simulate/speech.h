/// Dry speech for the simulator: finding the files, choosing one for a session, reading samples.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace simulate {

/// Finds audio files. A source is a file, a folder (searched recursively, sorted by path), a text
/// list (.txt or .lst, one path on each line, relative to the list's folder), "-" (a list on
/// standard input), or the built-in voice (synthetic_speech()).
/// @throws core::InputError  if a source does not exist, or if no file is found
std::vector<std::filesystem::path> find_speech(const std::vector<std::string>& sources);

/// The files of one part: "train", "valid" and "test" have 5012, 638 and 638 of every 6300 files,
/// as in the C-SL paper, 3.1, for TIMIT's 6300 utterances (12 are in no part). "all" has all files.
/// The part of a file depends on the set of paths, but not on their order or on the seed. The parts
/// therefore never share a file.
/// @throws core::UsageError  on another name
/// @throws core::InputError  if the part is empty
std::vector<std::filesystem::path> part_of_speech(std::vector<std::filesystem::path> files,
                                                  const std::string& part);

/// Number of the file that a session uses. Every pass over the files has a new random order, and
/// each file is used once before any file is used again. The result depends on the arguments only.
std::size_t speech_of_session(std::uint64_t seed, std::uint64_t session, std::size_t files);

/// Samples of a file, resampled to the given rate if necessary.
/// @throws core::InputError  if the file has several channels, is silent, or is shorter than 0.1 s
std::vector<float> read_speech(const std::filesystem::path& path, double sample_rate_hz);

}  // namespace simulate
