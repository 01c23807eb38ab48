from functools import cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from bare.models import Answer


@cache
def _constant() -> bytes:
    return render_to_string("page.html").encode()


def constant(request: HttpRequest) -> HttpResponse:
    """The same page for everyone, rendered once."""
    return HttpResponse(_constant())


def chapter(request: HttpRequest, chapter: int) -> HttpResponse:
    """A page of 20 KB with the six answers of whoever has entered."""
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    answers = Answer.objects.filter(user=request.user, chapter=chapter).order_by("question")
    return render(request, "page.html", {"chapter": chapter, "answers": answers})


@require_POST
def save(request: HttpRequest, chapter: int, question: int) -> HttpResponse:
    """One insert-or-update, in one transaction."""
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    answer = Answer(
        user_id=request.user.pk, chapter=chapter, question=question, text=request.POST["answer"]
    )
    Answer.objects.bulk_create(
        [answer],
        update_conflicts=True,
        unique_fields=["user", "chapter", "question"],
        update_fields=["text"],
    )
    return HttpResponse("Saved")
