"""HTTP in: Cal.com's webhooks, health, and the door in front of Slack's endpoint."""
