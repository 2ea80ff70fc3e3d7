"""Edit the texts that the public reads, in eight languages, and when a native speaker last looked them over."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from agencies import clock
from agencies.access import officer_of, role_required
from agencies.models import Role
from cases.models import Article
from cases.reads import articles

LONGEST = 20_000
LANGUAGES = dict(settings.LANGUAGES)


class TextForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("The text"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text=gettext_lazy(
            "The first line is the title. “## ” begins a heading, “- ” a point of a list. "
            "Links lead to our own pages only."
        ),
    )
    reviewed_by = forms.CharField(
        label=gettext_lazy("Looked over by"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("A native speaker, or the office that answers for the text."),
    )
    reviewed_on = forms.DateField(label=gettext_lazy("on"), required=False, widget=forms.DateInput({"type": "date"}))
    review_due_on = forms.DateField(
        label=gettext_lazy("to be looked over again by"), required=False, widget=forms.DateInput({"type": "date"})
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("reviewed_on") and not cleaned.get("reviewed_by"):
            self.add_error("reviewed_by", _("Say who looked it over."))
        if "text" in cleaned and not cleaned["text"].lstrip("#").strip():
            self.add_error("text", _("The text is empty."))
        return cleaned


@role_required(Role.ADMIN)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate(clock.now())
    lines = [(text, LANGUAGES[text.language], text.is_due(on=today)) for text in articles.all_texts()]
    return render(request, "supervisor/texts.html", {"lines": lines})


@role_required(Role.ADMIN)
def edit(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    if slug not in Article.Slug.values or language not in LANGUAGES:
        raise Http404
    text = articles.article(slug, language)
    initial = {
        "text": text.markdown,
        "reviewed_by": text.reviewed_by,
        "reviewed_on": text.reviewed_on,
        "review_due_on": text.review_due_on,
    }
    form = TextForm(request.POST or None, initial=initial)
    if form.is_valid():
        Article.write(slug=slug, language=language, by=officer_of(request), now=clock.now(), **form.cleaned_data)
        messages.success(request, _("The public reads this text from now on."))
        return redirect("texts")
    context = {"form": form, "text": text, "language_name": LANGUAGES[language]}
    return render(request, "supervisor/texts_edit.html", context)
