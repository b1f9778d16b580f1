"""A clause in its place in the document: the words before it, itself, the words after."""

from dataclasses import dataclass

from tasks.models import Task

AROUND = 200


@dataclass(frozen=True)
class Passage:
    before: str
    clause: str
    after: str

    def near(self, around: int = AROUND) -> "Passage":
        """The passage with little of what surrounds it, cut at line ends where there are any."""
        before, after = self.before[-around:], self.after[:around]
        if len(before) < len(self.before):
            before = "…" + before.partition("\n")[2]
        if len(after) < len(self.after):
            after = after.rpartition("\n")[0] + "…"
        return Passage(before, self.clause, after)


def passage_of(task: Task) -> Passage | None:
    """Where the task stands in its notice; None for a task without a text or a place in it."""
    clause, text = task.clause, task.document.text
    if clause is None or not 0 <= clause.start < clause.end <= len(text):
        return None
    return Passage(
        before=text[: clause.start],
        clause=text[clause.start : clause.end],
        after=text[clause.end :],
    )
