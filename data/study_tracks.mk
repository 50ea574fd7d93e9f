# Tracks of one and two talkers, at rest and moving, by the mixture of directions and by the kernel density, with the models of
# make study-sources. Test data: nothing is chosen by it. Run through `make study-tracks`; interrupted, it resumes.
include data/study_sources.mk

TRACKS := $(STUDY)/tracks
TRACK_SEEDS ?= 1
TRACK_RESULT ?= docs/results/tracks.json
# Array, number of talkers, T60, motion of the talkers, and noise of the microphones, dB below the talkers (none: no noise).
# The array that turns hears sentences; the array at rest hears talkers of 12 to 19 s.
TRACK_SCENES := turning-2-0-rest-none turning-2-0-moving-none turning-2-0.25-rest-none turning-2-0.25-moving-none \
  turning-2-0.5-rest-none turning-2-0.5-moving-none \
  fixed-1-0.25-rest-none fixed-1-0.5-rest-none fixed-1-0.25-rest-20 fixed-1-0.5-moving-none \
  fixed-2-0.25-rest-none fixed-2-0.5-rest-none fixed-2-0.25-rest-20 fixed-2-0.5-moving-none
kde_options := --estimator kde --max-sources 2 --source-share 0.15 --window 0.3 --stride 2
mixture_options := --estimator mixture --max-sources 3 --source-gain 0.5 --window 0.15 --stride 2
REPORTS := $(foreach s,$(TRACK_SEEDS),$(foreach n,$(TRACK_SCENES),$(foreach e,$(ESTIMATORS),$(TRACKS)/$(e)-$(n)-$(s)/report.json)))

.PHONY: tracks
.DEFAULT_GOAL := tracks
tracks: $(TRACK_RESULT)
$(TRACK_RESULT): $(REPORTS)
	@$(call condense,make study-tracks TRACK_SEEDS='$(TRACK_SEEDS)' TRACK_SCENES='$(TRACK_SCENES)')

corpus/talkers/.complete: corpus/real/.complete
	@data/join_speech.py corpus/real corpus/talkers 5 60
	@touch $@

# `part N`: the Nth part of the scene's name.
part = $(word $(1),$(subst -, ,$*))
speed_rest := 0
speed_moving := 0:25
turning_options := --speech corpus/real --sessions 15 --seed 31
fixed_options := --speech corpus/talkers --sessions 8 --angular-speed 0.001 --seed 32
snr_none :=
snr_20 := --snr 20
$(TRACKS)/%.sessions.h5: | corpus/real/.complete corpus/talkers/.complete
	@mkdir -p $(@D) && $(TOOLS)/csl-simulate --out $@ $($(call part,1)_options) --sources $(call part,2) --min-separation 30 \
	  --t60 $(call part,3) --source-speed $(speed_$(call part,4)) $(snr_$(call part,5))
$(TRACKS)/%.features.h5: FEATURES_OPTIONS = --floor-db=-70

define track_rule
$(TRACKS)/$(1)-$(2)-$(3).estimates.h5: $(STUDY)/model-$(3).h5 $(TRACKS)/$(2).features.h5
	@$(TOOLS)/csl-infer --model $$< --in $$(word 2,$$^) $$($(1)_options) --causal --track --out $$@
endef
$(foreach e,$(ESTIMATORS),$(foreach n,$(TRACK_SCENES),$(foreach s,$(TRACK_SEEDS),$(eval $(call track_rule,$(e),$(n),$(s))))))
