/// Dry speech for the simulator: which files there are, which one a session uses, and its samples.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace simulate {

/// Audio files named by files, folders (searched recursively, sorted by path), text lists (.txt,
/// .lst: one path a line, relative to the list's folder), or "-" (a list on standard input).
/// @throws core::InputError if a name does not exist or nothing at all is found
std::vector<std::filesystem::path> find_speech(const std::vector<std::string>& sources);

/// The files of one part: "train", "valid" or "test" hold 5012, 638 and 638 of every 6300 files,
/// the paper's shares of TIMIT's 6300 utterances (3.1; the other 12 are in no part). Which part a
/// file is in depends on the set of paths alone, neither on their order nor on the seed, so that
/// the parts never share a file. "all": all files.
/// @throws core::UsageError on another name, core::InputError if the part is empty
std::vector<std::filesystem::path> part_of_speech(std::vector<std::filesystem::path> files,
                                                  const std::string& part);

/// The file that a session uses: every pass over the files is shuffled anew, so that each file is
/// used once before any is used twice. Depends on nothing but its arguments.
std::size_t speech_of_session(std::uint64_t seed, std::uint64_t session, std::size_t files);

/// One channel at the wanted rate (resampled where needed).
/// @throws core::InputError if the file is not mono speech: several channels, silence, under 0.1 s
std::vector<float> read_speech(const std::filesystem::path& path, double sample_rate_hz);

}  // namespace simulate
