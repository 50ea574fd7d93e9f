/// The channels of the PCM that csl-infer --stream reads.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "commands/stream.h"
#include "io/pcm_input.h"

namespace commands {

/// What the options say about the input of a stream.
struct StreamInput {
  io::PcmLayout stated;
  io::PcmLayout defaults;           ///< Of raw PCM.
  std::vector<std::size_t> picked;  ///< Channels for the model, from 0; empty: all.
};

/// Reads --rate, --format, --channels and --input-channels. --channels is the number of channels if
/// it is a plain number, otherwise the channels that are used.
/// @param name         of the model or the array, for messages
/// @param microphones  of the model or the array
/// @throws core::UsageError  if they are wrong or do not fit the model
StreamInput stream_input(const StreamOptions& stream, const std::string& name,
                         std::size_t microphones);

/// @throws core::InputError  if the input has other channels than the options say or the model needs
void check_layout(const StreamInput& input, const io::PcmLayout& layout, std::size_t microphones);

/// The picked channels of samples. @param samples  [n, channels]
/// @param buffer  memory for the result
std::span<const float> pick_channels(const StreamInput& input, std::span<const float> samples,
                                     std::size_t channels, std::vector<float>& buffer);

/// Smallest difference of two samples of a format.
double resolution_of(io::PcmFormat format);

}  // namespace commands
