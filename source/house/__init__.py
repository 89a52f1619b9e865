"""The house style: how a code base writes its documentation, and text dressed in it."""
