# The demo's stages, each a file: interrupted, it goes on where it was. Run through `make demo`.
include data/common.mk

DEMO ?= demo
SEED ?= 1
TRAIN_SESSIONS ?= 300
TEST_SESSIONS ?= 20
STEPS ?= 1500
T60 := 0 0.25 0.5 0.75
WINDOWS := 0.05,0.2,0.5,1,full
TESTS := $(foreach t,$(T60),$(DEMO)/test-$(t).features.h5)

# Measured with cube8: sound and features of a training session take 6.6 MB, those of a test session 6.4 MB. The rest is small.
NEEDED_MB := $(shell echo $$(((66 * $(TRAIN_SESSIONS) + 64 * 4 * $(TEST_SESSIONS)) / 10 + 20)))

.PHONY: demo announce clean
demo: $(DEMO)/report/report.html
	@echo
	@echo "Mean error in degrees, trained without a label on $(TRAIN_SESSIONS) sessions of synthetic speech,"
	@echo "tested on $(TEST_SESSIONS) sessions of recorded human speech a column:"
	@echo
	@cat $(DEMO)/report/table.txt
	@echo
	@echo "report   $(DEMO)/report/report.html   (open it in a browser)"
	@echo "model    $(DEMO)/model.h5"
	@echo "next     another array:  make demo DEMO=demo-glasses ARRAY=data/arrays/glasses6.json"
	@echo "         longer:         make demo DEMO=demo-long TRAIN_SESSIONS=1000 TEST_SESSIONS=60 STEPS=10000"
	@echo "         your own files: README.md"

# Said before anything is installed or built. Disk space is counted with what an interrupted demo left.
announce:
	@mkdir -p $(DEMO)
	@free=$$(df --output=avail -m $(DEMO) | tail -1); used=$$(du -sm $(DEMO) | cut -f1); \
	echo "The demo needs $(NEEDED_MB) MB of disk in $(DEMO)/ and, with its usual numbers, under 10 minutes on 2 cores"; \
	echo "(a first build takes some minutes more). \`make clean-demo\` gives the disk space back."; \
	if ((free + used < $(NEEDED_MB))); then echo "demo: only $$free MB are free in $(DEMO)/" >&2; exit 4; fi

clean:
	rm -rf $(DEMO)

ARRAY ?= cube8
simulate = $(TOOLS)/csl-simulate --array $(ARRAY) --out $@

# Every training session starts with the array facing the source (its +x half space): this is what tells
# the learned map from its mirror image, in place of any label.
$(DEMO)/train.sessions.h5: | corpus/flite/.complete
	@mkdir -p $(DEMO)
	@$(simulate) --speech corpus/flite --sessions $(TRAIN_SESSIONS) --t60 0:0.75 --start facing:+x --seed $(SEED)

# Each test set has its own seed, so that none repeats another's motions.
.PRECIOUS: $(DEMO)/test-%.sessions.h5
$(DEMO)/test-%.sessions.h5: | corpus/real/.complete
	@mkdir -p $(DEMO)
	@$(simulate) --speech corpus/real --sessions $(TEST_SESSIONS) --t60 $* --seed 9$(subst .,,$*)

# These recordings have no noise: what is 70 dB below the loudest tells a direction too. Training keeps to the usual -40 dB.
$(TESTS): FEATURES_OPTIONS = --floor-db=-70

$(DEMO)/model.h5: $(DEMO)/train.features.h5
	@$(TOOLS)/csl-train --in $< --out $@ --steps $(STEPS) --reflect initial:+x --calibrate --seed $(SEED) \
	  --history $(DEMO)/history.jsonl

# Twice: by the network alone, and by the array's responses that were learned with it.
$(DEMO)/%.estimates.h5: $(DEMO)/model.h5 $(TESTS)
	@$(TOOLS)/csl-infer --model $< --in $(TESTS) --out $@ --estimator $* --window $(WINDOWS) --stride 10

$(DEMO)/report/report.html: $(DEMO)/robust.estimates.h5 $(DEMO)/steered.estimates.h5
	@mkdir -p $(DEMO)
	@$(TOOLS)/csl-eval --estimates $^ --sessions $(TESTS:.features.h5=.sessions.h5) --out $(@D) >$(DEMO)/table.part
	@mv $(DEMO)/table.part $(@D)/table.txt
