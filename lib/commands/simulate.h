/// csl-simulate: recordings of a turning array in a reverberant room, with ground truth.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "commands/common.h"

namespace commands {

/// Defaults are the paper's mixed condition (3.1). Texts such as "0:0.75" are values or ranges
/// (core::ValueRange).
struct SimulateOptions {
  CommonOptions common;
  std::vector<std::string> speech;  ///< files, folders, lists, "-"
  std::filesystem::path out;
  std::string split = "all";   ///< part of the speech files: "all", "train", "valid" or "test"
  std::int64_t sessions = -1;  ///< -1: one a file of the part if there is a split, 100 otherwise
  std::string shard = "1/1";   ///< i/n: the i-th of n equal parts of the sessions

  std::string array =
      "cube8";          ///< built-in name, JSON positions, or a SOFA file of measured responses
  double edge_m = 0.0;  ///< size of a built-in array; 0: its own default

  std::vector<double> room_m = {4.0, 4.0, 4.0};
  std::string t60 = "0:0.75";
  std::string formula = "sabine";  ///< ties T60 to absorption: "sabine" or "eyring"
  std::vector<double> absorption;  ///< of all walls, or of x0,x1,y0,y1,z0,z1; in place of t60
  std::vector<double>
      band_absorption;  ///< of all walls in 7 octave bands, 125 Hz to 8 kHz; in place of t60
  bool air_absorption = false;  ///< ISO 9613-1 at 20 degrees and 50 % humidity
  double image_jitter_m =
      0.0;             ///< moves every image at random: breaks a cubic room's sweeping echoes
  int max_order = -1;  ///< reflections an image may have; -1: no limit
  std::vector<double> array_position_m;  ///< array's center; empty: the room's center

  std::size_t sources = 1;          ///< sounding at once, 1 to 8
  double source_distance_m = 1.0;   ///< from the array's center
  std::string source_speed = "0";   ///< degrees a second along a random great circle round the
                                    ///< array; 0: sources rest
  double min_separation_deg = 0.0;  ///< between the directions of any two sources at the start
  std::string level_ratio = "0";    ///< dB, level of every further source against the first

  std::string motion =
      "constant";            ///< "constant", "free", "head", or a file of recorded orientations
  std::vector<double> axis;  ///< of constant motion, in the world; empty: random
  double angular_speed_deg = 90.0;  ///< constant: the speed; free: its mean
  std::string start =
      "random";  ///< "random", or "facing:+x": the array starts facing the first source

  std::string snr = "inf";         ///< dB, microphone self-noise
  double gain_mismatch_db = 0.0;   ///< standard deviation over microphones
  double delay_mismatch_us = 0.0;  ///< standard deviation over microphones
  double clip_level = 0.0;         ///< samples are limited to this; 0: not
  double clock_skew_ppm = 0.0;
  std::string imu = "none";  ///< "none", "ideal", "consumer", "tactical"
  double imu_rate_hz = 100.0;

  std::filesystem::path
      wav;  ///< folder for one WAV, pose.csv, truth.csv, imu.csv a session; empty: none

  /// Everything that decides the content, resolved; for provenance.
  nlohmann::json to_json() const;
};

/// Renders the sessions and writes them. Same options, same bytes, for any number of threads; the
/// shards together hold the same sessions as one run.
/// @throws core::UsageError, core::InputError, core::IoError before any work where they can be
/// known
void simulate(const SimulateOptions& options);

/// `--rir`: static impulse responses of the array in the room, no speech, no motion.
struct ImpulseResponseOptions {
  std::filesystem::path rir;              ///< SOFA (.sofa), or WAV of 32-bit float samples
  std::vector<double> source_position_m;  ///< in the room
  std::vector<double> orientation = {1.0, 0.0, 0.0, 0.0};  ///< q_world_sensor, w x y z
};

/// Writes the responses. Amplitude: product of the walls' reflections over distance, no 1 / (4 pi).
/// Emission is at the lead sample that the summary and the SOFA file's Comment name. Of a measured
/// array it is what the renderer of recordings makes of a click. @throws as simulate
void write_impulse_responses(const SimulateOptions& options, const ImpulseResponseOptions& rir);

}  // namespace commands
