# `make` prints what there is; `make demo` and `make test` do all their own set-up.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

JOBS ?= $(shell nproc)
BUILD := build
TOOLS := $(BUILD)/tools

PACKAGES := cmake ninja-build g++ pkg-config libeigen3-dev libsndfile1-dev libkissfft-dev libcli11-dev \
  nlohmann-json3-dev libhdf5-dev libdnnl-dev librandom123-dev libxxhash-dev libfmt-dev libsoxr-dev
CORPUS_PACKAGES := flite ffmpeg
TEST_PACKAGES := catch2 hdf5-tools netcdf-bin patch python3-h5py libmysofa1 libmysofa-dev
# With the reference BLAS that Debian installs by itself PyTorch would be fifty times slower.
PEER_PACKAGES := python3-torch libopenblas0-openmp
DEB_PACKAGES := dpkg-dev help2man lintian
PAGE_PACKAGES := chromium pandoc
DOC_PACKAGES := pandoc doxygen
DEV_PACKAGES := clang clang-format clang-tidy libclang-rt-14-dev gcovr

##@ Start here
.PHONY: help demo clean-demo paper test docs-test test-pages test-package
help: ## What there is
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z -]+:.*## / {sub(/:.*/, "", $$1); printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## Learn an array from simulated turning, localize real speech, show the table (under 10 minutes)
	@$(MAKE) --no-print-directory -f data/demo.mk announce
	@$(MAKE) --no-print-directory .deps-demo .build-tools
	@$(MAKE) --no-print-directory -f data/demo.mk TOOLS=$(TOOLS)
clean-demo: ## Remove what the demo wrote, and give its disk space back; speech stays
	@$(MAKE) --no-print-directory -f data/demo.mk clean

paper: ## The paper's tables and figures (within an hour on 2 cores; SCALE=1: all its sessions)
	@$(MAKE) --no-print-directory .deps-demo .build-tools
	@$(MAKE) --no-print-directory -f data/paper.mk TOOLS=$(TOOLS)

test: .deps-test build ## Build everything and run all tests
	ctest --test-dir $(BUILD) --output-on-failure -j $(JOBS)

docs-test: .deps-test build ## Run every command of README.md and docs/, and check their links, tables and recipes
	ctest --test-dir $(BUILD) -R '^docs\.' --output-on-failure -j $(JOBS)

test-pages: .deps-test tools ## Run the live page and the report in a headless browser (installs chromium)
	@$(call install_missing,$(PAGE_PACKAGES))
	@cmake --preset release -DCSL_BUILD_TESTS=ON >/dev/null
	ctest --test-dir $(BUILD) -L pages --output-on-failure

# Needs root. The empty system stays in build/fresh for the next run.
test-package: deb ## Install the packages in an empty Debian and use them as docs/start says (root; installs debootstrap)
	@((EUID == 0)) || { echo "make test-package: chroot needs root; run it as root" >&2; exit 2; }
	@$(call install_missing,debootstrap)
	tests/package/fresh_install.sh $(BUILD)/packages $(BUILD)/fresh

##@ Set-up
.PHONY: deps build tools install deb clean
deps: .deps-test .deps-demo .deps-dev ## Install every Debian package that anything here needs

# install_missing NAMES: installs what dpkg does not know as installed; asks for nothing if all is there.
define install_missing
missing=(); for p in $(1); do \
  dpkg-query -W -f='$${Status}' "$$p" 2>/dev/null | grep -q 'ok installed' || missing+=("$$p"); done; \
