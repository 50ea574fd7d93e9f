#include "dsp/fft.h"

#include <fmt/format.h>
#include <kissfft/kiss_fftr.h>

#include <algorithm>
#include <cassert>
#include <new>

#include "core/errors.h"

namespace dsp {

std::size_t fast_size(std::size_t n) {
  for (std::size_t size = std::max<std::size_t>(2, n + n % 2);; size += 2) {
    std::size_t rest = size;
    for (const std::size_t factor : {2, 3, 5}) {
      while (rest % factor == 0) rest /= factor;
    }
    if (rest == 1) return size;
  }
}

struct Fft::Plan {
  struct Free {
    void operator()(kiss_fftr_state* state) const { kiss_fftr_free(state); }
  };
  std::unique_ptr<kiss_fftr_state, Free> forward;
  std::unique_ptr<kiss_fftr_state, Free> inverse;
};

Fft::Fft(std::size_t size) : size_(size), plan_(std::make_unique<Plan>()) {
  if (size < 2 || size % 2 != 0) {
    throw core::UsageError(
        fmt::format("transform size: expected an even number >= 2, found {}", size));
  }
  plan_->forward.reset(kiss_fftr_alloc(static_cast<int>(size), 0, nullptr, nullptr));
  plan_->inverse.reset(kiss_fftr_alloc(static_cast<int>(size), 1, nullptr, nullptr));
  if (!plan_->forward || !plan_->inverse) throw std::bad_alloc();
}
Fft::~Fft() = default;
Fft::Fft(Fft&&) noexcept = default;
Fft& Fft::operator=(Fft&&) noexcept = default;

// kiss_fft_cpx is a pair of floats, as std::complex<float> is required to be.
static_assert(sizeof(kiss_fft_cpx) == sizeof(std::complex<float>));

void Fft::forward(std::span<const float> time, std::span<std::complex<float>> spectrum) {
  assert(time.size() == size_ && spectrum.size() == bins());
  kiss_fftr(plan_->forward.get(), time.data(), reinterpret_cast<kiss_fft_cpx*>(spectrum.data()));
}

void Fft::inverse(std::span<const std::complex<float>> spectrum, std::span<float> time) {
  assert(time.size() == size_ && spectrum.size() == bins());
  kiss_fftri(plan_->inverse.get(), reinterpret_cast<const kiss_fft_cpx*>(spectrum.data()),
             time.data());
  const float scale = 1.0F / static_cast<float>(size_);
  for (float& value : time) value *= scale;
}

std::vector<float> convolve(std::span<const float> signal, std::span<const float> filter) {
  if (signal.empty() || filter.empty()) return {};
  const std::size_t wanted = signal.size() + filter.size() - 1;
  // Blocks of at least the filter's length keep the cost per sample near its minimum.
  Fft fft(fast_size(std::min(wanted, 4 * filter.size() + 1024)));
  const std::size_t block = fft.size() - filter.size() + 1;
  std::vector<std::complex<float>> response(fft.bins());
  std::vector<std::complex<float>> spectrum(fft.bins());
  std::vector<float> time(fft.size(), 0.0F);
  std::copy(filter.begin(), filter.end(), time.begin());
  fft.forward(time, response);

  std::vector<float> result(wanted, 0.0F);
  for (std::size_t first = 0; first < signal.size(); first += block) {
    const std::size_t length = std::min(block, signal.size() - first);
    std::fill(time.begin(), time.end(), 0.0F);
    std::copy_n(signal.begin() + first, length, time.begin());
    fft.forward(time, spectrum);
    for (std::size_t k = 0; k < fft.bins(); ++k) spectrum[k] *= response[k];
    fft.inverse(spectrum, time);
    const std::size_t kept = std::min(length + filter.size() - 1, wanted - first);
    for (std::size_t i = 0; i < kept; ++i) result[first + i] += time[i];
  }
  return result;
}

}  // namespace dsp
