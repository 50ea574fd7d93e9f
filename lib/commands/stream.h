/// csl-infer --stream: PCM on standard input, one JSON line a window on standard output.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "commands/import_options.h"
#include "commands/infer.h"

namespace commands {

/// Options of a stream. Model, window, estimator, frame and stride are those of InferOptions.
struct StreamOptions {
  bool on = false;                 ///< --stream is given
  double rate_hz = 0.0;            ///< sample rate of the input, Hz; 0: its header's, else 16000
  std::string channels;            ///< number of channels, or those that are used, such as "1-4"
  std::size_t input_channels = 0;  ///< channels of the input; 0: its header's, else the model's
  std::string format;              ///< a name of io::pcm_format(); empty: its header's, else "s16"
  std::filesystem::path pose;    ///< CSV (may grow) or FIFO; empty: directions in sensor frame only
  std::filesystem::path imu;     ///< inertial samples, CSV or FIFO, in place of `pose`
  LogTexts log;                  ///< how the table of `pose` or `imu` is meant
  InertialTexts inertial;        ///< how the samples of `imu` are meant
  double time_offset_s = 0.0;    ///< added to the times of the orientation, s
  double pose_wait_s = 0.04;     ///< see PoseFeedOptions
  double pose_gap_s = 0.5;       ///< see PoseFeedOptions
  double floor_memory_s = 10.0;  ///< see CausalFloor
  std::string on_nan = "error";  ///< "error" or "mask"
  std::string send;              ///< address of io::DatagramSender for each line; empty: none
  bool view = false;             ///< also draw a map on standard error if that is a terminal
};

/// Reads until standard input ends or one of the signals of core::StopSignal arrives; both are a
/// success. No sample is dropped: if this program or the reader of its output is slower than the
/// sound, the pipe fills and the writer waits.
/// @throws core::UsageError  if options do not fit each other or the model
/// @throws core::InputError  if the model, the orientation or a sample is wrong, or there is no
///                           sample
/// @throws core::IoError     if standard input or output fails
void infer_stream(const InferOptions& options, const StreamOptions& stream);

}  // namespace commands
