# An array that turns about a point apart from its center, with sources at several distances: directions by the steered
# estimator with known positions, which takes sources as far. The truth is the direction from the array's center at each moment.
# Test data: nothing is chosen by it.
# Run through `make study-pivot`; interrupted, it resumes.
include data/common.mk

STUDY ?= study/pivot
TEST_SESSIONS ?= 12
STRIDE ?= 10
WINDOWS := 0.05,0.2,0.5,1,full
PIVOTS_CM := 00 08 16
DISTANCES := 0.5 1 2 3
ESTIMATORS := steered
RESULT ?= docs/results/pivot.json

REPORTS := $(foreach e,$(ESTIMATORS),$(foreach p,$(PIVOTS_CM),$(foreach d,$(DISTANCES),$(STUDY)/$(e)-$(p)cm-$(d)m/report.json)))

$(RESULT): $(REPORTS)
	@$(call condense,make study-pivot TEST_SESSIONS=$(TEST_SESSIONS) STRIDE=$(STRIDE))

# The turning point is behind the array, as a neck is behind and below glasses. All cases have the same motions.
$(STUDY)/%.sessions.h5: | corpus/real/.complete
	@mkdir -p $(STUDY) && $(TOOLS)/csl-simulate --out $@ --speech corpus/real --sessions $(TEST_SESSIONS) --seed 71 --t60 0 \
	  --room 8,8,8 --pivot=-0.$(firstword $(subst cm-, ,$*)),0,0 --source-distance $(subst m,,$(lastword $(subst cm-, ,$*)))
$(STUDY)/%.features.h5: FEATURES_OPTIONS = --floor-db=-70
define estimate_rule
$(STUDY)/$(1)-%.estimates.h5: $(STUDY)/%.features.h5
	@$(TOOLS)/csl-infer --array cube8 --in $$< --estimator $(1) --window $(WINDOWS) --stride $(STRIDE) --out $$@
endef
$(foreach e,$(ESTIMATORS),$(eval $(call estimate_rule,$(e))))
