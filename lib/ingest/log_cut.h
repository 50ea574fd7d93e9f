/// The part of a log that belongs to a span of a recording.
#pragma once

#include "imu/clock.h"
#include "imu/sensor_model.h"
#include "ingest/audio_scan.h"
#include "so3/track.h"

namespace ingest {

/// A span of a track; its times count from the span's start.
/// @param clock  from the log's time to the recording's time
so3::Track cut_track(const so3::Track& track, const imu::ClockMap& clock, const Span& span);

/// A span of inertial samples; its times count from the span's start.
imu::Samples cut_imu(const imu::Samples& samples, const imu::ClockMap& clock, const Span& span);

}  // namespace ingest
