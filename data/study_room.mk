# A real array in a real room: R3VIVAL's measured responses, blind calibration, and methods that know the array. Conditions and
# loudspeakers of the test are not those of the training. Run through `make study-room`; interrupted, it resumes.
# Needs CSL_TEST_DATA with the folder r3vival, or R3VIVAL=FOLDER: your own copy of the data set. Needs numpy and ffmpeg.
include data/common.mk

STUDY ?= study/room
R3VIVAL ?= $(CSL_TEST_DATA)/r3vival
SEEDS ?= 1 2 3 4 5
TRAIN_SESSIONS ?= 240
TEST_SESSIONS ?= 48
FIRST_STEPS ?= 1000
STEPS ?= 1000
STRIDE ?= 20
FLOOR_DB ?= -40
TRAIN_ROOMS ?= 000,050
TEST_ROOMS ?= 100,R
TRAIN_SOURCES := 'S000*,S060*,S120*,S180*,S240*,S300*'
TEST_SOURCES := 'S030*,S090*,S150*,S210*,S270*,S330*'
WINDOWS := 0.05,0.2,0.5,1,full
RESULT ?= docs/results/room.json

FEATURES_OPTIONS = --floor-db=$(FLOOR_DB)
# Blind methods; "first" is the network that learned from the room alone, "robust" learned from simulated sessions of the array
# that was found as well.
BLIND := first robust steered
REPORTS := $(foreach s,$(SEEDS),$(foreach m,$(BLIND) nominal known,$(STUDY)/$(s)-$(m)/report.json))
ARRAYS := $(foreach s,$(SEEDS),$(STUDY)/$(s).array.json)

$(RESULT): $(REPORTS) $(ARRAYS) $(STUDY)/fit.json
	@mkdir -p $(@D) && /usr/bin/python3 data/study_room.py "make study-room SEEDS='$(SEEDS)'" $(STUDY)/fit.json $(ARRAYS) $(REPORTS) >$@.part && mv $@.part $@

$(STUDY)/fit.json:
	@test -d "$(R3VIVAL)" || { echo "R3VIVAL=FOLDER: expected the data set's folder, found \"$(R3VIVAL)\""; exit 1; }
	@mkdir -p $(@D) && /usr/bin/python3 data/r3vival.py "$(R3VIVAL)" --table $(STUDY)/table/responses.json --fit $@

$(STUDY)/nominal.json: $(STUDY)/fit.json
	@/usr/bin/python3 -c 'import json, sys; t = json.load(open(sys.argv[1])); print(json.dumps({"name": "nominal", "positions_m": t["positions_m"]}))' \
	  $(STUDY)/table/responses.json >$@

rooms = $(TOOLS)/csl-simulate --responses $(STUDY)/table --out $@
# `seed_rules SEED`
define seed_rules
$(STUDY)/$(1)-room.sessions.h5: $(STUDY)/fit.json | corpus/flite/.complete
	@$$(rooms) --speech corpus/flite --sessions $(TRAIN_SESSIONS) --response-rooms $(TRAIN_ROOMS) \
	  --response-sources $(TRAIN_SOURCES) --seed $(1)
$(STUDY)/$(1)-test.sessions.h5: $(STUDY)/fit.json | corpus/real/.complete
	@$$(rooms) --speech corpus/real --sessions $(TEST_SESSIONS) --response-rooms $(TEST_ROOMS) \
	  --response-sources $(TEST_SOURCES) --seed 9$(1)
$(STUDY)/$(1)-first.network.h5: $(STUDY)/$(1)-room.features.h5
	@$(TOOLS)/csl-train --in $$< --out $$@ --steps $(FIRST_STEPS) --seed $(1) --reflect mics:0,1,x \
	  --checkpoint $(STUDY)/$(1)-first.checkpoint --resume
$(STUDY)/$(1)-first.model.h5: $(STUDY)/$(1)-first.network.h5 $(STUDY)/$(1)-room.features.h5
	@$(TOOLS)/csl-train --model $$< --in $$(word 2,$$^) --calibrate --out $$@
$(STUDY)/$(1)-first.array.json: $(STUDY)/$(1)-first.model.h5
	@$(TOOLS)/csl-export --model $$< --json $$@
# The array that was found, turned freely in simulated rooms: the room's 24 orientations alone do not tell a network what lies
# between them.
$(STUDY)/$(1)-found.sessions.h5: $(STUDY)/$(1)-first.array.json | corpus/flite/.complete
	@$(TOOLS)/csl-simulate --array $$< --speech corpus/flite --sessions $(TRAIN_SESSIONS) --t60 0.2:0.8 \
	  --seed 10$(1) --out $$@
$(STUDY)/$(1)-second.network.h5: $(STUDY)/$(1)-room.features.h5 $(STUDY)/$(1)-found.features.h5
	@$(TOOLS)/csl-train --in $$^ --out $$@ --steps $(STEPS) --seed $(1) --reflect mics:0,1,x \
	  --checkpoint $(STUDY)/$(1)-second.checkpoint --resume
# The recordings of the room alone are calibrated again, with the better network's labels and confidence.
$(STUDY)/$(1).model.h5: $(STUDY)/$(1)-second.network.h5 $(STUDY)/$(1)-room.features.h5
	@$(TOOLS)/csl-train --model $$< --in $$(word 2,$$^) --calibrate --out $$@
$(STUDY)/$(1).array.json: $(STUDY)/$(1).model.h5
	@$(TOOLS)/csl-export --model $$< --json $$@
$(STUDY)/$(1)-first.estimates.h5: $(STUDY)/$(1)-first.model.h5 $(STUDY)/$(1)-test.features.h5
	@$$(infer) --estimator robust
$(STUDY)/$(1)-robust.estimates.h5: $(STUDY)/$(1).model.h5 $(STUDY)/$(1)-test.features.h5
	@$$(infer) --estimator robust
$(STUDY)/$(1)-steered.estimates.h5: $(STUDY)/$(1).model.h5 $(STUDY)/$(1)-test.features.h5
	@$$(infer) --estimator steered
$(STUDY)/$(1)-nominal.estimates.h5: $(STUDY)/nominal.json $(STUDY)/$(1)-test.features.h5
	@$(TOOLS)/csl-infer --array $$(word 1,$$^) --in $$(word 2,$$^) --estimator steered --window $(WINDOWS) --stride $(STRIDE) --out $$@
$(STUDY)/$(1)-known/report.json: $(STUDY)/$(1)-test.sessions.h5
	@$(TOOLS)/csl-eval --sessions $$< --baselines srp-phat,lsdd,music --pooling world --search refined \
	  --band 340:8000 --onset-weights --floor-db=$(FLOOR_DB) --window $(WINDOWS) --stride $(STRIDE) --out $$(@D) >/dev/null
endef
infer = $(TOOLS)/csl-infer --model $(word 1,$^) --in $(word 2,$^) --window $(WINDOWS) --stride $(STRIDE) --out $@
$(foreach s,$(SEEDS),$(eval $(call seed_rules,$(s))))
