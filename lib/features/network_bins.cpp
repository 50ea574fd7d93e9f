#include "features/network_bins.h"

#include "session/features.h"

namespace features {
namespace {

/// First bin after the frame that bin `first` belongs to.
std::size_t end_of_frame(std::span<const std::uint32_t> frame, std::size_t first) {
  std::size_t end = first;
  while (end < frame.size() && frame[end] == frame[first]) ++end;
  return end;
}

}  // namespace

session::Features network_bins(const session::Features& session,
                               const learn::BinSmoothing& smoothing) {
  session::Features result;
  result.info = session.info;
  result.frame_time_s = session.frame_time_s;
  result.frame_rotation = session.frame_rotation;
  const std::size_t microphones = session.microphones();
  for (std::size_t first = 0; first < session.bins();) {
    const std::size_t count = end_of_frame(session.frame, first) - first;
    const auto frequency = std::span(session.frequency).subspan(first, count);
    const auto energy = std::span(session.energy).subspan(first, count);
    const auto stft = std::span(session.stft).subspan(first * microphones, count * microphones);
    const std::vector<std::size_t> wanted =
        learn::loudest_of_groups(frequency, energy, smoothing.group);
    learn::append_smoothed(frequency, stft, smoothing.neighbors, wanted, result.stft);
    for (const std::size_t i : wanted) {
      result.frequency.push_back(frequency[i]);
      result.energy.push_back(energy[i]);
      result.rise.push_back(session.rise[first + i]);
    }
    result.frame.insert(result.frame.end(), wanted.size(), session.frame[first]);
    first += count;
  }
  return result;
}

std::size_t count_network_bins(std::span<const std::uint32_t> frame,
                               std::span<const std::uint16_t> frequency, std::size_t group) {
  std::size_t count = 0;
  for (std::size_t b = 0; b < frame.size(); ++b) {
    const bool same_group =
        b > 0 && frame[b] == frame[b - 1] && frequency[b] / group == frequency[b - 1] / group;
    count += same_group ? 0 : 1;
  }
  return count;
}

std::vector<std::complex<float>> smoothed_bins(const session::Features& session,
                                               std::span<const std::size_t> chosen,
                                               std::size_t neighbors) {
  std::vector<std::complex<float>> result;
  const std::size_t microphones = session.microphones();
  auto next = chosen.begin();
  for (std::size_t first = 0; first < session.bins();) {
    const std::size_t count = end_of_frame(session.frame, first) - first;
    std::vector<std::size_t> wanted;
    for (; next != chosen.end() && *next < first + count; ++next) wanted.push_back(*next - first);
    learn::append_smoothed(
        std::span(session.frequency).subspan(first, count),
        std::span(session.stft).subspan(first * microphones, count * microphones), neighbors,
        wanted, result);
    first += count;
  }
  return result;
}

}  // namespace features
