# Several talkers at once: the mixture of directions and the kernel density, with the same models on the same sessions. Test
# data: nothing is chosen by it. Run through `make study-sources`; interrupted, it resumes.
include data/common.mk

STUDY ?= study/sources
SEEDS ?= 1 2 3
TRAIN_SESSIONS ?= 400
TEST_SESSIONS ?= 60
STEPS ?= 3000
STRIDE ?= 40
WINDOWS := 0.05,0.2,0.5,1
# Number of talkers and T60.
SCENES := 2-0 2-0.25 2-0.5 3-0.25 3-0.5 4-0.25 4-0.5
ESTIMATORS := kde mixture
RESULT ?= docs/results/sources.json

ESTIMATES := $(foreach e,$(ESTIMATORS),$(foreach s,$(SEEDS),$(foreach n,$(SCENES),$(STUDY)/$(e)-$(n)-$(s).estimates.h5)))

$(RESULT): $(STUDY)/report/report.json
	@$(call condense,make study-sources SEEDS='$(SEEDS)' SCENES='$(SCENES)' TRAIN_SESSIONS=$(TRAIN_SESSIONS) TEST_SESSIONS=$(TEST_SESSIONS) \
	STEPS=$(STEPS) STRIDE=$(STRIDE))
$(STUDY)/report/report.json: $(ESTIMATES)
	@$(TOOLS)/csl-eval --estimates $^ --out $(@D) >/dev/null

simulate = mkdir -p $(STUDY) && $(TOOLS)/csl-simulate --out $@
$(STUDY)/train.sessions.h5: | corpus/flite/.complete
	@$(simulate) --speech corpus/flite --sessions $(TRAIN_SESSIONS) --t60 0:0.75 --start facing:+x --seed 1
.PRECIOUS: $(STUDY)/model-%.h5
$(STUDY)/model-%.h5: $(STUDY)/train.features.h5
	@$(TOOLS)/csl-train --in $< --out $@ --steps $(STEPS) --seed $* --reflect initial:+x --calibrate \
	  --checkpoint $(STUDY)/checkpoint-$* --resume

# Each scene has its own seed, so that none repeats another's motions. The test sessions have no noise: what is 70 dB below
# the loudest tells a direction too.
$(STUDY)/test-%.sessions.h5: | corpus/real/.complete
	@$(simulate) --speech corpus/real --sessions $(TEST_SESSIONS) --sources $(firstword $(subst -, ,$*)) \
	  --t60 $(lastword $(subst -, ,$*)) --seed 6$(subst .,,$(subst -,,$*))
$(STUDY)/test-%.features.h5: FEATURES_OPTIONS = --floor-db=-70

define estimate_rule
$(STUDY)/$(1)-$(2)-$(3).estimates.h5: $(STUDY)/model-$(3).h5 $(STUDY)/test-$(2).features.h5
	@$(TOOLS)/csl-infer --model $$< --in $$(word 2,$$^) --estimator $(1) --max-sources $(firstword $(subst -, ,$(2))) \
	  --window $(WINDOWS) --stride $(STRIDE) --out $$@
endef
$(foreach e,$(ESTIMATORS),$(foreach n,$(SCENES),$(foreach s,$(SEEDS),$(eval $(call estimate_rule,$(e),$(n),$(s))))))
