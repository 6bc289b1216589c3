"""The pages in a real browser, asked of a real server."""
