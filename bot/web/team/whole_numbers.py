"""Numbers in forms and addresses, which anybody can write."""

GREATEST = 2**31 - 1  # of a column for integers
MOST_DIGITS = len(str(GREATEST))


def whole_number(text: str) -> int:
    """The number that a text is, from 0 to what a column holds. Raises ValueError for any other."""
    number = int(text) if len(text) <= MOST_DIGITS else -1
    if not 0 <= number <= GREATEST:
        raise ValueError(text)
    return number
