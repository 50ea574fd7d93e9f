# How good does the learner get, how soon and from how much recording? Run through `make study-learning`; interrupted, it goes on
# where it was. Recordings are made as those of `make paper` of that SCALE; PAPER=paper takes them from there.
PAPER ?= study/learning
SCALE ?= 0.2
SEEDS ?= 1 2 3
TRAIN_OPTIONS ?=
STRIDE ?= 4
# Minutes of training, in steps: what two cores with AVX2 do in one. Fixed, so that results do not depend on the machine.
STEPS_A_MINUTE ?= 800
TIMES ?= 1 5 15
# Minutes of recording, as sessions of 3.8 s; trained for AMOUNT_MINUTES each.
AMOUNTS ?= 1 2 5 10 30 60
AMOUNT_MINUTES ?= 2
AMOUNT_SEEDS ?= $(firstword $(SEEDS))
RESULT ?= docs/results/learning.json

include data/paper.mk
.DEFAULT_GOAL := study
.PHONY: study
study: $(RESULT)

TIME_NAMES := $(foreach m,$(TIMES),time-$(m))
AMOUNT_NAMES := $(foreach m,$(AMOUNTS),amount-$(m))
REPORTS := $(foreach n,$(TIME_NAMES) $(AMOUNT_NAMES),$(PAPER)/$(n)/report.json)

$(RESULT): $(REPORTS)
	@$(call condense,make study-learning SCALE=$(SCALE) SEEDS='$(SEEDS)' TIMES='$(TIMES)' AMOUNTS='$(AMOUNTS)' STRIDE=$(STRIDE) \
	STEPS_A_MINUTE=$(STEPS_A_MINUTE) TRAIN_OPTIONS='$(TRAIN_OPTIONS)')

# A fifth of an amount is held out: its self-supervised loss chooses the weights. `sessions SHARE MINUTES`
sessions = $(shell awk 'BEGIN { printf "%.0f", $(1) * $(2) * 60 / 3.83 }')
define amount_rule
$(PAPER)/amount-$(1).sessions.h5: | $(TRAIN_CORPUS)
	@mkdir -p $(PAPER)
	@$$(simulate) --speech $(TRAIN_SPEECH) --sessions $(call sessions,0.8,$(1)) --t60 0:0.75 --start facing:+x --seed 1
$(PAPER)/amount-$(1)-valid.sessions.h5: | $(TRAIN_CORPUS)
	@mkdir -p $(PAPER)
	@$$(simulate) --speech $(TRAIN_SPEECH) --sessions $(call sessions,0.2,$(1)) --t60 0:0.75 --start facing:+x --seed 2
endef
$(foreach m,$(AMOUNTS),$(eval $(call amount_rule,$(m))))

# run_rule NAME SEED MINUTES TRAINING_FEATURES VALIDATION_FEATURES
define run_rule
$(PAPER)/$(1)-$(2).h5: $(4) $(5)
	@$$(train) --steps $$$$(($(3) * $(STEPS_A_MINUTE))) --seed $(2) \
	  --history $(PAPER)/$(1)-$(2).jsonl --checkpoint $(PAPER)/checkpoint-$(1)-$(2)
$(PAPER)/$(1)-$(2).estimates.h5: $(PAPER)/$(1)-$(2).h5 $(TESTS)
	@$$(infer) --window $(WINDOWS) --stride $(STRIDE)
endef
$(foreach s,$(SEEDS),$(foreach m,$(TIMES),$(eval $(call run_rule,time-$(m),$(s),$(m),$(PAPER)/train.features.h5,$(PAPER)/valid.features.h5))))
$(foreach s,$(AMOUNT_SEEDS),$(foreach m,$(AMOUNTS),$(eval $(call run_rule,amount-$(m),$(s),$(AMOUNT_MINUTES),$(PAPER)/amount-$(m).features.h5,$(PAPER)/amount-$(m)-valid.features.h5))))

# report_rule NAME SEEDS
define report_rule
$(PAPER)/$(1)/report.json: $(foreach s,$(2),$(PAPER)/$(1)-$(s).estimates.h5)
	@$(TOOLS)/csl-eval --estimates $$^ --out $$(@D) >/dev/null
endef
$(foreach n,$(TIME_NAMES),$(eval $(call report_rule,$(n),$(SEEDS))))
$(foreach n,$(AMOUNT_NAMES),$(eval $(call report_rule,$(n),$(AMOUNT_SEEDS))))
