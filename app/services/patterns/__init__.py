"""What recurs across stories: which themes occur together, in whose stories, where and when."""
