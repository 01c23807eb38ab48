"""``{% constant %}``: drawn once for everyone, and blind to everything it isn't handed."""

import pytest
from django.template import Context, Template, TemplateSyntaxError


class Counted:
    drawn = 0

    @property
    def title(self) -> str:
        self.drawn += 1
        return "<Rain>"


def draw(template: Template, **context: object) -> str:
    return template.render(Context(context))


def test_its_body_is_drawn_once_for_the_same_value() -> None:
    template = Template(
        "{% load constant %}{% constant block=block %}{{ block.title }}{% endconstant %}"
    )
    block = Counted()
    assert [draw(template, block=block) for _time in range(3)] == ["&lt;Rain&gt;"] * 3
    assert block.drawn == 1


def test_another_value_is_drawn_anew() -> None:
    template = Template("{% load constant %}{% constant word=word %}{{ word }}{% endconstant %}")
    assert [draw(template, word=word) for word in ("a", "b", "a", 1, "1", True)] == [
        "a", "b", "a", "1", "1", "True",
    ]  # fmt: skip


def test_it_sees_nothing_of_the_page_around_it() -> None:
    template = Template(
        "{% load constant %}{% with answer='my words' %}"
        "{% constant %}[{{ answer }}{{ request }}{{ person }}]{% endconstant %}{% endwith %}"
    )
    assert draw(template, answer="mine", person="ana") == "[]"


def test_a_value_without_a_name_is_an_author_s_mistake() -> None:
    with pytest.raises(TemplateSyntaxError):
        Template("{% load constant %}{% constant answer %}{% endconstant %}")
