"""What Humanloop's export tool saved, made again by the API (contracts/humanloop-v4.md §8.2)."""
