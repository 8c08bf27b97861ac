"""People confirm, correct or reject the business conditions that were found by machine."""
