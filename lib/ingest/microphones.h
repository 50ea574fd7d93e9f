/// Which channels of the recordings of one device are its microphones.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "ingest/audio_scan.h"
#include "ingest/channel_check.h"

namespace ingest {

struct Microphones {
  std::vector<std::size_t> channels;   ///< Channels of the files that remain, counted from 0.
  std::vector<ChannelFault> left_out;  ///< Channels of the files with a fault.
};

/// Finds channels that are silent, constant, clipped throughout, copies, or without the sound of
/// the others. A channel that is so in one recording is so for the device.
/// @param scans  of the same channels of all recordings
/// @throws core::InputError  if fewer than two channels remain, or if no sound shows which channels
///                           belong together
Microphones find_microphones(const std::vector<AudioScan>& scans);

}  // namespace ingest
