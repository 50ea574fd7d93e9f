# Does training leave its start, from how many seeds, and how soon? Run through `make study-convergence`; interrupted, it goes on where it was.
include data/common.mk

STUDY ?= study
RESULTS ?= docs/results/convergence
SEEDS ?= 20
OTHER_SEEDS ?= 5
simulate = $(TOOLS)/csl-simulate --speech corpus/flite --array cube8 --sessions 100 --t60 0:0.75
study = data/study_convergence.py --tools $(TOOLS) --results $(RESULTS)

.PHONY: study
study: $(STUDY)/free.features.h5 $(STUDY)/head.features.h5
	@$(study) --features $(STUDY)/free.features.h5 --name "6 minutes, free axes" --seeds $(SEEDS)
	@$(study) --features $(STUDY)/free.features.h5 --name "6 minutes, free axes" --seeds $(OTHER_SEEDS) --limit 2000 \
	  --hidden 256,128 512,256,128 1024,512,256 --input covariance stft
	@$(study) --features $(STUDY)/head.features.h5 --name "6 minutes, heads" --seeds $(OTHER_SEEDS)
	@$(study) --summary

$(STUDY)/free.sessions.h5: | corpus/flite/.complete
	@mkdir -p $(STUDY)
	@$(simulate) --start facing:+x --seed 21 --out $@
$(STUDY)/head.sessions.h5: | corpus/flite/.complete
	@mkdir -p $(STUDY)
	@$(simulate) --motion head --seed 22 --out $@
