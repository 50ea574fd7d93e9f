/// csl-simulate: recordings of a turning array in a reverberant room, with ground truth.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "commands/common.h"
#include "commands/sound_speed.h"

namespace commands {

/// The defaults are the mixed condition of the C-SL paper, 3.1. Texts such as "0:0.75" are a value
/// or a range (core::ValueRange).
struct SimulateOptions {
  CommonOptions common;
  std::vector<std::string> speech;  ///< files, folders, lists, or "-": a list on standard input
  std::filesystem::path out;
  std::string split = "all";  ///< part of the speech files: "all", "train", "valid" or "test"
  /// Number of sessions. Default: 100; with a split, one for each speech file of the part. The
  /// former default -1 means the same as none.
  std::optional<std::int64_t> sessions;
  std::string shard = "1/1";  ///< i/n: the i-th of n equal parts of the sessions

  /// Name of a built-in array, JSON file of positions, or SOFA file of measured responses.
  std::string array = "cube8";
  /// Size of a built-in array, m. Default: the array's own size. The former default 0 means the
  /// same as none.
  std::optional<double> edge_m;
  double largest_gap_deg = 60.0;  ///< of a SOFA file's directions, formats::ArrayOptions
  SoundSpeedOptions sound_speed;

  /// Folder, table or SOFA file of measured room responses (formats::read_room_responses); they
  /// replace array, room and motion. Empty: none.
  std::filesystem::path responses;
  std::vector<std::string> response_rooms;    ///< names or patterns of rooms; empty: all
  std::vector<std::string> response_sources;  ///< names or patterns of places; empty: all
  std::string dwell = "0.15:0.35";            ///< stay at each measured orientation, s

  /// Lists of plane waves (files, folders, globs) in place of the shoebox; each session draws one.
  /// The options of the shoebox and of the sources' places are then without effect.
  std::vector<std::string> room_waves;
  /// True azimuth and elevation of the source of the one list, degrees; empty: of the direct sound.
  std::vector<double> source_direction_deg;
  std::vector<double> room_m = {4.0, 4.0, 4.0};  ///< size x,y,z
  std::string t60 = "0:0.75";                    ///< s; 0: no reverberation
  std::string formula = "sabine";  ///< relation of T60 and absorption: "sabine" or "eyring"
  /// Energy absorption of all walls, or of x0,x1,y0,y1,z0,z1; replaces t60. Empty: t60 holds.
  std::vector<double> absorption;
  /// Energy absorption of all walls in 7 octave bands, 125 Hz to 8 kHz; replaces t60. Empty: t60
  /// holds.
  std::vector<double> band_absorption;
  bool air_absorption = false;  ///< ISO 9613-1 at 20 degrees Celsius and 50 % humidity
  /// Largest random displacement of every image along each axis, m. It breaks the audible sweeps of
  /// a cubic room.
  double image_jitter_m = 0.0;
  /// Largest number of reflections of an image. Default: no limit. The former default -1 means the
  /// same as none.
  std::optional<int> max_order;
  std::vector<double> array_position_m;  ///< array's center x,y,z; empty: the room's center

  std::size_t sources = 1;         ///< number of sources that sound at a time, 1 to 8
  double source_distance_m = 1.0;  ///< from the array's center
  /// Speed along a random great circle about the array, degrees per second; 0: the sources are at
  /// rest.
  std::string source_speed = "0";
  double min_separation_deg = 0.0;  ///< between the directions of any two sources at the start
  /// LEVEL[:SHARE]: a second talker that the truth does not know, its level against the first source
  /// (dB) while it sounds, and the share of the session in which it sounds; empty: none.
  std::string interferer;
  std::string level_ratio = "0";  ///< level of every further source relative to the first, dB

  /// Point about which the array turns, x,y,z from the array's center in the sensor frame, m; empty:
  /// the center. The room's array position and the sources' distance are then those of this point.
  std::vector<double> pivot_m;
  /// "constant", "free", "head", or a file of recorded orientations.
  std::string motion = "constant";
  std::vector<double> axis;         ///< world axis of constant motion; empty: random
  double angular_speed_deg = 90.0;  ///< per second: speed of constant, mean speed of free motion
  /// Orientation at the start: "random", or "facing:+x": the first source is in the half space of
  /// this sensor axis.
  std::string start = "random";

  std::string snr = "inf";  ///< ratio of signal and microphone noise, dB; "inf": no noise
  /// Ratio of signal and spatially diffuse noise of the world, dB; "inf": no noise.
  std::string diffuse_noise = "inf";
  double gain_mismatch_db = 0.0;   ///< standard deviation over microphones
  double delay_mismatch_us = 0.0;  ///< standard deviation over microphones
  /// Largest magnitude of a sample. Default: no limit. The former default 0 means the same as none.
  std::optional<double> clip_level;
  double clock_skew_ppm = 0.0;  ///< the audio clock is slow by this
  std::string imu = "none";     ///< inertial samples: "none", "ideal", "consumer" or "tactical"
  double imu_rate_hz = 100.0;

  /// Folder for one WAV, pose.csv, truth.csv and, with inertial samples, imu.csv of each session;
  /// empty: none.
  std::filesystem::path wav;

  bool dry_run = false;  ///< only say what would be written and how long it takes

  /// All options that decide the content, for provenance; an option without a value is null.
  nlohmann::json to_json() const;
};

/// Renders the sessions and writes them. The same options give the same bytes for any number of
/// threads. The shards together hold the same sessions as one run.
/// @throws core::UsageError, core::InputError, core::IoError  before the work starts, wherever the
///                                                            error can be known then
void simulate(const SimulateOptions& options);

/// Options of `--rir`: static impulse responses of the array in the room, without speech or motion.
struct ImpulseResponseOptions {
  std::filesystem::path rir;              ///< SOFA file (.sofa), or WAV file of 32-bit floats
  std::vector<double> source_position_m;  ///< x,y,z in the room
  std::vector<double> orientation = {1.0, 0.0, 0.0, 0.0};  ///< q_world_sensor, w x y z
};

/// Writes the responses. The amplitude of an image is the product of the walls' reflections over
/// its distance, without a factor 1 / (4 pi). The source emits at the lead sample, which the
/// summary and the SOFA file's Comment name. The responses of a measured array are those of the
/// renderer of recordings to a click. @throws as simulate
void write_impulse_responses(const SimulateOptions& options, const ImpulseResponseOptions& rir);

}  // namespace commands
