"""One file a language: how its functions are found and where its documentation stands."""
