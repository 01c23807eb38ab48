"""The desk's pages. Each form works as a plain form; js/desk.js only makes it smoother."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from workbook.authoring import starters
from workbook.authoring.desk import editing, preview
from workbook.authoring.desk.outline import outline
from workbook.authoring.desk.shelf import ContentFile, ContentFolder, NoSuchText, Shelved, shelf
from workbook.authoring.desk.wiring import chapters_drawn, guide_drawn
from workbook.authoring.files import Changed
from workbook.prompts.registry import answered_kind, answered_kinds


def _shelf() -> ContentFolder:
    return shelf(settings.CONTENT_DIR)


def _found(folder: str, name: str) -> tuple[ContentFolder, Shelved, ContentFile]:
    """Names come from addresses, so they are only ever looked up, never made into a path."""
    kept = _shelf()
    try:
        shelved = kept.folder(folder)
        return kept, shelved, shelved.text(name)
    except NoSuchText:
        raise Http404 from None


def _edit_address(folder: str, name: str, line: int = 0) -> str:
    address = reverse("desk-edit", args=[folder, name])
    return f"{address}#line-{line}" if line else address


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    kept = _shelf()
    folders = [
        {"folder": folder, "texts": [editing.summed_up(kept, folder, t) for t in folder.texts]}
        for folder in kept.folders()
    ]
    return render(request, "authoring/desk.html", {"folders": folders, "root": kept.root})


@require_POST
def new_workbook(request: HttpRequest) -> HttpResponse:
    try:
        path = starters.new_workbook(settings.CONTENT_DIR, request.POST.get("title", ""))
    except starters.CantMake as reason:
        messages.error(request, str(reason))
        return redirect("desk")
    return redirect(_edit_address(path.parent.name, path.stem))


@require_POST
def new_chapter(request: HttpRequest, folder: str) -> HttpResponse:
    try:
        path = starters.new_chapter(settings.CONTENT_DIR, request.POST.get("title", ""), folder)
    except starters.CantMake as reason:
        messages.error(request, str(reason))
        return redirect("desk")
    return redirect(_edit_address(path.parent.name, path.stem))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, folder: str, name: str) -> HttpResponse:
    kept, shelved, text = _found(folder, name)
    if request.method == "GET":
        return render(request, "authoring/edit.html", editing.context(kept, shelved, text))
    words = editing.posted(request.POST.get("text", ""))
    if not words.strip():
        context = editing.context(kept, shelved, text) | {"refused": editing.EMPTY}
        return render(request, "authoring/edit.html", context, status=422)
    try:
        stamped = editing.save(kept, shelved, text, words, request.POST.get("seen", ""))
    except Changed as changed:
        return _conflict(request, shelved, text, words, changed)
    messages.success(request, editing.saved_words(stamped))
    return redirect(_edit_address(folder, name))


def _conflict(
    request: HttpRequest, folder: Shelved, text: ContentFile, words: str, changed: Changed
) -> HttpResponse:
    context = {"folder": folder, "text": text, "mine": words, **editing.compared(words, changed)}
    return render(request, "authoring/conflict.html", context, status=409)


@require_GET
def state(request: HttpRequest, folder: str, name: str) -> HttpResponse:
    """What the file is now, so that the page notices an editor besides this one."""
    _kept, _folder, text = _found(folder, name)
    return HttpResponse(text.mark, content_type="text/plain")


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, folder: str, name: str) -> HttpResponse:
    """A question by form: which kind, then its fields, then into the file."""
    kept, shelved, text = _found(folder, name)
    data = request.POST if request.method == "POST" else request.GET
    kind = answered_kind(data.get("kind", ""))
    kinds = [(name, kind.about) for name, kind in answered_kinds().items()]
    context: dict[str, Any] = {"folder": shelved, "text": text, "kinds": kinds}
    if kind is None:
        return render(request, "authoring/ask.html", context)
    given = {field.name: data.get(field.name, field.begins) for field in kind.author_fields()}
    if request.method == "POST":
        # A tick that is taken away isn't posted at all.
        given = {field.name: data.get(field.name, "") for field in kind.author_fields()}
        asked = editing.Question(kind, given, data.get("after", ""), data.get("seen", ""))
        try:
            made = editing.add_question(kept, shelved, text, asked)
        except Changed:
            context["problems"] = [editing.MOVED]
            text = _found(folder, name)[2]
        else:
            if not made.problems:
                messages.success(request, "The question is in the file.")
                return redirect(_edit_address(folder, name, made.line))
            context["problems"] = made.problems
    context |= editing.form_context(text, kind, given, data.get("after", ""))
    return render(request, "authoring/ask.html", context)


@require_GET
def preview_text(request: HttpRequest, folder: str, name: str) -> HttpResponse:
    kept, shelved, text = _found(folder, name)
    template, context = preview.template_and_context(kept, shelved, text)
    return render(request, template, context)


@require_GET
def preview_at(request: HttpRequest, book: str, chapter: str = "") -> HttpResponse:
    """The same under the site's own address, so that links in a frame lead to previews."""
    kept = _shelf()
    try:
        shelved = kept.folder(book)
    except NoSuchText:
        raise Http404 from None
    text = next(
        (t for t in shelved.texts if t.slug == chapter and t.kind in {"chapter", "book"}), None
    )
    if text is None:
        raise Http404
    template, context = preview.template_and_context(kept, shelved, text)
    return render(request, template, context)


@require_GET
def signing(request: HttpRequest) -> HttpResponse:
    """What no rule can see, for whoever signs a chapter."""
    blocks = preview.plain_text(settings.BASE_DIR / "docs/signing-checklist.md")
    return render(request, "authoring/signing.html", {"blocks": blocks})


@require_GET
def book_map(request: HttpRequest, folder: str) -> HttpResponse:
    kept = _shelf()
    try:
        shelved = kept.folder(folder)
    except NoSuchText:
        raise Http404 from None
    made = outline(kept, shelved)
    context = {
        "folder": shelved,
        "chapters": [{"text": text, "asked": made.of(text)} for text in shelved.texts],
        "feeding": made.feeding,
        "drawn": chapters_drawn(made, shelved),
        "flows": [{"flow": flow, "drawn": guide_drawn(flow.guide)} for flow in made.flows],
    }
    return render(request, "authoring/map.html", context)
