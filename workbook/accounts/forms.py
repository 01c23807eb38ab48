"""The fields that people type into. Nothing is cut short, and nothing typed is lost on a slip."""

import unicodedata
import zoneinfo
from collections.abc import Mapping
from functools import cache
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from workbook.accounts.models import NAME_MAX_LENGTH, User, normalize_name

PASSWORD_MAX_LENGTH = 1024
"""Longer is refused before Argon2 sees it; far beyond any passphrase."""

LOCK_MINUTES = (
    (60, _("After an hour, on a device that is just mine")),
    (15, _("After 15 minutes")),
    (5, _("After five minutes, on a device that others use")),
)

# In the words of this site, because Django's speak of entries and containing.
PASSWORD_ADVICE = {
    "password_too_short": _("Make it at least 12 characters long. A few words in a row are fine."),
}
YOUR_USERNAME = _("This is your username. Choose another password.")


class TypedField(forms.CharField):
    """A field of one line that a browser must neither correct nor capitalize."""

    usual_label: Any = ""
    when_missing: Any = ""
    advice: Any = ""
    widget_class: type[forms.Widget] = forms.TextInput
    attrs: Mapping[str, str] = {}

    def __init__(self, **options: Any) -> None:
        attrs = {"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}
        usual: dict[str, Any] = {
            "label": self.usual_label,
            "help_text": self.advice,
            "widget": self.widget_class({**attrs, **self.attrs}),
            "error_messages": {"required": self.when_missing},
        }
        super().__init__(**(usual | options))


class NameField(TypedField):
    """A name, cleaned to the form in which it is stored."""

    usual_label = _("Username")
    when_missing = _("Type your username.")
    attrs = {"autocomplete": "username", "dir": "auto"}

    def to_python(self, value: Any) -> str:
        """Returns the name's stored form; one of which nothing is left counts as missing."""
        return normalize_name(super().to_python(value) or "")


class NewNameField(NameField):
    """A name to be chosen: not too long, and of signs that can be shown."""

    def clean(self, value: Any) -> str:
        """Returns the name's stored form. Raises ValidationError for one that nobody can have."""
        name: str = super().clean(value)
        if len(name) > NAME_MAX_LENGTH:
            raise ValidationError(
                _("That is %(length)d characters long. A username can have up to %(most)d."),
                params={"length": len(name), "most": NAME_MAX_LENGTH},
            )
        # Controls, lone halves of characters, and what Unicode has no character for.
        if any(unicodedata.category(sign) in {"Cc", "Cs", "Co", "Cn"} for sign in name):
            raise ValidationError(
                _("It has a character that can’t be shown. Try it without that one.")
            )
        return name


class PasswordField(TypedField):
    """A password as typed, blanks included. Never put back into a page."""

    usual_label = _("Password")
    when_missing = _("Type your password.")
    widget_class = forms.PasswordInput
    attrs = {"autocomplete": "current-password"}

    def __init__(self, **options: Any) -> None:
        super().__init__(strip=False, **options)

    def clean(self, value: Any) -> str:
        """Returns the typed password. Raises ValidationError if it is too long to be hashed."""
        password: str = super().clean(value)
        if len(password) > PASSWORD_MAX_LENGTH:
            raise ValidationError(
                _("A password can have up to %(most)d characters. This one is longer."),
                params={"most": PASSWORD_MAX_LENGTH},
            )
        return password


class EarlierPasswordField(PasswordField):
    """A password from before, which no browser should fill in."""

    attrs = {"autocomplete": "off"}


class NewPasswordField(PasswordField):
    """A field for a new password: long enough, and not commonly guessed. No other rule."""

    advice = _("12 characters or more. Spaces and letters of any language are fine.")
    attrs = {"autocomplete": "new-password"}

    def clean(self, value: Any) -> str:
        """Returns the new password. Raises ValidationError if it is easily guessed."""
        password = super().clean(value)
        try:
            validate_password(unicodedata.normalize("NFKC", password))
        except ValidationError as refusal:
            raise ValidationError(
                [PASSWORD_ADVICE.get(error.code or "", error) for error in refusal.error_list]
            ) from None
        return password


class OtherPasswordField(NewPasswordField):
    """A field for a new password in the place of another."""

    usual_label = _("New password")
    when_missing = _("Type a new password.")


class CodeField(TypedField):
    """Six digits of a code app, or one of the ten codes; in whatever groups they are typed."""

    usual_label = _("Code")
    when_missing = _("Type the code.")
    attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "dir": "ltr"}


class RecoveryKeyField(TypedField):
    """A recovery key as typed: checked by the vault, which names the groups that are wrong."""

    usual_label = _("Backup key")
    when_missing = _("Type your backup key.")
    advice = _("Eleven groups of four. Capitals and hyphens don’t matter.")
    widget_class = forms.Textarea
    attrs = {"autocomplete": "off", "autocapitalize": "characters", "rows": "3", "dir": "ltr"}


class UnlockForm(forms.Form):
    """The password of someone who has signed in and is locked: the name is known."""

    username = NameField(widget=forms.HiddenInput({"autocomplete": "username"}))
    password = PasswordField()


class LoginForm(UnlockForm):
    """The form for signing in, and for unlocking over a covered page, with its person filled in."""

    username = NameField()
    shared_device = forms.BooleanField(
        label=_("Other people use this device"),
        help_text=_(
            "Then your journal locks after five minutes, "
            "and you are signed out when the browser closes."
        ),
        required=False,
    )


