# Devices of strangers by csl-calibrate: arrays, axes, clocks, units and loggers drawn at random; each device's two recordings
# in one command, with the reflection by world:+z, and decided again by initial. Run through `make study-command`;
# interrupted, it resumes. Needs numpy (python3-numpy).
include data/common.mk

STUDY ?= study/command-$(SEED)
DEVICES ?= 1 2 3 4 5
STEPS ?= 1500
SEED ?= 1
RESULT ?= docs/results/command-$(SEED).json

.PRECIOUS: $(STUDY)/%/truth.json $(STUDY)/%/world/report.json
judged := $(foreach d,$(DEVICES),$(STUDY)/$(d)/judged.json)

$(RESULT): $(judged)
	@mkdir -p $(@D) && /usr/bin/python3 data/study_command.py collect "make study-command STEPS=$(STEPS) SEED=$(SEED)" $^ >$@.part && mv $@.part $@

$(STUDY)/%/truth.json: | corpus/real/.complete
	@PATH=$(abspath $(TOOLS)):$$PATH /usr/bin/python3 data/study_command.py make $(@D) --seed $* --speech corpus/real

# A refused recording is a result too: the report says why.
$(STUDY)/%/world/report.json: $(STUDY)/%/truth.json
	@$(TOOLS)/csl-calibrate $(<D)/one.wav $(<D)/one.csv $(<D)/two.wav $(<D)/two.csv --out $(@D) --reflect world:+z \
	  --steps $(STEPS) --seed $(SEED) || [ $$? = 3 ]

$(STUDY)/%/judged.json: $(STUDY)/%/world/report.json
	@PATH=$(abspath $(TOOLS)):$$PATH /usr/bin/python3 data/study_command.py again $(<D) $(STUDY)/$*
	@/usr/bin/python3 data/study_command.py judge $(STUDY)/$* $(<D) $(STUDY)/$*/initial >$@.part && mv $@.part $@
