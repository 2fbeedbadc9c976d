"""The pages a practice sees and the addresses machines watch. No other floor knows FastAPI."""
