#include "formats/sofa_conventions.h"

#include <fmt/format.h>

#include <array>

#include "formats/sofa_positions.h"

namespace formats {
namespace {

constexpr const char* kRoomAdvice =
    "its responses contain a room, which a simulation would add a second time; give it to "
    "csl-simulate --responses instead, use the free-field measurement of the same array, or cut "
    "the responses to the direct sound and save them as "
    "GeneralFIR with one SourcePosition for each measurement";
constexpr const char* kDirectivityAdvice =
    "it describes how a source radiates, not how an array hears; no option takes it";
constexpr const char* kFilterAdvice =
    "its second-order sections are no impulse responses; compute them (an impulse through each "
    "filter) and save them as SimpleFreeFieldHRIR or GeneralFIR";
constexpr const char* kAudioAdvice =
    "it holds recordings, not responses; write its sound as WAV and its orientations as CSV, and "
    "give them to csl-import";

constexpr std::array kRefused = {
    RefusedSofaConvention{"SingleRoomSRIR", kRoomAdvice},
    RefusedSofaConvention{"SingleRoomDRIR", kRoomAdvice},
    RefusedSofaConvention{"SingleRoomMIMOSRIR", kRoomAdvice},
    RefusedSofaConvention{"MultiSpeakerBRIR", kRoomAdvice},
    RefusedSofaConvention{"SingleTrackedAudio", kAudioAdvice},
    RefusedSofaConvention{"AnnotatedReceiverAudio", kAudioAdvice},
    RefusedSofaConvention{"AnnotatedEmitterAudio", kAudioAdvice},
    RefusedSofaConvention{"FreeFieldDirectivityTF", kDirectivityAdvice},
    RefusedSofaConvention{"FreeFieldDirectivityFIR", kDirectivityAdvice},
    RefusedSofaConvention{"SimpleFreeFieldSOS", kFilterAdvice},
    RefusedSofaConvention{"SimpleFreeFieldHRSOS", kFilterAdvice},
    RefusedSofaConvention{"GeneralSOS", kFilterAdvice},
    RefusedSofaConvention{"SimpleHeadphoneIR",
                          "it holds responses of headphones, which have no directions"},
    RefusedSofaConvention{
        "FreeFieldHRTF",
        "its emitters are spherical harmonics; evaluate them at directions and save the result as "
        "SimpleFreeFieldHRTF"},
    RefusedSofaConvention{"FreeFieldHRIR",
                          "its emitters are spherical harmonics; evaluate them at directions and "
                          "save the result as SimpleFreeFieldHRIR"}};

constexpr std::array<const char*, 6> kRead = {"SimpleFreeFieldHRIR", "SimpleFreeFieldHRTF",
                                              "GeneralFIR",          "GeneralTF",
                                              "GeneralFIR-E",        "GeneralTF-E"};

/// Number of emitters; 1 if the file does not say.
std::size_t emitters(const io::Hdf5Reader& file) { return file.has("/E") ? file.rows("/E") : 1; }

}  // namespace

std::span<const RefusedSofaConvention> refused_sofa_conventions() { return kRefused; }
std::span<const char* const> read_sofa_conventions() { return kRead; }

SofaData check_sofa_convention(const io::Hdf5Reader& file) {
  const std::string name = text_or(file, "/", "SOFAConventions", "");
  for (const RefusedSofaConvention& refused : kRefused) {
    if (name == refused.name) {
      file.fail("/", fmt::format("expected responses of an array to far sources, found the "
                                 "convention {}: {}",
                                 name, refused.advice));
    }
  }
  const std::string type = text_or(file, "/", "DataType", "");
  const bool several = type == "FIR-E" || type == "FIRE" || type == "TF-E";
  const bool fir = type == "FIR" || type == "FIR-E" || type == "FIRE";
  if (!fir && type != "TF" && type != "TF-E") {
    file.fail("/", fmt::format("expected a SOFA file with impulse responses or transfer functions "
                               "(DataType FIR or TF), found convention \"{}\", DataType \"{}\"",
                               name, type));
  }
  if (several && emitters(file) != 1) {
    file.fail("/", fmt::format("DataType {}: expected one emitter, found {}; write a file of "
                               "DataType {} with one SourcePosition for each emitter",
                               type, emitters(file), fir ? "FIR" : "TF"));
  }
  return fir ? SofaData::kFir : SofaData::kTransfer;
}

}  // namespace formats
