# What the experiments share: the shell, speech, features of recordings and reports of estimates. Included at the top of each.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
# What a chain of rules makes on its way stays. Not `.SECONDARY:`, with which what is missing (another seed's model) would not be made.
.PRECIOUS: %.sessions.h5 %.features.h5

TOOLS ?= build/tools

corpus/flite/.complete:
	@data/make_corpus.sh corpus/flite 400
	@touch $@
corpus/long/.complete: corpus/flite/.complete
	@data/join_speech.py corpus/flite corpus/long 4 150
	@touch $@
corpus/real/.complete:
	@data/make_corpus_real.sh corpus/real
corpus/words/.complete:
	@data/make_corpus_words.sh corpus/words

features = $(TOOLS)/csl-features --in $< $(FEATURES_OPTIONS) --out $@
%.features.h5: %.sessions.h5
	@$(features)

%/report.json: %.estimates.h5
	@$(TOOLS)/csl-eval --estimates $< --out $(@D) >/dev/null

# `condense COMMAND`: the target from the reports it depends on, with the command that made them.
condense = mkdir -p $(@D) && data/condense_report.py "$(1)" $(filter %/report.json,$^) >$@.part && mv $@.part $@

# The including file's first target is the one that is made.
.DEFAULT_GOAL :=
