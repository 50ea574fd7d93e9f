/// Options that say how recordings and logs are read; csl-import and csl-calibrate have them.
#pragma once

#include <CLI/CLI.hpp>

#include "commands/import_options.h"
#include "log_options.h"

/// @param o  receives the values; its present values are the defaults
inline void add_recording_options(CLI::App& app, commands::ImportOptions& o) {
  app.add_option("--channels", o.channels,
                 "Channels that are used, in this order, counted from 1, such as 1-4 or 1,3,5-8; "
                 "default: all but those that are silent, copies, or only noise");
  app.add_flag("--salvage", o.salvage,
               "Read a file to its end although it was cut short or its stated size is wrong");
  app.add_option(
      "--intervals", o.intervals,
      "What divides the recording into intervals: silence, changes (pauses and changes of the "
      "source's direction), segments (of equal length), whole (one interval), or a CSV with "
      "start_s,end_s[,x,y,z in the world]");
  app.add_option("--segment", o.segment_s, "Longest interval that is made automatically, s");
  app.add_option("--min-interval", o.min_interval_s, "Shorter intervals are left out, s");
  app.add_option("--silence", o.silence_s, "Shortest pause that separates two intervals, s");
  app.add_option(
      "--time-offset", o.time_offset,
      "Seconds added to the log's times; or start (the log starts with the recording), taps (on "
      "the device), auto (the offset at which the directions agree)");
  app.add_option("--time-drift", o.time_drift_ppm, "The log's clock is slow by this many ppm");
  app.add_option("--max-offset", o.max_offset_s, "Largest offset that taps and auto search, s");
  add_log_options(app, o);
  add_inertial_options(app, o);
  app.add_option("--up", o.up,
                 "Axis of the orientations' world that points up: +z (default), -z, +y (Unity, "
                 "ARKit, Motive), -y, +x or -x");
  app.add_option("--filter", o.filter,
                 "Orientation filter: vqf (sees the whole log) or vqf-live (sees only the past)");
  app.add_option("--max-gap", o.max_gap_s, "Longest gap of the log that is bridged, s");
  app.add_option(
      "--on-nan", o.on_nan,
      "What to do with samples that are not finite: error (refuse the recording) or mask (leave "
      "out the time around them)");
  app.add_option("--rate", o.rate_hz, "Sample rate of the sessions, Hz");
}