if (($${#missing[@]} > 0)); then \
  echo "installing $${missing[*]}"; sudo=; if ((EUID != 0)); then sudo=sudo; fi; \
  export DEBIAN_FRONTEND=noninteractive; $$sudo apt-get -qq update; \
  $$sudo apt-get -qq install -y --no-install-recommends "$${missing[@]}" >/dev/null; fi
endef

.PHONY: .deps-build .deps-demo .deps-test .deps-dev
.deps-build:
	@$(call install_missing,$(PACKAGES))
.deps-demo:
	@$(call install_missing,$(PACKAGES) $(CORPUS_PACKAGES))
.deps-test:
	@$(call install_missing,$(PACKAGES) $(TEST_PACKAGES))
.deps-dev:
	@$(call install_missing,$(PACKAGES) $(TEST_PACKAGES) $(DEV_PACKAGES))

build: .deps-test ## Build tools, tests and benchmarks into build/
	@cmake --preset release -DCSL_BUILD_TESTS=ON -DCSL_BUILD_BENCH=ON >/dev/null
	cmake --build --preset release -j $(JOBS)

tools: .build-tools ## Build the tools only, without tests and benchmarks
	@echo "the tools are in $(TOOLS)"

.PHONY: .build-tools
.build-tools: .deps-build
	@[[ -f $(BUILD)/build.ninja ]] || cmake --preset release -DCSL_BUILD_TESTS=OFF -DCSL_BUILD_BENCH=OFF >/dev/null
	@echo "building the tools"
	cmake --build --preset release -j $(JOBS) --target tools

install: .build-tools ## Install tools, man pages, completion, library and docs under PREFIX (/usr/local); DESTDIR is honored
	@cmake --build --preset release -j $(JOBS) --target csl user_files
	DESTDIR=$(DESTDIR) cmake --install $(BUILD) --prefix $(or $(PREFIX),/usr/local)

deb: ## Debian packages csl, libcsl-dev and csl-doc in build/packages, checked by lintian
	@$(call install_missing,$(PACKAGES) $(DEB_PACKAGES))
	@$(MAKE) --no-print-directory .build-tools
	@cmake $(BUILD) >/dev/null
	@cmake --build --preset release -j $(JOBS) --target csl user_files
	rm -rf $(BUILD)/packages
	cd $(BUILD) && cpack -G DEB >/dev/null
	lintian --fail-on error,warning $(BUILD)/packages/*.deb
	@ls -l $(BUILD)/packages/*.deb

clean: ## Remove builds and the demo's files; corpora stay
	rm -rf build build-* demo

##@ Speech
.PHONY: corpus corpus-real corpus-words
corpus: ## Synthetic speech from flite's voices: corpus/flite
	@$(call install_missing,flite)
	@data/make_corpus.sh corpus/flite 400
corpus-real: ## Recorded human speech from Debian packages: corpus/real
	@$(call install_missing,ffmpeg)
	@data/make_corpus_real.sh corpus/real
corpus-words: ## A second set of recorded speech, words with pauses, from Debian packages: corpus/words
	@$(call install_missing,ffmpeg)
	@data/make_corpus_words.sh corpus/words

##@ Documentation
.PHONY: docs
docs: ## README and docs/ as a site with search, and the library's API: build/site/index.html (installs pandoc, doxygen)
	@$(call install_missing,$(DOC_PACKAGES))
	@data/make_site.py . $(BUILD)/site

.PHONY: screenshots
screenshots: docs tools ## Pictures of all pages, wide, phone and dark, to be looked at: build/screenshots (installs chromium)
	@$(call install_missing,$(PAGE_PACKAGES))
	@tests/pages/take_screenshots.py . $(TOOLS) $(BUILD)/screenshots

##@ For developers
.PHONY: bench bench-train bench-hour bench-torch study-calibration study-learning study-choices study-pauses study-command study-uncertainty study-sources study-pivot study-waves study-tracks study-room study-convergence study-device study-heading study-drone study-locata asan tsan tidy clang format format-check
bench: build ## Benchmarks, each with its baseline in the same run
	@for b in $(BUILD)/tests/bench/bench_*; do [[ -x $$b && ! -d $$b ]] || continue; echo "== $${b##*/}"; "$$b"; done

bench-train: build ## Training's step rate against bare matrix products, f32 and bf16, in one run
	@$(BUILD)/tests/bench/bench_train
bench-hour: tools ## Memory of a stream of one hour, after each ten minutes
	@/usr/bin/python3 tests/bench/stream_hour.py $(TOOLS)
bench-torch: build ## The same training step in PyTorch, in one run (installs python3-torch)
	@$(call install_missing,$(PEER_PACKAGES))
	@/usr/bin/python3 tests/peers/train_torch.py $(BUILD)/tests/bench/bench_train

study-convergence: .build-tools ## From how many seeds training leaves its start, and how soon (resumable, about an hour of 2 cores)
	@$(MAKE) --no-print-directory -f data/study_convergence.mk TOOLS=$(TOOLS)
.PHONY: study-renderer study-mutations figures
figures: build ## The pictures of docs/understand/simulation.md
	$(BUILD)/tests/bench/draw_simulation docs/understand
study-renderer: build ## Renderer against the exact sum up to T60 0.75 s: docs/results/renderer.json (20 minutes)
	@mkdir -p docs/results
	$(BUILD)/tests/bench/study_renderer > docs/results/renderer.json.tmp
	mv docs/results/renderer.json.tmp docs/results/renderer.json
study-mutations: build ## 20,000 damaged headers of each kind of foreign file
	CSL_MUTATIONS=20000 timeout 3600 $(BUILD)/tests/formats/test_formats "[mutations]"

.PHONY: reliability
reliability: build ## One system call after another fails under every tool: docs/contribute/failing_calls.md (an hour)
	python3 tests/faults/run_faults.py $(TOOLS) $(BUILD)/tests/faults/libfail_call.so --first 200 --spread 40 --table docs/contribute/failing_calls.md

.PHONY: mutants coverage fuzz
TARGET ?= all
fuzz: .build-tools .deps-dev ## TARGET=sofa SECONDS=600: a reader of files under clang's fuzzer (all of them, 60 s each)
	@cmake --preset fuzz >/dev/null
	cmake --build --preset fuzz -j $(JOBS)
	python3 tests/fuzz/run_fuzz.py $(TOOLS) build-fuzz/tests/fuzz $(TARGET) $(or $(SECONDS),60)
mutants: build ## Small faults planted in lib/, one at a time: which ones the unit tests find (resumable, about an hour)
	python3 tests/mutants/run_mutants.py . $(BUILD)
coverage: .deps-dev ## Lines of lib/ that the unit tests run, folder by folder (a build of its own)
	@cmake --preset coverage >/dev/null
	cmake --build --preset coverage -j $(JOBS)
	ctest --preset coverage -j $(JOBS)
	@gcovr --root . --filter lib/ --object-directory build-coverage --exclude-unreachable-branches --print-summary \
	  --gcov-ignore-parse-errors -j $(JOBS) -o build-coverage/coverage.txt
	@echo "every file: build-coverage/coverage.txt"

study-calibration: .build-tools .deps-test ## Positions and errors of the self-calibration, three seeds (resumable, one to two hours of 2 cores with AVX2)
	@$(MAKE) --no-print-directory -f data/study_calibration.mk TOOLS=$(TOOLS)

study-learning: .build-tools ## Errors after 1, 5 and 15 minutes of training, and by minutes of recording (resumable, 2 hours of 2 cores)
	@$(MAKE) --no-print-directory -f data/study_learning.mk TOOLS=$(TOOLS)
study-choices: .build-tools ## Input, normalization, loss, size, optimizer, precision: one at a time against the defaults (10 to 25 minutes)
	@$(MAKE) --no-print-directory -f data/study_choices.mk TOOLS=$(TOOLS)
study-command: .build-tools ## Devices of strangers by csl-calibrate: arrays, axes, clocks, units, loggers at random (resumable)
	@$(MAKE) --no-print-directory -f data/study_command.mk TOOLS=$(TOOLS)
study-uncertainty: .build-tools ## Whether the stated uncertainty of positions holds: the devices of make study-command (half an hour)
	@/usr/bin/python3 data/study_uncertainty.py $(TOOLS) study/command-1 study/command-2 >docs/results/uncertainty.json.tmp
	@mv docs/results/uncertainty.json.tmp docs/results/uncertainty.json
study-sources: .build-tools ## Several talkers at once: mixture and kernel density (resumable)
	@$(MAKE) --no-print-directory -f data/study_sources.mk TOOLS=$(TOOLS)
study-pivot: .build-tools ## An array that turns about another point, with near and far sources (resumable, minutes)
	@$(MAKE) --no-print-directory -f data/study_pivot.mk TOOLS=$(TOOLS)
WAVES ?= 000_S120-200 050_S030-150 R_S000-300
study-waves: .build-tools .deps-test ## Measured responses of an octahedral array as plane waves, rendered again (R3VIVAL in CSL_TEST_DATA; minutes)
	@mkdir -p study/waves docs/results
	@data/study_waves.py "$${CSL_TEST_DATA:?the folder with r3vival/}/r3vival" $(TOOLS)/csl-simulate study/waves $(WAVES) > study/waves/result.json
	@cp study/waves/result.json docs/results/waves.json
study-tracks: .build-tools ## Tracks of one and two talkers, from the mixture and the kernel density (resumable)
	@$(MAKE) --no-print-directory -f data/study_tracks.mk TOOLS=$(TOOLS)
study-room: .build-tools ## A real array in a real room (R3VIVAL in CSL_TEST_DATA, or R3VIVAL=FOLDER), five seeds (resumable, an hour)
	@$(MAKE) --no-print-directory -f data/study_room.mk TOOLS=$(TOOLS)
study-pauses: .build-tools ## Two sets of recorded speech, two floors, baselines in their strongest form (resumable)
	@$(MAKE) --no-print-directory -f data/study_pauses.mk TOOLS=$(TOOLS)
study-device: .build-tools corpus corpus-real ## Real motions and inertial samples (BROAD in CSL_TEST_DATA) from recording to directions
	@PATH=$(CURDIR)/$(TOOLS):$$PATH data/study_device.sh study/device corpus/flite corpus/real
	@mkdir -p docs/results && cp study/device/result.json docs/results/device.json && cp study/device/array.json docs/results/device-array.json
study-heading: .build-tools corpus-real ## Heading without magnetometer by a source that stands still (BROAD in CSL_TEST_DATA, resumable)
	@mkdir -p docs/results && PATH=$(CURDIR)/$(TOOLS):$$PATH data/study_heading.sh study/heading corpus/real >docs/results/heading.json.tmp
	@mv docs/results/heading.json.tmp docs/results/heading.json
study-drone: .build-tools ## A real drone on a turntable: blind positions, its heading by the sound, directions (CSL_TEST_DATA, a minute)
	@mkdir -p docs/results && PATH=$(CURDIR)/$(TOOLS):$$PATH data/study_drone.sh study/drone >docs/results/drone.json.tmp
	@mv docs/results/drone.json.tmp docs/results/drone.json
study-locata: .build-tools ## LOCATA=FOLDER: the corpus in its own layout, from its files to blind calibration and tables (resumable)
	@PATH=$(CURDIR)/$(TOOLS):$$PATH data/study_locata.sh "$(LOCATA)" study/locata

asan tsan: .deps-dev ## Unit tests under the address and undefined-behavior, or the thread sanitizer
	@cmake --preset $@ >/dev/null
	cmake --build --preset $@ -j $(JOBS)
	ctest --preset $@ -j $(JOBS)

tidy clang: .deps-dev ## clang-tidy over every source; build with clang, warnings are errors
	@cmake --preset $@ >/dev/null
	cmake --build --preset $@ -j $(JOBS)

SOURCES = $(shell git ls-files '*.h' '*.cpp')
format: .deps-dev ## Format every source
	clang-format -i $(SOURCES)
format-check: .deps-dev ## Fail if a source is not formatted
	@clang-format --dry-run --Werror $(SOURCES)
