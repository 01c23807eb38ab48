"""The desk's pages. Each form works as a plain form; js/desk.js only makes it smoother."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from workbook.authoring import files, starters
from workbook.authoring.desk import editing, preview
from workbook.authoring.desk.content import ContentFile, TextFolder, content_folder
from workbook.authoring.desk.drawing import chapters_drawn, guide_drawn
from workbook.authoring.desk.outline import outline
from workbook.prompts.registry import answered_kind, answered_kinds


def _folder(name: str) -> TextFolder:
    """Returns a folder of the content. Raises Http404."""
    return content_folder(settings.CONTENT_DIR).folder(name)


def _found(folder: str, name: str) -> tuple[TextFolder, ContentFile]:
    """Returns a text and its folder. Raises Http404.

    Names come from addresses, so they are only ever looked up, never made into a path.
    """
    found = _folder(folder)
    return found, found.text(name)


def _edit_address(folder: str, name: str, line: int = 0) -> str:
    address = reverse("desk-edit", args=[folder, name])
    return f"{address}#line-{line}" if line else address


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """Shows every text with what there is to look at."""
    content = content_folder(settings.CONTENT_DIR)
    folders = [
        {"folder": folder, "texts": [editing.summed_up(folder, text) for text in folder.texts]}
        for folder in content.folders()
    ]
    return render(request, "authoring/desk.html", {"folders": folders, "root": content.root})


@require_POST
def new_workbook(request: HttpRequest) -> HttpResponse:
    """Makes a workbook of the posted title, and opens its first page."""
    return _made(request, starters.new_workbook)


@require_POST
def new_chapter(request: HttpRequest, folder: str) -> HttpResponse:
    """Makes a chapter of the posted title, and opens it."""
    return _made(request, starters.new_chapter, folder)


def _made(request: HttpRequest, make: Callable[..., Path], *args: str) -> HttpResponse:
    try:
        path = make(settings.CONTENT_DIR, request.POST.get("title", ""), *args)
    except starters.CantMake as reason:
        messages.error(request, str(reason))
        return redirect("desk")
    return redirect(_edit_address(path.parent.name, path.stem))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, folder: str, name: str) -> HttpResponse:
    """Shows a text to be edited beside its preview, and saves it."""
    found, text = _found(folder, name)
    if request.method == "GET":
        return render(request, "authoring/edit.html", editing.context(found, text))
    words = files.usual_lines(request.POST.get("text", ""))
    if not words.strip():
        context = editing.context(found, text) | {"refused": editing.EMPTY}
        return render(request, "authoring/edit.html", context, status=422)
    try:
        stamped = editing.save(found, text, words, request.POST.get("seen", ""))
    except files.Changed as changed:
        sides = editing.compared(words, changed)
        context = {"folder": found, "text": text, "mine": words, **sides}
        return render(request, "authoring/conflict.html", context, status=409)
    messages.success(request, editing.saved_words(stamped))
    return redirect(_edit_address(folder, name))


@require_GET
def state(request: HttpRequest, folder: str, name: str) -> HttpResponse:
    """Tells what the file is now, so that the page notices an editor besides this one."""
    return HttpResponse(_found(folder, name)[1].mark, content_type="text/plain")


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, folder: str, name: str) -> HttpResponse:
    """Asks for a question by form: which kind, then its fields, then into the file."""
    found, text = _found(folder, name)
    data = request.POST if request.method == "POST" else request.GET
    kind = answered_kind(data.get("kind", ""))
    kinds = [(name, kind.about) for name, kind in answered_kinds().items()]
    context: dict[str, Any] = {"folder": found, "text": text, "kinds": kinds}
    if kind is None:
        return render(request, "authoring/ask.html", context)
    # A tick that is taken away isn't posted at all.
    begins = request.method != "POST"
    given = {
        field.name: data.get(field.name, field.begins if begins else "")
        for field in kind.author_fields()
    }
    if request.method == "POST":
        asked = editing.Question(kind, given, data.get("after", ""), data.get("seen", ""))
        try:
            line = editing.add_question(found, text, asked)
        except files.Changed:
            context["problems"] = [editing.MOVED]
            text = _found(folder, name)[1]
        except ValidationError as refused:
            context["problems"] = refused.messages
        else:
            messages.success(request, "The question is in the file.")
            return redirect(_edit_address(folder, name, line))
    context |= editing.form_context(text, kind, given, data.get("after", ""))
    return render(request, "authoring/ask.html", context)


@require_GET
def preview_text(request: HttpRequest, folder: str, name: str) -> HttpResponse:
    """Shows a text as its readers will see it, whatever is wrong with it."""
    return render(request, *preview.template_and_context(*_found(folder, name)))


@require_GET
def preview_at(request: HttpRequest, book: str, chapter: str = "") -> HttpResponse:
    """Shows a preview under the site's own address, so that links in a frame lead to previews."""
    folder = _folder(book)
    for text in folder.texts:
        if text.slug == chapter and text.kind != "page":
            return render(request, *preview.template_and_context(folder, text))
    raise Http404


@require_GET
def signing(request: HttpRequest) -> HttpResponse:
    """Shows what no rule can see, for whoever signs a chapter."""
    blocks = preview.plain_text(settings.BASE_DIR / "docs/signing-checklist.md")
    return render(request, "authoring/signing.html", {"blocks": blocks})


@require_GET
def book_map(request: HttpRequest, folder: str) -> HttpResponse:
    """Shows a book's questions, and where each answer comes back."""
    found = _folder(folder)
    made = outline(found)
    context = {
        "folder": found,
        "chapters": [{"text": text, "asked": made.of(text)} for text in found.texts],
        "feeding": made.feeding,
        "drawn": chapters_drawn(made, found),
        "flows": [{"flow": flow, "drawn": guide_drawn(flow.guide)} for flow in made.flows],
    }
    return render(request, "authoring/map.html", context)
