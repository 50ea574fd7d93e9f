# What the choices of training are worth: one at a time against the defaults, on the same recordings, steps and seed. Validation
# data, since choices are made by it: synthetic speech of the training's voices, other sentences and motions. Run through
# `make study-choices`; interrupted, it goes on where it was.
include data/common.mk

STUDY ?= study/choices
SEED ?= 1
STEPS ?= 1500
SESSIONS ?= 250
VALIDATION_SESSIONS ?= 40
STRIDE ?= 10
WINDOWS := 0.05,0.2,0.5,1,full
T60 := 0 0.5 0.75
RESULT ?= docs/results/choices.json

# csl-train's options of each choice. The pairwise loss alone is not among them: it does not learn these recordings (exit 5).
default :=
stft := --input stft
alone := --smooth-bins 0 --thin-bins 1
weight := --normalization weight
mixture := --loss sub-contrastive+0.3*contrastive
supervised := --loss supervised
adam := --optimizer adam
small := --hidden 256,128
large := --hidden 1024,512,256
bf16 := --precision bf16
CHOICES := default stft alone weight mixture supervised adam small large
# Where the processor has it.
CHOICES += $(if $(shell grep -m1 -o avx512_bf16 /proc/cpuinfo),bf16)

TESTS := $(foreach t,$(T60),$(STUDY)/validation-$(t).features.h5)
REPORTS := $(foreach c,$(CHOICES),$(STUDY)/$(c)/report.json)

$(RESULT): $(REPORTS)
	@$(call condense,make study-choices SEED=$(SEED) STEPS=$(STEPS) SESSIONS=$(SESSIONS) \
	VALIDATION_SESSIONS=$(VALIDATION_SESSIONS) STRIDE=$(STRIDE))

simulate = $(TOOLS)/csl-simulate --speech corpus/flite --out $@
$(STUDY)/train.sessions.h5: | corpus/flite/.complete
	@mkdir -p $(STUDY)
	@$(simulate) --sessions $(SESSIONS) --t60 0:0.75 --start facing:+x --seed 1
.PRECIOUS: $(STUDY)/validation-%.sessions.h5
$(STUDY)/validation-%.sessions.h5: | corpus/flite/.complete
	@mkdir -p $(STUDY)
	@$(simulate) --sessions $(VALIDATION_SESSIONS) --t60 $* --seed 3$(subst .,,$*)
$(TESTS): FEATURES_OPTIONS = --floor-db=-70

define choice_rule
$(STUDY)/$(1).h5: $(STUDY)/train.features.h5
	@$(TOOLS)/csl-train --in $$< --out $$@ --steps $(STEPS) --seed $(SEED) --reflect initial:+x \
	  --history $(STUDY)/$(1).jsonl --checkpoint $(STUDY)/checkpoint-$(1) --resume $($(1))
endef
$(foreach c,$(CHOICES),$(eval $(call choice_rule,$(c))))

.PRECIOUS: $(STUDY)/%.estimates.h5
$(STUDY)/%.estimates.h5: $(STUDY)/%.h5 $(TESTS)
	@$(TOOLS)/csl-infer --model $< --in $(TESTS) --window $(WINDOWS) --stride $(STRIDE) --out $@
