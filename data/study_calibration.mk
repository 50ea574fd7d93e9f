# The study behind docs/understand/calibration.md, each stage a file: interrupted, it goes on where it was. Run through `make study-calibration`.
#   make study-calibration NAME=calibration-glasses ARRAY=data/arrays/glasses6_head.json SEEDS=1 LENGTHS=250    another array
#   make study-calibration NAME=calibration-anechoic TRAIN_T60=0 SEEDS=1 LENGTHS=167    learned without reverberation
#   make study-calibration NAME=calibration-ears ARRAY=/usr/share/libmysofa/MIT_KEMAR_normal_pinna.sofa SEEDS=1 LENGTHS=100 STEPS=1200 \
#     TRAIN_SPEECH=corpus/long TRAIN_MOTION=free TEST_SESSIONS=30    two ears: intervals of 15 s, axes that change
include data/common.mk

NAME ?= calibration
STUDY ?= study/$(NAME)
ARRAY ?= data/arrays/cube8_5cm.json
SEEDS ?= 1 2 3
# Sessions of about 3.6 s: 2, 5, 10, 30 and 60 minutes of recording; the shorter ones with the first seed only.
LENGTHS ?= 33 83 167 500 1000
LONGEST := $(lastword $(LENGTHS))
# Reverberation of the recordings that are learned from; 0: none.
TRAIN_T60 ?= 0:0.75
TRAIN_SPEECH ?= corpus/flite
TRAIN_MOTION ?= constant
STEPS ?= 3000
# Such as --precision bf16, where the processor has it.
TRAIN_OPTIONS ?=
TEST_SESSIONS ?= 60
# Frames between the centers of neighboring windows, for all methods alike.
STRIDE ?= 20
T60 := 0 0.25 0.5 0.75
ESTIMATORS := centroid robust steered
# Recordings without noise: what lies 70 dB below the loudest still tells a direction, and pauses have hardly anything
# else. The same bins for all methods; the network was trained on those above -40 dB.
FLOOR_DB ?= -70
WINDOWS := 0.05,0.2,0.5,1,full

TESTS := $(foreach t,$(T60),$(STUDY)/test-$(t).features.h5)
SESSIONS := $(foreach t,$(T60),$(STUDY)/test-$(t).sessions.h5)
RUNS := $(foreach s,$(SEEDS),$(s)-$(LONGEST)) $(foreach l,$(filter-out $(LONGEST),$(LENGTHS)),$(firstword $(SEEDS))-$(l))
REPORTS := $(foreach r,$(RUNS),$(foreach e,$(ESTIMATORS),$(STUDY)/$(r)-$(e)/report.json))
POSITIONS := $(foreach r,$(RUNS),$(STUDY)/$(r).json)
STEERED := $(foreach r,$(RUNS),$(STUDY)/$(r)-steered.estimates.h5)
SIGNATURES := $(foreach r,$(RUNS),$(STUDY)/$(r).signatures.csv)

docs/results/$(NAME).json: $(ARRAY) $(POSITIONS) $(SIGNATURES) $(REPORTS) $(STUDY)/known/report.json
	@mkdir -p docs/results
	@data/study_calibration.py $(ARRAY) $(POSITIONS) $(SIGNATURES) $(STUDY)/known/report.json > $@.tmp
	@for r in $(RUNS); do data/study_calibration.py $(ARRAY) \
	  $(foreach e,$(ESTIMATORS),$(STUDY)/$$r-$(e)/report.json) > docs/results/$(NAME)-$$r.json; done
	@data/study_directions.py $(STEERED) $(STUDY)/known/*.estimates.h5 > docs/results/$(NAME)-directions.csv
	@mv $@.tmp $@

# Each test set has its own seed, so that none repeats another's motions.
$(STUDY)/test-%.sessions.h5: | corpus/real/.complete
	@mkdir -p $(STUDY)
	@$(TOOLS)/csl-simulate --array $(ARRAY) --speech corpus/real --sessions $(TEST_SESSIONS) --t60 $* --seed 9$(subst .,,$*) --out $@

$(TESTS): FEATURES_OPTIONS = --floor-db=$(FLOOR_DB)

# `model_rule SEED LENGTH`: shorter recordings are the first sessions of the longest.
define model_rule
$(STUDY)/$(1)-$(2).sessions.h5: | $(TRAIN_SPEECH)/.complete
	@mkdir -p $(STUDY)
	@$(TOOLS)/csl-simulate --array $(ARRAY) --speech $(TRAIN_SPEECH) --sessions $(2) --t60 $(TRAIN_T60) \
	  --motion $(TRAIN_MOTION) --start facing:+x --seed $(1) --out $$@
$(STUDY)/$(1)-$(2).h5: $(STUDY)/$(1)-$(2).features.h5
	@$(TOOLS)/csl-train --calibrate --in $$< --out $$@ --steps $(STEPS) --reflect initial:+x --seed $(1) $(TRAIN_OPTIONS)
endef
$(foreach s,$(SEEDS),$(foreach l,$(LENGTHS),$(eval $(call model_rule,$(s),$(l)))))

$(STUDY)/%.json: $(STUDY)/%.h5
	@$(TOOLS)/csl-export --model $< --json $@
$(STUDY)/%.signatures.csv: $(STUDY)/%.h5
	@$(TOOLS)/csl-export --model $< --compare $(ARRAY) >$@.part
	@mv $@.part $@

define estimator_rule
.PRECIOUS: $(STUDY)/%-$(1).estimates.h5
$(STUDY)/%-$(1).estimates.h5: $(STUDY)/%.h5 $(TESTS)
	@$(TOOLS)/csl-infer --model $$< --in $(TESTS) --window $(WINDOWS) --stride $(STRIDE) --estimator $(1) --out $$@
endef
$(foreach e,$(ESTIMATORS),$(eval $(call estimator_rule,$(e))))

# Methods that know the array, on the same windows, pooled and refined in the same way.
$(STUDY)/known/report.json: $(STUDY)/$(firstword $(SEEDS))-$(LONGEST)-robust.estimates.h5 $(SESSIONS)
	@$(TOOLS)/csl-eval --estimates $< --sessions $(SESSIONS) --baselines srp-phat lsdd --pooling world --search refined \
	  --floor-db=$(FLOOR_DB) --window 0.05 0.2 0.5 1 full --stride $(STRIDE) --out $(@D) >/dev/null
