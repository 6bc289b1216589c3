"""What people make of quotes together: lenses, memos and boards."""
