"""A small chart in one line of text: questions a day as bars, with the figures that bars do not say."""

from datetime import timedelta

from knowledge.questions.statistics import DailyCounts

CHARTED_DAYS = 14
BARS = "▁▂▃▅▇"  # the first one for none


def daily_line(daily: DailyCounts) -> str:
    """The bars from the first day to the last one, with the most, the mean and the last day's count."""
    counts, most = daily.counts, max(daily.counts)
    bars = "".join(BARS[1 + 3 * count // most] if count else BARS[0] for count in counts)
    first, last = (f"{day.month}/{day.day}" for day in (daily.last - timedelta(days=len(counts) - 1), daily.last))
    return f"{first} {bars} {last}　最多 {most}・平均 {sum(counts) / len(counts):.1f}・{last} {counts[-1]}"
