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
      ->type_name("COLUMN=NAME")
      ->delimiter(',');
  add("--body", o.body, "The body that carries the array, if the log holds several")
      ->type_name("NAME");
  add("--quat-order", o.quat_order,
      "Order of the quaternions, if no header states it: wxyz or xyzw")
      ->type_name("wxyz|xyzw");
  add("--euler-order", o.euler_order, "For angles: order of the axes, such as zyx")
      ->type_name("AXES");
  add("--angle-unit", o.angle_unit, "For angles: deg or rad")->type_name("deg|rad");
  add("--time-unit", o.time_unit,
      "Unit of the log's times: s, ms, us or ns; default: by the name of the column, else s")
      ->type_name("s|ms|us|ns");
  add("--frame-rate", o.frame_rate_hz,
      "Frame rate of a log that counts frames or has no times, Hz. Default: the log's own times");
  app.add_flag("--inverse", o.inverse, "The orientations turn world vectors into sensor vectors")
      ->group(group);
}
