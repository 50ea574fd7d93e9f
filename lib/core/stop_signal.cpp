#include "core/stop_signal.h"

#include <time.h>

#include <atomic>

namespace core {
namespace {

std::atomic<bool> stop_requested = false;

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGUSR1, SIGINT}) sigaddset(&signals, signal);
  return signals;
}

}  // namespace

StopSignal::StopSignal() {
  stop_requested = false;
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, &former_);
}

StopSignal::~StopSignal() {
  requested();
  pthread_sigmask(SIG_SETMASK, &former_, nullptr);
}

void StopSignal::block_until_exit() {
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

bool StopSignal::requested() {
  const sigset_t signals = stop_signals();
  const timespec at_once = {};
  while (sigtimedwait(&signals, nullptr, &at_once) > 0) stop_requested = true;
  return stop_requested;
}

}  // namespace core
