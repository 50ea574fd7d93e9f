/// The array that --array names: a built-in array, a JSON file or a SOFA file.
#pragma once

#include <string>

#include "array/known_array.h"
#include "core/units.h"

namespace formats {

/// Largest gap between measured directions that is taken without a word from the user, degrees.
/// Sources in a gap are rendered from responses that far away.
inline constexpr double kDefaultLargestGap_deg = 60.0;
/// Any gap: there is only a warning.
inline constexpr double kAnyGap_deg = 180.0;

struct ArrayOptions {
  double edge_m = 0.0;  ///< size of a built-in array, m; 0: its default size
  double largest_gap_deg = kDefaultLargestGap_deg;
  double speed_of_sound = core::kSpeedOfSound;  ///< of the responses of a rigid sphere, m/s
};

/// Reads an array. An open array has positions; a SOFA file and a geometry with a rigid sphere have
/// responses. Warns of what is doubtful: gaps above 30 degrees between measured directions,
/// positions that may be in another unit, and what the reader of a SOFA file assumed.
/// @throws core::UsageError  for an unknown name, and for a size if the array is not built in
/// @throws core::InputError  for a file that is missing or wrong, and for measured directions with
///                           a larger gap than the options allow
array::KnownArray load_array(const std::string& name_or_path, const ArrayOptions& options = {});

}  // namespace formats
