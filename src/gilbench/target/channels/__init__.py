"""One file a channel; each registers CHANNEL."""
