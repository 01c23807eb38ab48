"""What the map draws: a guide's steps, and which chapter's answers come back where."""

from django.utils.safestring import SafeString

from workbook.authoring.desk.content import TextFolder
from workbook.authoring.desk.drawing import BookMapBox, Row, wiring
from workbook.authoring.desk.outline import BookOutline
from workbook.prompts.kinds.guide import Guide, GuideWay

MOST_WORDS = 60
"""Letters of a question's beginning that tell which one it is."""


def guide_drawn(guide: Guide) -> SafeString:
    """Returns a picture of every step with its ways on; an end is named in its row."""
    boxes = [
        BookMapBox(
            step.id,
            step.text.plain,
            tuple(
                Row(f"{way.words} → {leads_to(way)}", way.target if way.what == "step" else "")
                for way in step.ways
            ),
        )
        for step in guide.steps
    ]
    return wiring(boxes, f"The steps of the guide {guide.id}")


def leads_to(way: GuideWay) -> str:
    """Returns where a way leads, in words."""
    if way.what == "help":
        return "help now"
    if way.what == "step":
        return way.target
    return f"{'the end' if way.what == 'end' else way.what}: {way.target}"


def chapters_drawn(outline: BookOutline, folder: TextFolder) -> SafeString:
    """Returns a picture of each text that gives or takes answers, with a row for each answer."""
    boxes = []
    taking = {use.text.path for asked in outline.asked for use in asked.uses}
    for text in folder.texts:
        rows = [
            Row(_begun(asked.prompt.question.plain.split("\n")[0]), name)
            for asked in outline.of(text)
            for name in dict.fromkeys(use.text.name for use in asked.uses)
            if name != text.name
        ]
        if rows or text.path in taking:
            boxes.append(BookMapBox(text.name, text.title, tuple(rows)))
    return wiring(boxes, "Which chapters show answers from which") if boxes else SafeString("")


def _begun(text: str) -> str:
    return text if len(text) <= MOST_WORDS else f"{text[:MOST_WORDS].rsplit(' ', 1)[0]} …"
