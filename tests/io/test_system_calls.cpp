// A call to the operating system that fails is an error, never an empty or a shorter file.
#include <catch2/catch.hpp>
#include <functional>

#include "core/atomic_file.h"
#include "core/errors.h"
#include "core/files.h"
#include "core/input_file.h"
#include "few_descriptors.h"
#include "io/audio.h"
#include "io/audio_header.h"
#include "io/audio_stream.h"
#include "io/container.h"
#include "io/hdf5_reader.h"
#include "io/hdf5_writer.h"
#include "temporary_folder.h"

namespace {

void write_small(const std::filesystem::path& path) {
  io::Hdf5Writer writer(path, "features", 1, core::make_provenance("csl-test", {}, 0));
  writer.append_value<double>("/a", 1.0);
  writer.commit();
}

}  // namespace

TEST_CASE("the digest of a file that cannot be opened or read is an error") {
  const test::TemporaryFolder folder;
  CHECK_THROWS_AS(io::file_digest(folder / "none"), core::InputError);
  CHECK_THROWS_AS(io::file_digest(folder.path()), core::InputError);
  CHECK_THROWS_AS(io::file_digest("/proc/self/mem"), core::IoError);  // opens, and read() fails
  std::vector<char> block(8);
  CHECK_THROWS_AS(core::InputFile("/proc/self/mem").read_at(0, block), core::IoError);
}

TEST_CASE("a process that has no file descriptor left reads and writes nothing, and says so") {
  const test::TemporaryFolder folder;
  write_small(folder / "a.h5");
  io::write_wav(folder / "a.wav", std::vector<float>(1000, 0.25F), 1, 16000.0);
  core::AtomicFile unfinished(folder / "later");
  const std::string digest = io::file_digest(folder / "a.h5");
  const std::vector<std::function<void()>> calls = {
      [&] { io::file_digest(folder / "a.h5"); },
      [&] { io::stored_digest(folder / "a.h5"); },
      [&] { io::check_digest(folder / "a.h5"); },
      [&] { io::Hdf5Reader{folder / "a.h5"}; },
      [&] { io::open_container(folder / "a.h5", "features", 1); },
      [&] { io::read_audio_header(folder / "a.wav"); },
      [&] { io::AudioStream{folder / "a.wav"}; },
      [&] { io::read_audio(folder / "a.wav"); },
      [&] { io::write_wav(folder / "b.wav", std::vector<float>(10), 1, 16000.0); },
      [&] { write_small(folder / "b.h5"); },
      [&] { core::read_text_file(folder / "a.wav"); },
      [&] { core::write_text_file(folder / "b.txt", "text"); },
      [&] { core::write_text_output("/dev/null", "text"); },
  };
  {
    const test::NoDescriptors none;
    for (std::size_t i = 0; i < calls.size(); ++i) {
      INFO("call " << i);
      CHECK_THROWS_AS(calls[i](), core::IoError);
    }
  }
  CHECK(folder.files() == 3);  // a.h5, a.wav and the unfinished file
  for (const auto& call : calls) CHECK_NOTHROW(call());
  CHECK(io::file_digest(folder / "a.h5") == digest);
}
