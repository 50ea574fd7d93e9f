# What pauses do to the errors of short windows: one model, two sets of recorded speech with different pauses, two floors, and
# baselines as they run by default and in their strongest form. Test data: nothing is chosen by it. Run through
# `make study-pauses`; interrupted, it resumes.
include data/common.mk

STUDY ?= study/pauses
SEED ?= 1
TRAIN_SESSIONS ?= 400
TEST_SESSIONS ?= 30
STEPS ?= 3000
STRIDE ?= 20
WINDOWS := 0.05,0.2,0.5,1,full
T60 := 0 0.25 0.5 0.75
SETS := real words
FLOORS := 40 70
RESULT ?= docs/results/pauses.json

# Every set at every floor is a folder of its own, with one report for each row of methods.
CASES := $(foreach s,$(SETS),$(foreach f,$(FLOORS),$(s)-$(f)))
METHODS := robust steered default strongest
REPORTS := $(foreach c,$(CASES),$(foreach m,$(METHODS),$(STUDY)/$(c)-$(m)/report.json))

$(RESULT): $(REPORTS)
	@$(call condense,make study-pauses SEED=$(SEED) TRAIN_SESSIONS=$(TRAIN_SESSIONS) TEST_SESSIONS=$(TEST_SESSIONS) \
	STEPS=$(STEPS) STRIDE=$(STRIDE))

simulate = mkdir -p $(STUDY) && $(TOOLS)/csl-simulate --out $@
$(STUDY)/train.sessions.h5: | corpus/flite/.complete
	@$(simulate) --speech corpus/flite --sessions $(TRAIN_SESSIONS) --t60 0:0.75 --start facing:+x --seed $(SEED)
$(STUDY)/model.h5: $(STUDY)/train.features.h5
	@$(TOOLS)/csl-train --in $< --out $@ --steps $(STEPS) --seed $(SEED) --reflect initial:+x --calibrate \
	  --checkpoint $(STUDY)/checkpoint --resume

# Sessions of a set at one T60; each test set has its own seed, so that none repeats another's motions.
define set_rule
$(STUDY)/$(1)-%.sessions.h5: | corpus/$(1)/.complete
	@$$(simulate) --speech corpus/$(1) --sessions $(TEST_SESSIONS) --t60 $$* --seed 8$$(subst .,,$$*)
endef
$(foreach s,$(SETS),$(eval $(call set_rule,$(s))))

define case_rule
$(STUDY)/$(1)-$(2)-at-%.features.h5: $(STUDY)/$(1)-%.sessions.h5
	@$(TOOLS)/csl-features --in $$< --floor-db=-$(2) --out $$@
$(STUDY)/$(1)-$(2)-robust.estimates.h5 $(STUDY)/$(1)-$(2)-steered.estimates.h5: $(STUDY)/$(1)-$(2)-%.estimates.h5: \
  $(STUDY)/model.h5 $(foreach t,$(T60),$(STUDY)/$(1)-$(2)-at-$(t).features.h5)
	@$(TOOLS)/csl-infer --model $$< --in $$(filter %.features.h5,$$^) --estimator $$* --window $(WINDOWS) --stride $(STRIDE) --out $$@
$(STUDY)/$(1)-$(2)-default/report.json: $(foreach t,$(T60),$(STUDY)/$(1)-$(t).sessions.h5)
	@$(TOOLS)/csl-eval --sessions $$^ --baselines srp-phat,lsdd,music --pooling world --search refined \
	  --floor-db=-$(2) --window $(WINDOWS) --stride $(STRIDE) --out $$(@D) >/dev/null
$(STUDY)/$(1)-$(2)-strongest/report.json: $(foreach t,$(T60),$(STUDY)/$(1)-$(t).sessions.h5)
	@$(TOOLS)/csl-eval --sessions $$^ --baselines srp-phat,lsdd,music --pooling world --search refined \
	  --band 340:8000 --onset-weights --floor-db=-$(2) --window $(WINDOWS) --stride $(STRIDE) --out $$(@D) >/dev/null
endef
$(foreach s,$(SETS),$(foreach f,$(FLOORS),$(eval $(call case_rule,$(s),$(f)))))
