#include "ingest/log_kind.h"

#include <fmt/format.h>

#include "core/errors.h"
#include "formats/orientation_table.h"
#include "ingest/log_columns.h"
#include "io/table.h"

namespace ingest {

LogKind log_kind(const std::filesystem::path& path) {
  const io::Table table = io::read_table(path);
  LogKind kind;
  kind.orientations = formats::find_quaternion_columns(table.names).has_value();
  kind.inertial = formats::find_column(table.names, {"gx", "gyro_x", "gyr_x"}).has_value();
  if (kind.orientations || kind.inertial) return kind;
  throw core::InputError(fmt::format(
      "{}: expected a log of orientations (qw, qx, qy, qz) or of inertial samples (gx, gy, gz, ax, "
      "ay, az), found {}",
      path.string(), list_columns(table)));
}

}  // namespace ingest
