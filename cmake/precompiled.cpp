// A target needs a source; this one is only there for its precompiled headers.
