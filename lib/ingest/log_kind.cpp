#include "ingest/log_kind.h"

#include <fmt/format.h>

#include "core/errors.h"
#include "formats/motion_columns.h"
#include "io/table.h"

namespace ingest {

LogKind log_kind(const std::filesystem::path& path, const LogOptions& options) {
  using formats::Quantity;
  const io::Table table = io::read_table(path);
  const formats::MotionColumns columns(path, table.header, options.columns, options.body);
  LogKind kind;
  if (columns.unnamed()) {
    // time and two or three sensors; all other tables without names are of orientations.
    kind.inertial = columns.size() == 7 || columns.size() == 10;
    kind.orientations = !kind.inertial;
    return kind;
  }
  kind.orientations =
      columns.quaternion() || columns.numbered_quaternion() || columns.euler() || columns.matrix();
  kind.inertial = columns.has(Quantity::kGyroscope) || columns.has(Quantity::kAccelerometer) ||
                  columns.has(Quantity::kMagnetometer) || columns.has(Quantity::kGravity) ||
                  (columns.has(Quantity::kPlain) && !kind.orientations);
  if (kind.orientations || kind.inertial) return kind;
  throw core::InputError(fmt::format(
      "{}: expected a log of orientations (qw, qx, qy, qz) or of inertial samples (gx, gy, gz, ax, "
      "ay, az), found {}; other names: state --columns",
      path.string(), columns.list()));
}

}  // namespace ingest
