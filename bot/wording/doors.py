"""The doors by which questions come: their names in the query log and the metrics, and the labels that people read."""

SLACK = "slack"
WATCHING = "watch"  # what nobody addressed to us, in channels of Slack
WEB = "web"
API = "api"
MCP = "mcp"
CLI = "cli"

LABELS = {SLACK: "Slack", WATCHING: "Slack（見守り）", WEB: "Web", API: "API", MCP: "MCP", CLI: "コマンド"}
