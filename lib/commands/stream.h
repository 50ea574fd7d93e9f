/// csl-infer --stream: PCM on standard input, one JSON line a window on standard output.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "commands/infer.h"

namespace commands {

/// What a stream needs beside InferOptions' model, window, estimator, frame and stride.
struct StreamOptions {
  bool on = false;
  double rate_hz = 16000.0;
  std::size_t channels = 0;      ///< 0: as many as the model has microphones
  std::string format = "s16";    ///< "s16", "s24", "s32", "f32", little-endian, interleaved
  std::filesystem::path pose;    ///< CSV (may grow) or FIFO; empty: sensor frame only
  double time_offset_s = 0.0;    ///< added to the times of the orientation
  double pose_wait_s = 0.04;     ///< see PoseFeedOptions
  double pose_gap_s = 0.5;       ///< see PoseFeedOptions
  double floor_memory_s = 10.0;  ///< see CausalFloor
  std::string on_nan = "error";  ///< "error" or "mask"
  bool view = false;             ///< also a map on standard error, where that is a terminal
};

/// Reads until standard input ends (or one of the signals of core::StopSignal comes), which is a
/// clean end. Where standard output or this program is slower than the sound, the pipe fills and
/// the writer waits: nothing is dropped.
/// @throws core::UsageError  options that do not fit each other or the model
/// @throws core::InputError  a bad model, orientation or sample; no sound at all
/// @throws core::IoError     standard output or input fails
void infer_stream(const InferOptions& options, const StreamOptions& stream);

}  // namespace commands
