/// Cutting responses that are longer than an array's own response can be.
#pragma once

#include "array/responses.h"

namespace array {

/// Cuts responses that are longer than kMaxResponse_s to a window that starts shortly before the
/// first sound of any response, and adds a note. Delays between responses stay.
/// @param source_name  name of the input in the error message
/// @throws core::InputError  if more than a thousandth of a response's energy is outside the
///                           window: such responses contain a room
void cut_to_window(const std::string& source_name, Responses& responses);

}  // namespace array
