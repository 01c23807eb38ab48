"""The pages of the bridge sheet: who it is for, what goes on it, and the sheet itself."""

from dataclasses import dataclass
from functools import partial

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from workbook.accounts.access import Request, open_journal_required
from workbook.accounts.form_page import form_page
from workbook.journal.access import paced
from workbook.journal.transfer.share.sheet import SHEETS, For, Offer, offered_to
from workbook.prompts.answers import plain
from workbook.web.rate_limits import RateLimit

LONGEST_HEADING = 200
LONGEST_NOTE = 10_000
SHARES = RateLimit(burst=30, seconds=3)


@dataclass(frozen=True)
class Choices:
    """What a form says: the pieces that are checked, and the writer's own words."""

    ticked: frozenset[str]
    heading: str = ""
    note: str = ""
    asks: bool = True

    @classmethod
    def posted(cls, data: QueryDict) -> "Choices":
        """Returns the choices in a posted form."""
        return cls(
            ticked=frozenset(data.getlist("pick")),
            heading=plain(data.get("heading")),
            note=plain(data.get("note")),
            asks=data.get("asks") == "yes",
        )

    @property
    def problem(self) -> str:
        """What is wrong with the writer's own words; "" for nothing."""
        if len(self.heading) > LONGEST_HEADING:
            return _("The heading is too long for one sheet. It is still here. Make it shorter.")
        if len(self.note) > LONGEST_NOTE:
            return _("Your own words are too long for one sheet. They are still here.")
        return ""


@require_safe
@never_cache
@open_journal_required
def bridge(request: Request) -> HttpResponse:
    """Shows who a sheet can be for."""
    return render(request, "journal/transfer/bridge.html", {"sheets": SHEETS})


def _sheet_for(who: str) -> For:
    if who not in SHEETS:
        raise Http404
    return SHEETS[who]


def _choices(request: Request, **_options: object) -> Choices | None:
    """Returns what was chosen; None by GET, where nothing was."""
    return Choices.posted(request.POST) if request.method == "POST" else None


def _picking(
    request: Request,
    choices: Choices | None,
    problem: str = "",
    *,
    who: str,
    offer: Offer | None = None,
    status: int = 200,
) -> HttpResponse:
    """Shows what can be checked, opened for this page unless ``offer`` has it already."""
    sheet, offer = _sheet_for(who), offer or offered_to(request.journal.owner.keyring)
    if choices is None:
        choices = Choices(frozenset(offer.starting_ticks(sheet)), asks=sheet.asks)
    context = {
        "sheet": sheet,
        "groups": offer.groups,
        "is_all": offer.is_all,
        "choices": choices,
        "problem": problem,
    }
    return render(request, "journal/transfer/bridge_pick.html", context, status=status)


@form_page(
    _picking, _choices, open_journal_required, paced(SHARES, "heading", "note"), refills=False
)
def bridge_sheet(request: Request, choices: Choices, who: str) -> HttpResponse:
    """Shows what can be checked; by POST the sheet, or the choices again to be changed."""
    sheet, offer = _sheet_for(who), offered_to(request.journal.owner.keyring)
    again = partial(_picking, request, choices, who=who, offer=offer)
    if "change" in request.POST:
        return again()
    if choices.problem:
        return again(choices.problem, status=422)
    if choices.ticked - offer.values:
        words = _("An answer changed after you opened this page. Look over your choices again.")
        return again(words, status=409)
    made = offer.sheet(choices.ticked, choices.heading, choices.note, asks=choices.asks)
    if made.is_empty:
        return again(_("Nothing is chosen yet, and there are no words of your own."), status=422)
    context = {"sheet": sheet, "made": made, "choices": choices}
    return render(request, "journal/transfer/bridge_sheet.html", context)
