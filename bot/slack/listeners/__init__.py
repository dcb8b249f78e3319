"""What people do in Slack, one module per flow; each is registered explicitly by `slack.app`."""
