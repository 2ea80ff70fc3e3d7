"""A text for the public in one language, which a deployment wrote in place of the portal's own."""

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models import Officer, StoredChoices


def languages() -> list[tuple[str, str]]:
    return list(settings.LANGUAGES)


class Article(models.Model):
    class Slug(StoredChoices):
        """The name of a text. It stands in the address of the page, so it must say nothing of trafficking."""

        RIGHTS = "rights", _("Rights")
        SIGNS = "signs", _("Signs of danger")
        AFTER = "after", _("What happens after the press")
        TRACES = "traces", _("Leaving no traces")
        BORDER = "border", _("Across the border")

    slug = models.CharField(max_length=10, choices=Slug.listed)
    language = models.CharField(max_length=8, choices=languages)
    text = models.TextField()  # Markdown; its first line is the title
    reviewed_by = models.CharField(max_length=100, blank=True)  # a native speaker, an office: as the editor wrote it
    reviewed_on = models.DateField(null=True, blank=True)
    review_due_on = models.DateField(null=True, blank=True)
    edited_by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="cases_article_one_a_language", fields=["slug", "language"]),
            models.CheckConstraint(name="cases_article_says_something", condition=~models.Q(text="")),
            models.CheckConstraint(
                name="cases_article_reviewed_by_somebody",
                condition=models.Q(reviewed_on__isnull=True) | ~models.Q(reviewed_by=""),
            ),
        ]

    @classmethod
    def write(
        cls,
        *,
        slug: str,
        language: str,
        text: str,
        reviewed_by: str,
        reviewed_on: date | None,
        review_due_on: date | None,
        by: Officer,
        now: datetime,
    ) -> "Article":
        said = {"text": text, "reviewed_by": reviewed_by, "reviewed_on": reviewed_on, "review_due_on": review_due_on}
        written = {**said, "edited_by": by, "edited_at": now}
        article, _created = cls.objects.update_or_create(slug=slug, language=language, defaults=written)
        return article
