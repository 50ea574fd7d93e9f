#include <signal.h>

#include <catch2/catch.hpp>

#include "core/stop_signal.h"

TEST_CASE("a stop signal does not end the process, and is reported when asked for") {
  for (const int signal : {SIGTERM, SIGUSR1, SIGINT}) {
    const core::StopSignal stop;
    CHECK_FALSE(core::StopSignal::requested());
    ::raise(signal);
    CHECK(core::StopSignal::requested());
    CHECK(core::StopSignal::requested());  // it stays true
  }
}

TEST_CASE("signals that no step has read are dropped at the end, and the signal mask is restored") {
  sigset_t before;
  pthread_sigmask(SIG_SETMASK, nullptr, &before);
  {
    const core::StopSignal stop;
    ::raise(SIGTERM);  // would end the process if it were still pending after the object's end
  }
  sigset_t after;
  pthread_sigmask(SIG_SETMASK, nullptr, &after);
  for (const int signal : {SIGTERM, SIGUSR1, SIGINT}) {
    CHECK(sigismember(&before, signal) == sigismember(&after, signal));
  }
  const core::StopSignal stop;
  CHECK_FALSE(core::StopSignal::requested());
}
