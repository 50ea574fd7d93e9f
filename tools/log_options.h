/// Options that say how a motion log is meant.
#pragma once

#include <CLI/CLI.hpp>

#include "commands/import_options.h"

/// @param group  heading of the options in --help
inline void add_log_options(CLI::App& app, commands::LogTexts& o, const char* group = "Options") {
  const auto add = [&](const char* name, auto& value, const char* text) {
    return app.add_option(name, value, text)->group(group);
  };
  add("--columns", o.columns,
      "Columns of the log by name or number, where they are not recognized: time=NAME,gx=NAME,... "
      "(time gx gy gz ax ay az mx my mz qw qx qy qz roll pitch yaw)")
      ->delimiter(',');
  add("--body", o.body, "The body that carries the array, if the log holds several");
  add("--quat-order", o.quat_order,
      "Order of the quaternions, if no header states it: wxyz or xyzw");
  add("--euler-order", o.euler_order, "For angles: order of the axes, such as zyx");
  add("--angle-unit", o.angle_unit, "For angles: deg or rad");
  add("--time-unit", o.time_unit,
      "Unit of the log's times: s, ms, us or ns; default: by the name of the column, else s");
  add("--frame-rate", o.frame_rate_hz,
      "Frame rate of a log that counts frames or has no times, Hz");
  app.add_flag("--inverse", o.inverse, "The orientations turn world vectors into sensor vectors")
      ->group(group);
}

/// Options that say how inertial samples are meant.
/// @param group  heading of the options in --help
inline void add_inertial_options(CLI::App& app, commands::InertialTexts& o,
                                 const char* group = "Options") {
  const auto add = [&](const char* name, auto& value, const char* text) {
    return app.add_option(name, value, text)->group(group);
  };
  add("--gyro-unit", o.gyro_unit,
      "Unit of the gyroscope: rad/s or deg/s; default: by the names, else rad/s");
  add("--acc-unit", o.acc_unit,
      "Unit of the accelerometer: m/s2 or g; default: by the names, else m/s2");
  add("--acc-sign", o.acc_sign,
      "Sign of the accelerations: + (default; at rest the axis that points up reads +g) or - "
      "(iPhones)");
  app.add_flag("--trust-log", o.trust_log,
               "The log is right: what contradicts it becomes a warning")
      ->group(group);
  add("--mounting", o.mounting,
      "Unit quaternion w,x,y,z that turns array vectors into vectors of the log's sensor frame")
      ->delimiter(',');
}