class SignupForm(forms.Form):
    """A new account; ``device`` may be left alone: then nothing is assumed."""

    DEVICES = (
        ("mine", _("Yes, just mine")),
        ("home", _("Mostly, but others may pick it up")),
        ("shared", _("No, it is shared or public")),
    )

    device = forms.ChoiceField(choices=DEVICES, widget=forms.RadioSelect, required=False)
    username = NewNameField(
        label=_("Username"),
        help_text=_(
            "It doesn’t have to be your real name. The people who run this site can see it."
        ),
        error_messages={"required": _("Type a username, or use the one that is suggested.")},
    )
    password = NewPasswordField(
        error_messages={"required": _("Type a password, or let the site suggest one.")}
    )

    def clean(self) -> dict[str, Any]:
        """Returns what was typed; adds an error where the password is no new secret."""
        cleaned: dict[str, Any] = super().clean() or {}
        name, password = cleaned.get("username"), cleaned.get("password")
        if name and password and normalize_name(password) == name:
            self.add_error("password", YOUR_USERNAME)
        return cleaned


class FirstPasswordForm(forms.Form):
    """The first password of an account that staff made; ``owner`` is whose it will be."""

    password = NewPasswordField(error_messages={"required": _("Type a password.")})

    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = owner

    def clean_password(self) -> str:
        """Returns the first password. Raises ValidationError if it is the username."""
        password: str = self.cleaned_data["password"]
        if normalize_name(password) == self.owner.name:
            raise ValidationError(YOUR_USERNAME)
        return password


class ConfirmForm(forms.Form):
    """The password once more, before what whoever finds a page open must not be able to do."""

    password = PasswordField()


LABEL_MAX_LENGTH = 60
"""Of what somebody calls a browser or a passkey of theirs."""


class PasskeyForm(forms.Form):
    """What is asked before a passkey is added, or may open the journal; sent by script."""

    alone = forms.ChoiceField(
        label=_("Can anyone else unlock this device?"),
        help_text=_(
            "With their finger or face, or because they know its PIN. "
            "Whoever can unlock it could open your journal with the passkey."
        ),
        choices=(("yes", _("No, only I can")), ("no", _("Yes, or I’m not sure"))),
        widget=forms.RadioSelect,
    )
    label = forms.CharField(
        label=_("A name for the passkey"),
        help_text=_("So you can tell it apart in this list. Only you can read it."),
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "dir": "auto"}),
    )
    password = PasswordField()


class ChangePasswordForm(forms.Form):
    """The password of now, which somebody else may know, and another one."""

    current = PasswordField(label=_("Your current password"))
    password = OtherPasswordField()

    def clean(self) -> dict[str, Any]:
        """Returns what was typed; adds an error where the password is no new secret."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("password") and cleaned["password"] == cleaned.get("current"):
            self.add_error("password", _("That is your current password. Choose another one."))
        return cleaned


class CodeForm(forms.Form):
    """A code at signing in."""

    code = CodeField(help_text=_("Six digits from your code app, or one of your ten codes."))


class ProveAppForm(forms.Form):
    """The first code of an app that is being set up."""

    code = CodeField(label=_("The six digits that the app shows now"))


class ProveForm(forms.Form):
    """A new recovery key, typed back."""

    code = RecoveryKeyField(label=_("Type it from your paper"))


class RecoverForm(forms.Form):
    """A recovery key and a new password; ``step`` is asked of a device, where its person has a code
    app.
    """

    code = RecoveryKeyField()
    password = OtherPasswordField()
    step = CodeField(label=_("A code from your app, or one of your ten"), required=False)


class ClosedForm(ChangePasswordForm):
    """The form for a closed journal: an earlier password or the recovery key, and a new password.

    One of the first two may open what is closed; the new password replaces the present one.
    """

    earlier = EarlierPasswordField(label=_("An earlier password"), required=False)
    code = RecoveryKeyField(required=False)


class NewKeyForm(forms.Form):
    """The password, and the recovery key where it is to go on."""

    password = PasswordField()
    code = RecoveryKeyField(
        required=False, label=_("Your backup key, if you want to keep using it")
    )


class DeleteForm(forms.Form):
    """A word that nobody types by mistake, and the password."""

    confirmation = forms.CharField(
        label=_("Type the word “delete”"),
        widget=forms.TextInput(
            {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": _("Type the word “delete”.")},
    )
    password = PasswordField()

    def clean_confirmation(self) -> str:
        """Returns the word in small letters. Raises ValidationError for another one."""
        typed: str = self.cleaned_data["confirmation"].strip().casefold().strip("“”\"'.")
        if typed not in {"delete", str(_("delete")).casefold()}:
            raise ValidationError(_("Type the word “delete” to show that you mean it."))
        return typed


@cache
def time_zone_choices() -> list[Any]:
    """Returns the zones people live in, by part of the world; first: whatever the site has."""
    regions: dict[str, list[tuple[str, str]]] = {}
    for zone in sorted(zoneinfo.available_timezones()):
        region, slash, place = zone.partition("/")
        if slash and region not in {"Etc", "SystemV"}:
            regions.setdefault(region, []).append((zone, place.replace("_", " ")))
    return [("", _("Same as this site")), *regions.items()]


class PreferencesForm(forms.ModelForm):
    """The form of a person's preferences: when the journal locks, tabs' titles, the time zone."""

    lock_minutes = forms.TypedChoiceField(
        label=_("Lock when I’m away"), choices=LOCK_MINUTES, coerce=int, widget=forms.RadioSelect
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("So a new day starts at your own midnight."),
        choices=time_zone_choices,
        required=False,
    )

    class Meta:
        model = User
        fields = ("lock_minutes", "neutral_titles", "time_zone")
        labels = {"neutral_titles": _("Call every page “Notes” in tabs and history")}
