// Nothing: this target only exists for its precompiled headers.
