"""Pages and JSON API: parse, call one service, answer."""
