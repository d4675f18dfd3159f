
def read_files(paths: Sequence[Path]) -> list[Incoming]:
    """What each of the files or folders says. Raises KnowledgeError with every fault of all of them."""
    incoming: list[Incoming] = []
    problems: list[Problem] = []
    for path in paths:
