"""Building personas: statements with their evidence, written into the persona’s file."""
