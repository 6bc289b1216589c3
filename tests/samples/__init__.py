"""The archive that ships with Storyhold, held to what its page says of it."""
