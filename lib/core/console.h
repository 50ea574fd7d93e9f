/// Text for a terminal: messages that never end the program, and text that cannot command it.
#pragma once

#include <string>
#include <string_view>

namespace core {

/// Text in which a terminal finds no commands. Control characters (C0, DEL, C1) and bytes that are
/// not UTF-8 become escapes such as \x1b. File names and attributes of files from strangers may
/// hold them.
/// @param keep_lines  line feeds stay
std::string printable(std::string_view text, bool keep_lines = false);

/// Writes text to stderr at once. If that fails, the text is lost and nothing else happens: a
/// message that cannot be shown must not stop the work.
void write_stderr(std::string_view text) noexcept;

/// To be called first in a program. If one of the descriptors 0, 1 and 2 is closed, it is opened so
/// that every use of it fails: otherwise the next file would get its number, and messages would be
/// written into an output. A file that outgrows a limit then makes a write fail (EFBIG); without
/// this call the signal XFSZ would kill the program.
void prepare_streams();

/// Makes an exception that nothing catches, such as one before the options are read, a message and
/// an exit code of core::ExitCode: kIo without memory, else kInternal.
void end_on_uncaught_exceptions();

}  // namespace core
