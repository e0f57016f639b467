"""What outlives one answer: insights that later questions may draw on."""
