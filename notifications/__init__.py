"""Letters: their words, their bytes, and the stages of handing one to the mail relay."""
