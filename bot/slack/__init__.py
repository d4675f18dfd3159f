"""The Slack door: Bolt listeners around the Faq object, over HTTP and Socket Mode alike."""
