/// The last line of stderr, which a progress bar redraws and a message must erase first.
#pragma once

#include <cstddef>
#include <string>

namespace core {

/// Columns of the terminal of stderr at this moment; 80 if they are not known.
std::size_t status_line_columns();

/// Draws `text`, which must fit into one line, over the current line of stderr and leaves the cursor behind it.
void draw_status_line(const std::string& text);

/// Erases the line that draw_status_line() drew. Does nothing if no such line is on the screen.
void erase_status_line();

}  // namespace core
