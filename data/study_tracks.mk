# Tracks of two talkers, at rest and moving: from the mixture of directions and from the kernel density, with the models of
# make study-sources. Test data: nothing is chosen by it. Run through `make study-tracks`; interrupted, it resumes.
include data/study_sources.mk

TRACKS := $(STUDY)/tracks
TRACK_SESSIONS ?= 15
TRACK_RESULT ?= docs/results/tracks.json
# T60 and motion.
TRACK_SCENES := 0-rest 0-moving 0.25-rest 0.25-moving 0.5-rest 0.5-moving
kde_options := --estimator kde --max-sources 2 --source-share 0.15 --window 0.3 --stride 2
mixture_options := --estimator mixture --max-sources 3 --source-gain 0.5 --window 0.15 --stride 2
REPORTS := $(foreach e,$(ESTIMATORS),$(foreach s,$(SEEDS),$(foreach n,$(TRACK_SCENES),$(TRACKS)/$(e)-$(n)-$(s)/report.json)))

.PHONY: tracks
.DEFAULT_GOAL := tracks
tracks: $(TRACK_RESULT)
$(TRACK_RESULT): $(REPORTS)
	@$(call condense,make study-tracks SEEDS='$(SEEDS)' TRACK_SESSIONS=$(TRACK_SESSIONS))

speed_rest := 0
speed_moving := 0:25
$(TRACKS)/%.sessions.h5: | corpus/real/.complete
	@mkdir -p $(@D) && $(TOOLS)/csl-simulate --out $@ --speech corpus/real --sessions $(TRACK_SESSIONS) --sources 2 --min-separation 30 \
	  --t60 $(firstword $(subst -, ,$*)) --source-speed $(speed_$(lastword $(subst -, ,$*))) --seed 31
$(TRACKS)/%.features.h5: FEATURES_OPTIONS = --floor-db=-70

define track_rule
$(TRACKS)/$(1)-$(2)-$(3).estimates.h5: $(STUDY)/model-$(3).h5 $(TRACKS)/$(2).features.h5
	@$(TOOLS)/csl-infer --model $$< --in $$(word 2,$$^) $$($(1)_options) --track --out $$@
endef
$(foreach e,$(ESTIMATORS),$(foreach n,$(TRACK_SCENES),$(foreach s,$(SEEDS),$(eval $(call track_rule,$(e),$(n),$(s))))))
